import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class UsuPrivacyRequest(models.TransientModel):
    """A client asks what is kept about them, or that it be erased."""

    _name = "usu.privacy.request"
    _description = "Request About a Client's Data"

    partner_id = fields.Many2one("res.partner", "Client", required=True, readonly=True)
    found = fields.Text("What Is Kept", compute="_compute_found")
    file = fields.Binary(attachment=False, readonly=True)
    file_name = fields.Char(readonly=True)
    confirmed = fields.Char("To Erase, Type the Name")

    @api.depends("partner_id")
    def _compute_found(self):
        for request in self:
            privacy = self.env["usu.privacy"]
            privacy._check_officer(request.partner_id)
            found = privacy._records(request.partner_id)
            request.found = "\n".join(
                f"{records._description}: {len(records)}"
                for records in found.values()
                if records
            ) or self.env._("Nothing but the client.")

    def action_export(self):
        self.ensure_one()
        made = self.env["usu.privacy"]._export(self.partner_id)
        self.file = base64.b64encode(made)
        self.file_name = f"client-{self.partner_id.id}.zip"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Personal Data"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_erase(self):
        self.ensure_one()
        if (self.confirmed or "").strip() != (self.partner_id.name or "").strip():
            raise UserError(
                self.env._("Type the client's name exactly as it is written above.")
            )
        gone = self.env["usu.privacy"]._erase(self.partner_id)
        # sudo: usu.privacy.request - the dialog itself names the client
        self.sudo().unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if gone else "warning",
                "message": self.env._("Everything about the client was erased.")
                if gone
                else self.env._(
                    "All was erased but name and address: invoices or orders keep them."
                ),
                "next": {
                    "type": "ir.actions.act_window",
                    "res_model": "res.partner",
                    "views": [[False, "list"], [False, "form"]],
                },
            },
        }
