from odoo import api, fields, models


class UsuRoutingPolicy(models.Model):
    _name = "usu.routing.policy"
    _description = "Distribution Policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    step_ids = fields.One2many("usu.routing.step", "policy_id", copy=True)
    desk_ids = fields.One2many("helpdesk.ticket.team", "usu_policy_id")
    note = fields.Text(string="Meant for", translate=True)
    ignore_manual = fields.Boolean(
        string="Ignore “Do Not Disturb”",
        help="On: a status set by hand (Away, Do Not Disturb, Offline) does not keep "
        "requests away from a person whose browser is open.",
    )
    summary = fields.Text(compute="_compute_summary")

    @api.depends("step_ids.sentence", "step_ids.sequence")
    def _compute_summary(self):
        for policy in self:
            steps = policy.step_ids.sorted(lambda s: (s.sequence, s._origin.id or 0))
            lines = [
                f"{number}. {step.sentence}" for number, step in enumerate(steps, 1)
            ]
            policy.summary = "\n".join(lines) or self.env._(
                "No steps yet: every request waits in the desk's queue."
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name)}
            for policy, vals in zip(self, vals_list, strict=True)
        ]
