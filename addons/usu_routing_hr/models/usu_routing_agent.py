from odoo import api, fields, models

from .usu_routing_staff import HrFacts


class UsuRoutingAgent(models.Model):
    _inherit = "usu.routing.agent"

    hr_cost = fields.Float(
        string="Cost per Hour in HR",
        compute="_compute_hr",
        groups="usu_routing.usu_routing_group_cost",
        help="Stands above the cost typed in here.",
    )
    hr_skill_ids = fields.Many2many(
        "usu.routing.skill", string="Skills from HR", compute="_compute_hr"
    )

    @api.depends("user_id", "desk_id")
    def _compute_hr(self):
        staff = self.env["usu.routing.staff"]
        for company, agents in self.grouped("company_id").items():
            facts = staff._hr_facts(agents.user_id.ids, company)
            for agent in agents:
                found = facts.get(agent.user_id.id, HrFacts())
                agent.hr_cost = found.cost
                agent.hr_skill_ids = sorted(found.skills)
