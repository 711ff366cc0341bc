from odoo import fields, models


class UsuRoutingSkill(models.Model):
    _inherit = "usu.routing.skill"

    hr_skill_id = fields.Many2one(
        "hr.skill",
        string="Skill in HR",
        index="btree_not_null",
        ondelete="set null",
        help="Employees whose HR card names this skill have it at the desk.",
    )
    hr_min_progress = fields.Integer(
        string="Progress at Least (%)",
        help="How far the skill must have come on the HR card. 0: any progress.",
    )

    _check_progress = models.Constraint(
        "CHECK(hr_min_progress BETWEEN 0 AND 100)", "Progress goes from 0 to 100 %."
    )
