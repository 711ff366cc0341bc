from odoo import api, fields, models, tools

from ..tools.values import Rule


class UsuGuardRule(models.Model):
    _name = "usu.guard.rule"
    _description = "Limit of a public action"
    _order = "action"

    name = fields.Char(required=True, translate=True)
    action = fields.Char(required=True, help="The name the programs use.")
    active = fields.Boolean(
        default=True, help="Without it the action is neither checked nor limited."
    )
    check = fields.Selection(
        [
            ("none", "Limits only"),
            ("proof", "Silent check"),
            ("code", "Code from a picture or a recording"),
        ],
        required=True,
        default="proof",
        help="What every visitor who is not logged in must show.",
    )
    window_seconds = fields.Integer(string="Window (s)", required=True, default=600)
    address_soft = fields.Integer(
        string="Code from (address)",
        default=10,
        help="Requests of one address in the window; above it the visitor types a"
        " code. Keep it well below the hard limit: a clinic or an office shares one"
        " address. 0: no limit.",
    )
    address_hard = fields.Integer(
        string="Stop at (address)",
        default=30,
        help="Requests of one address in the window; above it they are refused."
        " 0: no limit.",
    )
    address_day = fields.Integer(
        string="Stop at (address, day)",
        help="Requests of one address in 24 hours; above it they are refused."
        " 0: no limit.",
    )
    subject_soft = fields.Integer(
        string="Code from (visitor)",
        help="The same for one visitor or conversation. 0: no limit.",
    )
    subject_hard = fields.Integer(
        string="Stop at (visitor)",
        help="The same for one visitor or conversation. 0: no limit.",
    )
    site_soft = fields.Integer(
        string="Code for all from (per minute)",
        help="Requests of all visitors in a minute; above it everybody types a code,"
        " which lets the clinic work on while many addresses attack. 0: no limit.",
    )

    _action_uniq = models.Constraint(
        "UNIQUE (action)", "There is already a limit for this action."
    )
    _window_positive = models.Constraint(
        "CHECK (window_seconds BETWEEN 1 AND 86400)",
        "A window lasts between one second and one day.",
    )
    _limits_positive = models.Constraint(
        "CHECK (LEAST(address_soft, address_hard, address_day, subject_soft,"
        " subject_hard, site_soft) >= 0)",
        "A limit cannot be negative; 0 means no limit.",
    )
    _soft_below_hard = models.Constraint(
        "CHECK ((address_hard = 0 OR address_soft <= address_hard)"
        " AND (subject_hard = 0 OR subject_soft <= subject_hard))",
        "The code must be asked before requests are refused.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _get_rule(self, action):
        """:return: :class:`Rule`, the default one if nobody made one; ``None`` if the
        rule is archived
        """
        known, rule = self._find_rule(action)
        return rule if known else Rule(action)

    @api.model
    @tools.ormcache("action")
    def _find_rule(self, action):
        """:return: whether there is a rule, and the rule unless it is archived"""
        # sudo: usu.guard.rule - visitors are judged by limits they cannot read
        rules_sudo = self.sudo().with_context(active_test=False)
        rule_sudo = rules_sudo.search([("action", "=", action)], limit=1)
        if not rule_sudo:
            return False, None
        if not rule_sudo.active:
            return True, None
        names = [name for name in Rule.__dataclass_fields__ if name in self._fields]
        return True, Rule(**{name: rule_sudo[name] for name in names})
