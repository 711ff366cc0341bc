import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, mute_logger

_logger = logging.getLogger(__name__)

# what a client who cannot be deleted loses; name and address stay, because the
# invoices that keep them must show both
CLEARED = (
    *("email", "phone", "comment", "image_1920", "usu_note", "usu_category_id"),
    *("usu_responsible_id", "website", "barcode", "function"),
)


class UsuPrivacy(models.AbstractModel):
    _inherit = "usu.privacy"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _erase(self, partner):
        """Delete all about a client for good, the client last.

        Requests stay as numbers without content, so that the clinic's figures do not
        change. Whoever has invoices cannot be deleted: they lose all but name and
        address and are archived.

        :return: True when the client is gone, False when they had to stay
        :raise UserError: the client is an employee
        """
        self._check_officer(partner)
        # sudo: res.users - whether the client is an employee
        if any(user._is_internal() for user in partner.sudo().user_ids):
            raise UserError(self.env._("%s is an employee.", partner.name))
        self.env["usu.privacy.access"]._opened("erasure", partner)
        # sudo: usu.privacy - an officer erases all that is kept about a client
        return self.sudo()._erase_all(partner.sudo())

    @api.model
    def _erase_all(self, partner):
        found = self._records(partner)
        counted = dict(found)
        requests = found.pop("helpdesk.ticket")
        self._erase_dialogues(found.pop("discuss.channel"))
        for records in found.values():
            records.exists().unlink()
        self._empty(requests)
        self._erase_traces(partner, requests)
        self._note(partner, self.env._("Erased"), counted)
        _logger.info("Client %s was erased by user %s", partner.id, self.env.uid)
        return self._erase_partner(partner)

    @api.model
    def _erase_dialogues(self, dialogues):
        guests = dialogues.channel_member_ids.guest_id
        for dialogue in dialogues:
            self._erase_talk(dialogue)
        dialogues.unlink()
        guests.filtered(lambda g: not g.channel_ids).unlink()

    @api.model
    def _erase_talk(self, record):
        self._files(record).unlink()
        record.message_ids.unlink()

    @api.model
    def _empty(self, requests):
        """A request without its content and its client."""
        for request in requests:
            self._erase_talk(request)
            request.activity_ids.unlink()
        values = {
            "name": self.env._("Erased at the client's wish"),
            "description": "",
            "partner_id": False,
            "partner_name": False,
            "partner_email": False,
        }
        quiet = requests.with_context(
            tracking_disable=True, mail_notrack=True, usu_routed=True
        )
        quiet.write({k: v for k, v in values.items() if k in requests._fields})
        quiet.message_follower_ids.filtered(
            lambda f: f.partner_id.id not in quiet.user_id.partner_id.ids
        ).unlink()

    @api.model
    def _erase_traces(self, partner, requests):
        """Rows that are not records of ours but name the client."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE usu_routing_decision SET partner_ref = NULL, note = NULL"
                " WHERE partner_ref = %s OR request_ref = ANY(%s)",
                partner.id,
                requests.ids,
            )
        )
        self.env["sms.sms"].search([("partner_id", "=", partner.id)]).unlink()
        self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)]).unlink()

    @api.model
    def _erase_partner(self, partner):
        self._files(partner).unlink()
        partner.message_ids.unlink()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                partner.user_ids.unlink()
                partner.unlink()
            return True
        except (psycopg2.Error, UserError, ValidationError, AccessError):
            partner.invalidate_recordset()
        partner.user_ids.active = False
        cleared = {f: False for f in CLEARED if f in partner._fields}
        partner.with_context(tracking_disable=True).write(cleared)
        self.env["usu.contact.point"].search([("partner_id", "=", partner.id)]).unlink()
        partner.active = False
        return False
