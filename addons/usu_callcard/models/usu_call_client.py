"""What the operator does on the card; every method checks access itself."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import escape_psql

from ..tools.event import clean
from ..tools.number import international

SEARCH_LIMIT = 8


class UsuCall(models.Model):
    _inherit = "usu.call"  # pylint: disable=consider-merging-classes-inherited

    def card_dismiss(self):
        """Close the reader's card of this call in all tabs."""
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        # sudo: usu.call.leg - the reader's own part only
        legs_sudo = self.sudo().leg_ids.filtered(lambda leg: leg.user_id == user)
        legs_sudo.dismissed = True
        user._bus_send("usu_callcard/gone", {"id": self.id, "closed": True})

    def card_note(self, text):
        """Keep what the operator wrote during or after the call."""
        self.ensure_one()
        self.check_access("write")
        self.note = (text or "").strip()[:10000]

    def card_search(self, term):
        """Clients the reader may see whose name, number or address fits ``term``."""
        self.ensure_one()
        self.check_access("read")
        term = clean(term)
        if len(term) < 2:
            return []
        domain = [
            "|",
            ("display_name", "ilike", term),
            ("phone_mobile_search", "ilike", term),
        ]
        if sum(char.isdigit() for char in term) < 3:
            domain = [("display_name", "ilike", term)]
        # colleagues are no clients
        domain = [("partner_share", "=", True), *domain]
        partners = self.env["res.partner"].search(domain, limit=SEARCH_LIMIT)
        return [self._usu_choice(partner) for partner in partners]

    def card_choose(self, partner_id):
        """Say which client is calling; the number itself is not touched."""
        partner = self._usu_checked_partner(partner_id)
        self._usu_set_client(partner, self.env._("chosen by %s", self.env.user.name))
        return self.card_data()

    def card_add_number(self, partner_id):
        """The caller is a known client with a number we did not have: keep it too."""
        partner = self._usu_checked_partner(partner_id)
        self._usu_add_point(partner)
        self._usu_set_client(partner, self.env._("added by %s", self.env.user.name))
        return self.card_data()

    def card_save_client(self, vals):
        """Make a client of an unknown caller out of what the operator filled in.

        :param dict vals: ``name``, ``company``, ``email``, ``note``; a name or a
            company is needed, the number comes from the call
        """
        self.ensure_one()
        self.check_access("write")
        if self.partner_id:
            raise UserError(self.env._("This call has a client already."))
        entered = {key: clean(vals.get(key)) for key in ("name", "company", "email")}
        if not entered["name"] and not entered["company"]:
            raise UserError(self.env._("Fill in a name or a company first."))
        partner = self._usu_create_client(
            entered, (vals.get("note") or "").strip()[:2000]
        )
        self._usu_set_client(partner, self.env._("saved by %s", self.env.user.name))
        return self.card_data()

    def _usu_checked_partner(self, partner_id):
        """The client chosen on the card, after checking the reader's rights to both."""
        self.ensure_one()
        self.check_access("write")
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        if not partner:
            raise UserError(self.env._("This client does not exist any more."))
        partner.check_access("read")
        return partner

    def _usu_create_client(self, entered, note):
        company = self._usu_find_company(entered["company"])
        if company and not entered["name"]:
            self._usu_add_point(company)
            return company
        # sudo: res.partner - an operator creates the caller without being allowed to
        # change contacts; only these few values can be set
        partners_sudo = self.env["res.partner"].sudo()
        vals = {
            "name": entered["name"] or entered["company"],
            "is_company": not entered["name"],
            "phone": international(self.number) or self.number_given,
            "email": entered["email"] or False,
            "usu_note": note or False,
        }
        if entered["name"] and entered["company"]:
            company = company or partners_sudo.create(
                {"name": entered["company"], "is_company": True}
            )
            vals["parent_id"] = company.id
        return partners_sudo.create(vals).with_env(self.env)

    def _usu_find_company(self, name):
        """The company of this name among those the reader may see."""
        if not name:
            return self.env["res.partner"]
        domain = [("is_company", "=", True), ("name", "=ilike", escape_psql(name))]
        return self.env["res.partner"].search(domain, limit=1)

    def _usu_add_point(self, partner):
        """Keep the call's number with the client, beside those they have."""
        if not self.number:
            raise UserError(self.env._("This call has no number that could be kept."))
        # sudo: res.partner - the operator adds the number they speak with, nothing else
        partner.sudo()._usu_add_point("phone", self.number, source="call")

    def _usu_set_client(self, partner, reason):
        self.write({"partner_id": partner.id})
        # sudo: usu.call - the reason is written by the system, not by the employee
        self.sudo().write({"match_level": "known", "match_reason": reason})
        self._usu_tell_changed()

    def _usu_tell_changed(self):
        """The card's content changed: whoever shows it reads it again."""
        # sudo: usu.call.leg - all who have the card, not only the reader
        for leg in self.sudo().leg_ids.filtered("user_id"):
            if leg.state != "missed" and not leg.dismissed:
                payload = self._usu_ring_payload(leg.state) | {"changed": True}
                leg.user_id._bus_send("usu_callcard/update", payload)
