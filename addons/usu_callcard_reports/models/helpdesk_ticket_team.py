from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    usu_answer_call_seconds = fields.Integer(
        string="Answer Calls Within (seconds)",
        default=20,
        help="For the service level of the reports. 0: nothing is promised.",
    )

    _check_usu_answer_call = models.Constraint(
        "CHECK(usu_answer_call_seconds >= 0)",
        "The time for an answer cannot be negative.",
    )
