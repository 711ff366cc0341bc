from odoo import fields, models


class UsuCallUtterance(models.Model):
    """A piece of what was said, as an engine understood it."""

    _name = "usu.call.utterance"
    _description = "Transcript"
    _order = "recording_id, start_seconds, id"
    _rec_name = "text"

    recording_id = fields.Many2one(
        "usu.call.recording",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    call_id = fields.Many2one(related="recording_id.call_id")
    company_id = fields.Many2one(related="recording_id.company_id")
    side = fields.Selection(
        [("client", "Client"), ("staff", "Employee"), ("mixed", "Somebody")],
        required=True,
        readonly=True,
    )
    start_seconds = fields.Float(readonly=True)
    end_seconds = fields.Float(readonly=True)
    text = fields.Text(required=True, readonly=True)
