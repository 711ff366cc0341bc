from odoo import fields, models


class UsuRoutingSkill(models.Model):
    _name = "usu.routing.skill"
    _description = "Skill"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_unique = models.Constraint("UNIQUE(name)", "This skill exists already.")

    def unlink(self):
        self.env.registry.clear_cache()  # usu.routing.policy: plain rules
        return super().unlink()
