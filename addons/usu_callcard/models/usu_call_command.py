"""Commands for the connector. Odoo never talks to a PBX itself."""

import re
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.number import digits

EXPIRES = timedelta(seconds=20)
# what would reach the dial plan as more than a number
FEATURE_CODE = re.compile(r"[^\d\s+()./\-\u00a0\u2010-\u2015]")


class UsuCallCommand(models.Model):
    _name = "usu.call.command"
    _description = "Command to a Telephone System"
    _order = "id desc"

    pbx_id = fields.Many2one(
        "usu.pbx", "Telephone System", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="pbx_id.company_id")
    user_id = fields.Many2one("res.users", required=True)
    extension = fields.Char(required=True)
    number = fields.Char(required=True)
    state = fields.Selection(
        [("sent", "Sent"), ("done", "Done"), ("failed", "Failed")],
        default="sent",
        required=True,
    )
    error = fields.Char()
    expires_at = fields.Datetime(required=True)

    @api.model
    def dial(self, number):
        """Ring the reader's telephone and then call ``number``.

        Public: any employee with an extension may dial; what is dialled must look like
        a telephone number, so that no dial plan feature code can be sent.
        """
        self.env["usu.call"].check_access("read")
        number = (number or "").strip()
        plain = ("+" if number.startswith("+") else "") + digits(number)
        if FEATURE_CODE.search(number) or not 3 <= len(digits(number)) <= 15:
            raise UserError(
                self.env._("“%s” is not a telephone number.", number)
                if number
                else self.env._("There is no number to dial.")
            )
        extension_sudo = self.env.user._usu_dial_extension()
        if not extension_sudo:
            raise UserError(
                self.env._(
                    "No telephone is assigned to you. Ask your administrator to enter "
                    "your extension in the settings of the telephone system."
                )
            )
        # sudo: usu.call.command - employees dial, the list is the administrators'
        command_sudo = self.sudo().create(
            {
                "pbx_id": extension_sudo.pbx_id.id,
                "user_id": self.env.uid,
                "extension": extension_sudo.number,
                "number": plain,
                "expires_at": fields.Datetime.now() + EXPIRES,
            }
        )
        command_sudo._usu_send()
        return extension_sudo.number

    def _usu_send(self):
        self.ensure_one()
        expires = self.expires_at.replace(tzinfo=timezone.utc).timestamp()
        self.pbx_id._bus_send(
            "usu_callcard/command",
            {
                "id": self.id,
                "command": "dial",
                "extension": self.extension,
                "number": self.number,
                "expires": int(expires),
            },
        )

    def _usu_result(self, status, error):
        """The connector's answer; a failure is shown to the employee who dialled."""
        self.ensure_one()
        if self.state != "sent":
            return
        self.write(
            {"state": "done" if status == "ok" else "failed", "error": error or False}
        )
        if self.state == "failed":
            self.user_id._bus_send(
                "usu_callcard/dial_failed", {"number": self.number, "error": error}
            )

    @api.autovacuum
    def _gc_commands(self):
        old = fields.Datetime.now() - timedelta(days=7)
        self.search([("create_date", "<", old)], limit=10000).unlink()
