"""What a person decides about an item that waits for review."""

import phonenumbers

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.usu_routing.tools.values import Contact

from ..tools import address as addressing
from ..tools import trust
from ..tools.letter_filters import Facts
from ..tools.letter_reader import LetterReader, LetterTooCostly, LetterUnreadable

REVIEW_GROUP = "usu_intake.usu_intake_group_user"
NUMBERS_LOOKED_AT = 5
PREVIEW_LOOKED_AT = 3_000  # characters searched for telephone numbers


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    suggested_partner_ids = fields.Many2many(
        "res.partner", compute="_compute_suggested", string="Possible Clients"
    )
    suggestion = fields.Char(compute="_compute_suggested")

    @api.depends("preview", "sender", "partner_id", "state", "thread_id")
    def _compute_suggested(self):
        """Clients the letter may be from: by telephone numbers in its text, by its
        (unproved) address, by the request it names. Looked up when the form opens."""
        for item in self:
            partners, reasons = item._suggest() if item.state != "done" else ([], [])
            item.suggested_partner_ids = [fields.Command.set(partners)]
            item.suggestion = "; ".join(reasons)

    def _suggest(self):
        found = {}
        routing = self.env["usu.routing"]
        for number in self._numbers_in_text():
            for candidate in routing._identify(Contact(phone=number)):
                found.setdefault(candidate.partner_id, candidate.reason)
        if self.sender:
            for candidate in routing._identify(Contact(email=self.sender)):
                found.setdefault(candidate.partner_id, candidate.reason)
        # sudo: helpdesk.ticket - the client of the request the letter names
        ticket = self.thread_id.sudo()
        if ticket.partner_id:
            reason = self.env._("request %(number)s is theirs", number=ticket.number)
            found.setdefault(ticket.partner_id.id, reason)
        partners = self.env["res.partner"].browse(found)._filtered_access("read")
        return partners.ids[:5], list(dict.fromkeys(found[p] for p in partners.ids[:5]))

    def _numbers_in_text(self):
        country = self.company_id.country_id.code or None
        text = (self.preview or "")[:PREVIEW_LOOKED_AT]
        matches = phonenumbers.PhoneNumberMatcher(text, country, max_tries=200)
        numbers = []
        for match in matches:
            style = phonenumbers.PhoneNumberFormat.E164
            numbers.append(phonenumbers.format_number(match.number, style))
            if len(numbers) >= NUMBERS_LOOKED_AT:
                break
        return list(dict.fromkeys(numbers))

    # ------------------------------------------------------------------ buttons

    def action_new_client(self):
        """The sender becomes a client, the letter a request."""
        for item in self._for_review():
            item._accept(create_client=True)
        return self._next_or_request()

    def action_request(self):
        """A request without a client; whoever answers it sees the address."""
        for item in self._for_review():
            item._accept()
        return self._next_or_request()

    def action_answer(self):
        """A request without a client, opened to write the answer at once."""
        self.ensure_one()
        self._for_review()._accept()
        return self._open_request()

    def action_link(self):
        self._for_review()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Belongs to…"),
            "res_model": "usu.intake.item.link",
            "view_mode": "form",
            "target": "new",
            "context": {"default_item_ids": self.ids},
        }

    def action_block_address(self):
        return self._block("address")

    def action_block_domain(self):
        return self._block("domain")

    def action_spam(self):
        self._for_review()._reject("spam_flag")
        return True

    def action_open_request(self):
        self.ensure_one()
        self.check_access("read")
        return self._open_request()

    def action_download(self):
        self.ensure_one()
        self._check_raw_access()
        return {
            "type": "ir.actions.act_url",
            "url": f"/usu_intake/original/{self.id}",
            "target": "download",
        }

    # ------------------------------------------------------------------ deeds

    def _for_review(self):
        """Check who acts; the items, with the rights their deed needs."""
        self.check_access("read")
        if not self.env.user.has_group(REVIEW_GROUP):
            raise AccessError(self.env._("Reviewing letters is for reviewers."))
        if any(item.state in ("new", "done") for item in self):
            raise UserError(
                self.env._(
                    "Only what waits for review can be decided. Reload the list."
                )
            )
        # sudo: usu.intake.item - checked above; the fields are not written by hand
        return self.sudo()

    def _accept(self, partner=None, ticket=None, create_client=False):
        """A person vouches for the letter: it becomes (part of) a request.

        :param partner: the client it is from, if the reviewer named one
        :param ticket: the request it belongs to, if the reviewer named one
        """
        self.ensure_one()
        letter = self._read_for_review()
        facts = Facts(sender=letter["sender"], verdict=self.verdict or trust.UNVERIFIED)
        # a reviewer's word makes the client known, not a forged letter genuine
        author = partner.id if partner and self.verdict != trust.FORGED else False
        if ticket:
            # sudo: helpdesk.ticket - the reviewer chose it from what they may see
            request = ticket.sudo()
            if request.stage_id.closed:
                request._usu_reopen()
            self.partner_id = partner or request.partner_id
            self._post_letter(request, letter, author_id=author)
            self.env["usu.routing"]._client_wrote(request)
        else:
            contact = Contact(
                partner_id=partner.id if partner else None,
                name=letter["sender_name"],
                email=letter["sender"],
            )
            receipt = self._letter_receive(contact, letter, create_client=create_client)
            # sudo: helpdesk.ticket - the request routing just named
            request = self.env["helpdesk.ticket"].sudo().browse(receipt.request_id)
            self.partner_id = receipt.partner_id
            if receipt.state != "duplicate":
                author = author or (create_client and receipt.partner_id)
                self._post_letter(request, letter, author_id=author)
                self._acknowledge(request, letter, facts, receipt)
        self.ticket_id = request
        self._finish("done")

    def _read_for_review(self):
        raw = self._get_raw()
        if not raw:
            raise UserError(self.env._("The original has been removed by retention."))
        try:
            with LetterReader() as reader:
                return reader.parse(raw, with_files=True)
        except (LetterTooCostly, LetterUnreadable) as error:
            raise UserError(
                self.env._(
                    "This letter cannot be read (%(error)s). Download the original.",
                    error=error,
                )
            ) from error

    def _finish(self, state, reason="by_hand"):
        keys = [key for key in (self.reason_keys or "").split(",") if key]
        self.write(
            {
                "state": state,
                "handled_by_id": self.env.uid,
                "processed_at": fields.Datetime.now(),
                "reason_keys": ",".join(dict.fromkeys([reason, *keys])),
            }
        )

    def _reject(self, reason):
        for item in self:
            item._finish("rejected", reason)

    def _block(self, kind):
        items = self._for_review()
        values = {
            item.sender if kind == "address" else addressing.domain_of(item.sender)
            for item in items
            if item.sender
        }
        if not values:
            raise UserError(self.env._("The letter names no address to block."))
        items._remember(kind, values, rule="block")
        items._reject("blocked")
        return True

    def _remember(self, kind, values, *, rule, partner=None):
        """Write a sender rule; one that exists is changed."""
        Sender = self.env["usu.intake.sender"].with_context(active_test=False)
        for value in values:
            vals = {"rule": rule, "active": True, "partner_id": partner and partner.id}
            known = Sender.search([("kind", "=", kind), ("value", "=", value)])
            if known:
                known.write(vals)
            else:
                Sender.create({**vals, "kind": kind, "value": value})

    def _remember_address(self, partner):
        """The address becomes a contact point of the client, known from now on."""
        # sudo: usu.contact.point - the reviewer vouches for this one address
        partner.sudo()._usu_add_point(
            "email", self.sender, source="letter", verified_by="staff"
        )

    def _next_or_request(self):
        return self._open_request() if len(self) == 1 else True

    def _open_request(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
