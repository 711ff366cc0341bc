from odoo import fields, models


class UsuCallLeg(models.Model):
    """One extension's part in a call."""

    _name = "usu.call.leg"
    _description = "Part in a Call"
    _order = "call_id, id"
    _rec_name = "extension"

    call_id = fields.Many2one("usu.call", required=True, ondelete="cascade")
    extension = fields.Char(required=True)
    user_id = fields.Many2one("res.users", string="Employee", index="btree_not_null")
    state = fields.Selection(
        [
            ("ringing", "Rings"),
            ("talking", "Speaks"),
            ("spoke", "Spoke"),
            ("missed", "Did not answer"),
        ],
        required=True,
    )
    rang_at = fields.Datetime()
    answered_at = fields.Datetime()
    transfer = fields.Selection(
        [("blind", "Blind transfer"), ("attended", "Announced transfer")],
        help="How the call came to this extension, when a colleague passed it on.",
    )
    transfer_from = fields.Char(string="Passed On By")
    dismissed = fields.Boolean(help="The employee closed the card.")

    _extension_unique = models.UniqueIndex("(call_id, extension)")
