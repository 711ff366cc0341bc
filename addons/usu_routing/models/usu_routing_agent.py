from odoo import api, fields, models

from ..tools.judge import DEFAULT_CAPACITY


class UsuRoutingAgent(models.Model):
    """How an employee works at a desk. A member without a row has the defaults."""

    _name = "usu.routing.agent"
    _description = "Employee at a Desk"
    _order = "desk_id, level desc, id"
    _rec_name = "user_id"

    desk_id = fields.Many2one("helpdesk.ticket.team", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        string="Employee",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(related="desk_id.company_id", store=True)
    active = fields.Boolean(default=True)
    paused = fields.Boolean(help="Gets no new request at this desk.")
    level = fields.Integer(
        aggregator=None,
        default=1,
        help="1 (first line, easy questions) to 5 (most experienced).",
    )
    skill_ids = fields.Many2many("usu.routing.skill", string="Skills")
    capacity_chat = fields.Integer(
        string="Chats at Once",
        default=DEFAULT_CAPACITY["chat"],
        aggregator=None,
        help="0: no limit.",
    )
    capacity_call = fields.Integer(
        string="Calls at Once",
        default=DEFAULT_CAPACITY["call"],
        aggregator=None,
        help="0: no limit.",
    )
    capacity_written = fields.Integer(
        string="Letters at Once",
        default=DEFAULT_CAPACITY["written"],
        aggregator=None,
        help="Unanswered letters, forms, appointments, orders. 0: no limit.",
    )
    cost = fields.Float(
        string="Cost per Hour",
        aggregator=None,
        groups="usu_routing.usu_routing_group_cost",
        help="Only the order matters; nobody else can read the figure.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        help="Own hours; empty: those of the desk.",
    )

    _unique_member = models.UniqueIndex("(desk_id, user_id)")
    _check_level = models.Constraint(
        "CHECK(level >= 1 AND level <= 5)", "Levels go from 1 to 5."
    )
    _check_capacity = models.Constraint(
        "CHECK(capacity_chat >= 0 AND capacity_call >= 0 AND capacity_written >= 0)",
        "A capacity cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        agents = super().create(vals_list)
        agents._join_desk()
        return agents

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "desk_id"} & vals.keys() or vals.get("active"):
            self._join_desk()
        if {"paused", "capacity_chat", "capacity_call", "capacity_written"} & set(vals):
            self.env["usu.routing"]._wake()
        return result

    def unlink(self):
        for agent in self:
            agent.desk_id.with_context(usu_from_agent=True).write(
                {"user_ids": [(3, agent.user_id.id)]}
            )
        return super().unlink()

    def _join_desk(self):
        """Who works at a desk is a member of it: the helpdesk clears a responsible
        who is not."""
        for agent in self:
            if agent.user_id not in agent.desk_id.user_ids:
                agent.desk_id.with_context(usu_from_agent=True).write(
                    {"user_ids": [(4, agent.user_id.id)]}
                )

    @api.model
    def _usu_demo_settings(self, rows):
        """Demonstration data: level, cost and skill of the members that are agents."""
        for user_id, level, cost, skill_id in rows:
            self.search([("user_id", "=", user_id)]).write(
                {"level": level, "cost": cost, "skill_ids": [(4, skill_id)]}
            )

    def action_toggle_pause(self):
        for agent in self:
            if agent.user_id != self.env.user:
                agent.check_access("write")
            # sudo: usu.routing.agent - everybody may pause themselves
            agent.sudo().paused = not agent.paused
