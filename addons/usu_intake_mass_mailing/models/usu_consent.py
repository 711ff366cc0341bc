from odoo import models


class UsuConsent(models.Model):
    """Mailing lists follow consents; nothing else of ours writes a subscription."""

    _inherit = "usu.consent"

    def _usu_granted(self):
        result = super()._usu_granted()
        for consent in self.filtered("email"):
            lists = consent.text_id.mailing_list_ids
            if consent.purpose == "newsletter" and lists:
                consent._subscribe(lists)
        return result

    def _usu_withdrawn(self):
        result = super()._usu_withdrawn()
        for consent in self.filtered("email"):
            others = self._of_email(consent.email).filtered("confirmed_at")
            lists = consent.text_id.mailing_list_ids - others.text_id.mailing_list_ids
            if lists:
                lists._update_subscription_from_email(consent.email, opt_out=True)
        return result

    def _of_email(self, email):
        """:return: what holds now for letters to this address (sudo)"""
        # sudo: usu.consent - who unsubscribes may not read consents
        return self.sudo().search(
            [
                ("email", "=", email),
                ("purpose", "=", "newsletter"),
                ("withdrawn_at", "=", False),
            ]
        )

    def _subscribe(self, lists):
        self.ensure_one()
        # sudo: mailing.contact - the client agreed
        contacts = self.env["mailing.contact"].sudo()
        # sudo: mailing.subscription - the client agreed
        subscriptions = self.env["mailing.subscription"].sudo()
        mine = contacts.search([("email_normalized", "=", self.email)])
        if not mine:
            mine = contacts.create(
                {
                    "name": self.name or self.partner_id.name or self.email,
                    "email": self.email,
                }
            )
        known = subscriptions.search(
            [("contact_id", "in", mine.ids), ("list_id", "in", lists.ids)]
        )
        known.filtered("opt_out").write({"opt_out": False, "opt_out_reason_id": False})
        subscriptions.create(
            [
                {"contact_id": mine[:1].id, "list_id": mailing_list.id}
                for mailing_list in lists - known.list_id
            ]
        )
        # sudo: mail.blacklist - a new consent ends an earlier "never again"
        blacklist = self.env["mail.blacklist"].sudo()
        if blacklist.search_count([("email", "=", self.email)], limit=1):
            blacklist._remove(self.email)

    def _unsubscribed(self, email, lists=None):
        """The client left these lists (none: all). Consents without a list left end."""
        for consent in self._of_email(email):
            mine = consent.text_id.mailing_list_ids
            if lists is not None and not mine & lists:
                continue
            if lists is None or not self._is_subscribed(email, mine):
                consent._withdraw("unsubscribe")

    def _is_subscribed(self, email, lists):
        # sudo: mailing.subscription - who unsubscribes may not read them
        subscriptions = self.env["mailing.subscription"].sudo()
        return subscriptions.search_count(
            [
                ("contact_id.email_normalized", "=", email),
                ("list_id", "in", lists.ids),
                ("opt_out", "=", False),
            ],
            limit=1,
        )
