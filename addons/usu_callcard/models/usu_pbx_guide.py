"""The page "Connect": what to paste where, and a card to try without a telephone."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.event import CallEvent

# reserved for films and examples: it is nobody's
TEST_NUMBER = "+12025550123"

AMI = """\
[usu]
secret = CHOOSE-A-PASSWORD
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = call,agent,dialplan,reporting
write = reporting,originate
"""

CONNECTOR = """\
USU_ODOO_URL={url}
USU_ODOO_DB={database}
USU_PBX={code}
USU_SECRET={secret}
USU_AMI_HOST=127.0.0.1
USU_AMI_PORT=5038
USU_AMI_USER=usu
USU_AMI_PASSWORD=CHOOSE-A-PASSWORD
USU_TRUNKS=trunk
"""


class UsuPbx(models.Model):
    _inherit = "usu.pbx"  # pylint: disable=consider-merging-classes-inherited

    ami_snippet = fields.Text(compute="_compute_snippets", string="For the PBX")
    connector_snippet = fields.Text(
        compute="_compute_snippets",
        string="For the Connector",
        groups="usu_callcard.usu_callcard_group_admin",
    )

    def _compute_snippets(self):
        url = self.get_base_url() if self else ""
        for pbx in self:
            pbx.ami_snippet = AMI
            pbx.connector_snippet = CONNECTOR.format(
                url=url,
                database=self.env.cr.dbname,
                code=pbx.code or "",
                # sudo: usu.pbx - shown to those who may read the secret only, as the
                # field's group says
                secret=pbx.sudo().secret or "",
            )

    def action_test_card(self):
        """A call that does not exist rings at the administrator; again ends it."""
        self.ensure_one()
        self.check_access("write")
        user = self.env.user
        extension = self.extension_ids.filtered(lambda e: e.user_id == user)[:1]
        if not extension:
            raise UserError(
                self.env._("Enter an extension of your own first, on page Extensions.")
            )
        # sudo: usu.call - calls are written by the system only
        calls_sudo = self.env["usu.call"].sudo()
        outside_id = f"test:{self.env.uid}"
        domain = [("pbx_id", "=", self.id), ("outside_id", "=", outside_id)]
        ringing_sudo = calls_sudo.search(domain)
        if ringing_sudo:
            payload = {"id": ringing_sudo.id, "closed": True}
            self.env.user._bus_send("usu_callcard/gone", payload)
            ringing_sudo.unlink()
            return
        now = fields.Datetime.now()
        event = CallEvent(
            call=outside_id,
            seq=1,
            type="ring",
            at=now,
            direction="incoming",
            number=TEST_NUMBER,
            did=self.line_ids[:1].number or "",
            ringing=(extension.number,),
            rang=(extension.number,),
            extension=extension.number,
            started_at=now,
        )
        # sudo: usu.pbx - its settings are read as for an event from outside
        calls_sudo._usu_apply_event(self.sudo(), event, now)
