import imaplib
import poplib
import ssl

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.models import fetchmail

CONNECT_SECONDS = 10


class FetchmailServer(models.Model):
    """A mailbox whose letters go through the intake queue."""

    _inherit = "fetchmail.server"  # pylint: disable=R8180

    usu_intake = fields.Boolean(
        "Front desk intake",
        help="Letters are stored unchanged first, then sorted: known senders become "
        "requests, strangers wait for review. Nothing is lost and nothing is believed "
        "just because it stands in the sender line.",
    )
    usu_team_id = fields.Many2one("helpdesk.ticket.team", "Desk")
    usu_address = fields.Char(
        "Public address", help="The address clients write to; answers come from it."
    )
    usu_folder_ids = fields.One2many("usu.intake.folder", "server_id", "Folders")
    usu_starttls = fields.Boolean(
        "STARTTLS", help="Encrypt on the plain port before logging in."
    )
    usu_max_size = fields.Integer(
        "Largest letter (MB)",
        default=25,
        help="Of a larger letter only the beginning is fetched; it stays there.",
    )
    usu_mark_seen = fields.Boolean("Mark as read", help="After the letter is stored.")
    usu_delete_days = fields.Integer(
        "Delete after (days)",
        help="POP3 only: remove stored letters from the server after so many days. "
        "0 leaves them there.",
    )
    usu_unverified = fields.Selection(
        [("accept", "Process, marked as not verified"), ("triage", "Wait for review")],
        "Known address, not proved",
        default="accept",
        help="For letters from a client's address whose domain neither confirms nor "
        "denies the sender.",
    )
    usu_authserv_id = fields.Char(
        "Trusted mail server",
        help="The name your own mail server writes first in its "
        "Authentication-Results header. Empty: only own checks count.",
    )
    usu_own_hosts = fields.Char(
        "Own servers",
        help="Names of your servers in Received lines (after “by”), with spaces "
        "between them.",
    )
    usu_check_dkim = fields.Boolean(
        "Check signatures",
        default=True,
        help="Where no trusted server has judged, look up the sender's public key.",
    )
    usu_acknowledge = fields.Boolean(
        "Acknowledge",
        default=True,
        help="Send the number of a new request to its sender, once a day at most.",
    )
    usu_responsible_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain=[("share", "=", False)],
        help="Is told when the mailbox cannot be read for 15 minutes.",
    )
    usu_failing_since = fields.Datetime("Failing since", readonly=True, copy=False)
    usu_failures = fields.Integer("Failures in a row", readonly=True, copy=False)
    usu_next_try = fields.Datetime("Next try", readonly=True, copy=False)
    usu_alarmed = fields.Boolean(readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        servers = super().create(vals_list)
        servers._usu_default_folder()
        return servers

    def write(self, vals):
        result = super().write(vals)
        if vals.get("usu_intake") or "server_type" in vals:
            self._usu_default_folder()
        return result

    def _usu_default_folder(self):
        for server in self:
            if (
                server.usu_intake
                and server._get_connection_type() == "imap"
                and not server.usu_folder_ids
            ):
                server.usu_folder_ids = [fields.Command.create({"name": "INBOX"})]

    def _connect__(self, allow_archived=False):  # noqa: PLW3201
        """Mailboxes of the intake: certificates are checked, waiting is short.

        imaplib and poplib accept any certificate unless given a context.
        """
        self.ensure_one()
        if not self.usu_intake:
            return super()._connect__(allow_archived=allow_archived)
        if not allow_archived and not self.active:
            raise UserError(self.env._("The mailbox is archived."))
        kind = self._get_connection_type()
        if kind == "imap":
            return self._usu_connect_imap()
        if kind == "pop":
            return self._usu_connect_pop()
        return super()._connect__(allow_archived=allow_archived)

    def _usu_connect_imap(self):
        address = (self.server, int(self.port))
        if self.is_ssl:
            connection = fetchmail.OdooIMAP4_SSL(
                *address, timeout=CONNECT_SECONDS, ssl_context=_context()
            )
        else:
            connection = fetchmail.OdooIMAP4(*address, timeout=CONNECT_SECONDS)
            if self.usu_starttls:
                connection.starttls(_context())
        try:
            self._imap_login__(connection)
        except (imaplib.IMAP4.error, OSError):
            connection.shutdown()
            raise
        return connection

    def _usu_connect_pop(self):
        address = (self.server, int(self.port))
        if self.is_ssl:
            connection = fetchmail.OdooPOP3_SSL(
                *address, timeout=CONNECT_SECONDS, context=_context()
            )
        else:
            connection = fetchmail.OdooPOP3(*address, timeout=CONNECT_SECONDS)
            if self.usu_starttls:
                connection.stls(_context())
        try:
            connection.user(self.user)
            connection.pass_(self.password)
        except (poplib.error_proto, OSError):
            connection.close()
            raise
        return connection


def _context():
    return ssl.create_default_context()
