from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class HrFacts(NamedTuple):
    """What the HR card says; cost 0: nothing."""

    cost: float = 0.0
    skills: frozenset = frozenset()


class UsuRoutingStaff(models.AbstractModel):
    _inherit = "usu.routing.staff"

    @api.model
    def _people_rows(self, desk, extra_ids):
        rows = super()._people_rows(desk, extra_ids)
        facts = self._hr_facts([row["id"] for row in rows], desk.company_id)
        for row in rows:
            found = facts.get(row["id"], HrFacts())
            row["cost"] = found.cost or row["cost"]
            row["skills"] = [*row["skills"], *found.skills]
        return rows

    @api.model
    def _hr_facts(self, user_ids, company):
        """One query, and no copies: the cards as they are at this moment. Neither cost
        nor card is shown to anybody by this; a choice only orders people by it.

        :param company: of the desk; empty: employees of every company
        :return: ``{user id: HrFacts}``
        """
        for model in ("hr.employee", "hr.employee.skill", "usu.routing.skill"):
            self.env[model].flush_model()
        self.env["hr.skill.level"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.user_id, max(e.hourly_cost), array_agg(s.id)
                  FROM hr_employee e
                  LEFT JOIN (hr_employee_skill k
                             JOIN hr_skill_level l ON l.id = k.skill_level_id
                             JOIN usu_routing_skill s
                               ON s.hr_skill_id = k.skill_id
                              AND l.level_progress >= COALESCE(s.hr_min_progress, 0))
                    ON k.employee_id = e.id
                   AND (k.valid_from IS NULL OR k.valid_from <= %(today)s)
                   AND (k.valid_to IS NULL OR k.valid_to >= %(today)s)
                 WHERE e.user_id = ANY(%(users)s) AND e.active
                   AND (%(company)s IS NULL OR e.company_id = %(company)s)
                 GROUP BY e.user_id
                """,
                users=list(user_ids),
                company=company.id or None,
                today=fields.Date.today(),
            )
        )
        return {
            user_id: HrFacts(cost or 0.0, frozenset(skills) - {None})
            for user_id, cost, skills in rows
        }
