from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

SEEN_ON_BOARD = frozenset({"state", "outcome", "answered_at"})


class UsuCall(models.Model):
    _inherit = "usu.call"

    usu_desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Desk",
        compute="_compute_usu_desk_id",
        store=True,
        compute_sudo=True,
        help="Whose line was called.",
    )

    _desk_started = models.Index("(usu_desk_id, started_at)")

    def _auto_init(self):
        """The desks of earlier calls are filled line by line when the addon is
        installed, not call by call here."""
        if not column_exists(self.env.cr, self._table, "usu_desk_id"):
            create_column(self.env.cr, self._table, "usu_desk_id", "int4")
        return super()._auto_init()

    @api.depends("pbx_id", "did")
    def _compute_usu_desk_id(self):
        """The line's desk when the call came; moving a line changes no history."""
        desks = {}
        for call in self:
            key = (call.pbx_id, call.did)
            if key not in desks:
                desks[key] = call.pbx_id._usu_desk(call.did)
            call.usu_desk_id = desks[key]

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls.usu_desk_id._usu_tell_boards()
        return calls

    def write(self, vals):
        result = super().write(vals)
        if SEEN_ON_BOARD & vals.keys():
            self.usu_desk_id._usu_tell_boards()
        return result
