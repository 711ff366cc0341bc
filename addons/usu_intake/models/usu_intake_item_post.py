"""What a letter becomes: a message on a request, and once a day an acknowledgement."""

import hashlib
from email.utils import formataddr

from markupsafe import Markup, escape

from odoo import models

from odoo.addons.usu_routing.tools.values import Contact

from ..tools import quote, trust
from ..tools.letter import parse_date

BODY_LIMIT = 50_000  # characters of a letter shown in the request


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    def _letter_request(self, letter, facts):
        """A known client wrote: routing finds the request and who answers."""
        contact = self._letter_contact(letter, facts)
        receipt = self._letter_receive(contact, letter)
        # sudo: helpdesk.ticket - the letter is laid on the request routing named
        request = self.env["helpdesk.ticket"].sudo().browse(receipt.request_id)
        self.write({"ticket_id": request.id, "partner_id": receipt.partner_id})
        if receipt.state == "duplicate":
            return
        author = receipt.partner_id if facts.verdict == trust.VERIFIED else False
        self._post_letter(request, letter, author_id=author)
        if receipt.new_request:
            self._acknowledge(request, letter, facts, receipt)

    def _letter_contact(self, letter, facts):
        rule = self.env["usu.intake.sender"]._find(letter["sender"])
        proofs = {"email"} if facts.verdict == trust.VERIFIED else set()
        return Contact(
            partner_id=rule.partner_id.id or None,
            name=letter["sender_name"],
            email=letter["sender"],
            verified=frozenset(proofs),
        )

    def _letter_receive(self, contact, letter, **values):
        """Hand over to routing; the letter itself is posted afterwards, in both cases,
        so that a new request and an old one show it the same way."""
        new, _rest = quote.split(letter["text"][:BODY_LIMIT])
        # the letter itself is the first entry of the request's history
        routing = self.env["usu.routing"].with_context(mail_create_nolog=True)
        channel = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_email", raise_if_not_found=False
        )
        return routing._receive(
            contact,
            desk=self.team_id or None,
            channel="email",
            title=letter["subject"] or self.env._("(no subject)"),
            external_id=self.external_key,
            values={
                "description": Markup("<p>%s</p>") % _lines(new),
                "channel_id": channel and channel.id,
            },
            **values,
        )

    def _letter_answer(self, letter, facts):
        """A letter that belongs to a request: it joins it, and reopens it."""
        # sudo: helpdesk.ticket - the letter proved that it belongs there
        request = self.env["helpdesk.ticket"].sudo().browse(facts.thread_id)
        partner = self._letter_author(facts, request)
        self.write({"ticket_id": request.id, "partner_id": request.partner_id.id})
        verified = facts.verdict == trust.VERIFIED
        self._post_letter(request, letter, author_id=verified and partner.id)
        if facts.staff:
            user = self._staff_of(letter["sender"])[:1]
            self.env["usu.routing"]._staff_answered(request, user)
            return
        if request.stage_id.closed:
            request._usu_reopen()
        self.env["usu.routing"]._client_wrote(request)

    def _letter_author(self, facts, request):
        """The one partner the sender is within this request, or none."""
        if facts.staff:
            return self._staff_of(facts.sender)[:1].partner_id
        mine = request.partner_id
        if mine.email_normalized == facts.sender:
            return mine
        candidates = self._letter_candidates({"sender": facts.sender})
        ids = [c.partner_id for c in candidates]
        if mine.id in ids:
            return mine
        # an address several clients share says nothing about which of them wrote
        return self.env["res.partner"].browse(ids if len(ids) == 1 else ())

    def _letter_note(self, letter, facts):
        """An automatic letter: kept beside the request, it moves nothing."""
        # sudo: helpdesk.ticket - the letter quotes a Message-ID of this request
        request = self.env["helpdesk.ticket"].sudo().browse(facts.thread_id)
        self.write({"ticket_id": request.id, "partner_id": request.partner_id.id})
        self._post_letter(request, letter, subtype="mail.mt_note", silent=True)

    def _post_letter(
        self, request, letter, *, author_id=False, subtype=None, silent=False
    ):
        """The letter as a message; a former one with its Message-ID stays alone."""
        message_id = (letter["message_id"] or [self._own_message_id()])[0]
        # sudo: mail.message - the Message-ID of this request's letters
        known = self.env["mail.message"].sudo()
        if known.search_count(
            [
                ("message_id", "=", message_id),
                ("model", "=", "helpdesk.ticket"),
                ("res_id", "=", request.id),
            ],
            limit=1,
        ):
            message_id = self._own_message_id()
        shown = formataddr(
            (letter["sender_name"], letter["sender"] or "unknown@invalid")
        )
        root = request.with_user(self.env.ref("base.user_root")).with_context(
            mail_create_nosubscribe=True,
            mail_post_autofollow_author_skip=True,
            usu_routed=True,  # routing hears of it from us
        )
        values = {"notify_skip_followers": True} if silent else {}
        return root.message_post(
            body=self._letter_body(letter, verified=bool(author_id)),
            subject=letter["subject"] or False,
            message_type="email",
            subtype_xmlid=subtype or "mail.mt_comment",
            author_id=author_id,
            email_from=shown,
            message_id=message_id,
            date=parse_date(letter["date"]) or self.received_at,
            incoming_email_to=", ".join(filter(None, [letter["sender"]])),
            attachments=[(f["name"], f["content"]) for f in letter["files"]],
            **values,
        )

    def _own_message_id(self):
        digest = hashlib.sha256(self.external_key.encode()).hexdigest()[:40]
        return f"<{digest}@intake.local>"

    def _letter_body(self, letter, *, verified):
        """The new text plain, signature and quotation collapsed below it."""
        new, rest = quote.split(letter["text"][:BODY_LIMIT])
        body = Markup("<p>%s</p>") % _lines(new)
        if rest:
            body += Markup('<div data-o-mail-quote="1"><br/>%s</div>') % _lines(rest)
        if not verified:
            note = self.env._(
                "The sender's address is not verified: do not change contact data or "
                "send personal data on the strength of this letter alone."
            )
            body += (
                Markup('<p class="text-warning-emphasis"><small>⚠ %s</small></p>')
                % note
            )
        return body


def _lines(text):
    return Markup("<br/>").join(escape(text).split("\n"))
