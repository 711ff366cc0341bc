from odoo import api, fields, models, tools


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

    def write(self, vals):
        result = super().write(vals)
        if {"ignore_manual", "step_ids"} & vals.keys():
            self.env.registry.clear_cache()  # _usu_plain_rules
        return result

    def _usu_rules(self, after_step=None):
        """The steps as plain values, in order.

        :param after_step: usu.routing.step after which to go on, or with which, if it
            says so
        :return: tuple of `StepRule`
        """
        rules = self._usu_plain_rules() if self else ()
        ids = [rule.id for rule in rules]
        if not after_step or after_step.id not in ids:
            return rules
        again = after_step.on_timeout == "again"
        return rules[ids.index(after_step.id) + (not again) :]

    @tools.ormcache("self.id")
    def _usu_plain_rules(self):
        # sudo: usu.routing.step - the same rules whoever triggers the choice
        return tuple(self.sudo().step_ids._rules())

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name)}
            for policy, vals in zip(self, vals_list, strict=True)
        ]
