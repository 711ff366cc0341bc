from odoo import fields, models


class UsuCallRecordingAccess(models.Model):
    """Who opened which recording, and when."""

    _name = "usu.call.recording.access"
    _description = "Access to a Recording"
    _order = "id desc"
    _rec_name = "user_id"

    recording_id = fields.Many2one(
        "usu.call.recording", index="btree_not_null", ondelete="set null", readonly=True
    )
    call_id = fields.Many2one(
        "usu.call", index="btree_not_null", ondelete="set null", readonly=True
    )
    company_id = fields.Many2one(related="call_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Who", required=True, index=True, readonly=True
    )
    create_date = fields.Datetime(string="When", readonly=True)
