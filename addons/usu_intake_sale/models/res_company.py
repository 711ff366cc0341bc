from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    usu_order_requests = fields.Selection(
        [
            ("client", "Orders that clients confirm themselves"),
            ("all", "All confirmed orders"),
            ("none", "No orders"),
        ],
        "Orders Become Requests",
        default="client",
    )
    usu_order_desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        "Desk for Orders",
        help="Empty: the company's first desk.",
    )
