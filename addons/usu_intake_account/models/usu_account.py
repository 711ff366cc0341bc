from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from odoo.addons.usu_routing.tools.values import Contact

SHOWN = 20


class UsuAccount(models.AbstractModel):
    """What a client sees in the personal account.

    Another addon shows its own things with two hooks, each extended with ``super()``:
    :meth:`_usu_account_sections` and :meth:`_usu_account_export`. Both get the client
    who is logged in and run with ``sudo()``: they must ask for this client's records
    by `partner`, never by an id from outside.
    """

    _name = "usu.account"
    _description = "Personal account"

    @api.model
    def _usu_account_sections(self, partner):
        """Hook: the parts of the page, in the order of ``sequence``.

        :param partner: res.partner, the client
        :return: list of dicts ``{"key": unique, also the anchor; "title": text;
            "sequence": int; "template": xml id of a QWeb template, called with
            ``data`` and ``partner``; "data": plain values}``
        """
        _ = self.env._
        erasure = {"erasure": self._erasure(partner).number or ""}
        sections = [
            self._section("requests", _("My requests"), 10, self._requests(partner)),
            self._section(
                "contacts", _("My numbers and addresses"), 60, self._contacts(partner)
            ),
            self._section(
                "consents", _("What I agreed to"), 70, self._consents(partner)
            ),
            self._section("data", _("My data"), 80, erasure),
        ]
        dialogues = self._dialogues(partner)
        if dialogues:
            sections.append(
                self._section("dialogues", _("My dialogues"), 30, dialogues)
            )
        return sections

    @api.model
    def _section(self, key, title, sequence, data):
        return {
            "key": key,
            "title": title,
            "sequence": sequence,
            "template": f"usu_intake_account.account_{key}",
            "data": data,
        }

    @api.model
    def _usu_account_export(self, partner):
        """Hook: all that is kept about the client, as plain JSON values.

        :return: dict of dicts and lists; dates as ISO text in UTC
        """
        return {
            "client": {
                "name": partner.name,
                "email": partner.email or "",
                "phone": partner.phone or "",
                "language": partner.lang or "",
                "street": partner.street or "",
                "zip": partner.zip or "",
                "city": partner.city or "",
                "country": partner.country_id.code or "",
            },
            "contact_points": [
                {
                    "kind": point.kind,
                    "value": point.value,
                    "confirmed": _iso(point.verified_at),
                }
                for point in partner.usu_contact_point_ids
            ],
            "requests": [self._exported(r) for r in self._own_requests(partner)],
            "registrations": self._exported_registrations(partner),
            "consents": self._exported_consents(partner),
            "dialogues": [
                {
                    "request": dialogue["number"],
                    "messages": dialogue["messages"],
                }
                for dialogue in self._dialogues(partner)
            ],
        }

    @api.model
    def _exported_registrations(self, partner):
        # sudo: usu.intake.registration - the client's own
        registrations = self.env["usu.intake.registration"].sudo()
        return [
            {
                "date": _iso(r.create_date),
                "form": r.form_id.name,
                "name": r.name,
                "email": r.email or "",
                "phone": r.phone or "",
                "answers": {a.question: a.value or "" for a in r.answer_ids},
            }
            for r in registrations.search([("partner_id", "=", partner.id)])
        ]

    @api.model
    def _exported_consents(self, partner):
        # sudo: usu.consent - the client's own
        consents = self.env["usu.consent"].sudo()
        return [
            {
                "text": c.words,
                "version": c.version,
                "given": _iso(c.given_at),
                "confirmed": _iso(c.confirmed_at),
                "withdrawn": _iso(c.withdrawn_at),
                "source": c.source,
                "address": c.address or "",
            }
            for c in consents.search([("partner_id", "=", partner.id)])
        ]

    # ----------------------------------------------------------------- requests

    @api.model
    def _own_requests(self, partner):
        # sudo: helpdesk.ticket - the client's own, whatever the desk shows elsewhere
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        return tickets.search([("partner_id", "=", partner.id)], order="id desc")

    @api.model
    def _requests(self, partner):
        requests = self._own_requests(partner)
        return {
            "more": len(requests) > SHOWN,
            "rows": [
                {
                    "number": request.number,
                    "title": request.name,
                    "stage": request.stage_id.name,
                    "open": request.usu_open,
                    "date": format_date(self.env, request.create_date),
                    "responsible": request.user_id.name or "",
                    "url": request.active and f"/my/ticket/{request.id}",
                }
                for request in requests[:SHOWN]
            ],
        }

    @api.model
    def _exported(self, request):
        shown = request.message_ids.filtered(
            lambda m: m.message_type in ("comment", "email")
            and not m.subtype_id.internal
            and not m.is_internal
        )
        return {
            "number": request.number,
            "title": request.name,
            "description": request.description or "",
            "stage": request.stage_id.name,
            "channel": request.usu_channel or "",
            "created": _iso(request.create_date),
            "closed": _iso(request.closed_date),
            "messages": [
                {
                    "date": _iso(m.date),
                    "author": m.author_id.name or m.email_from or "",
                    "body": m.body or "",
                }
                for m in shown.sorted("id")
            ],
        }

    # ---------------------------------------------------------------- dialogues

    @api.model
    def _dialogues(self, partner):
        """What was said about the client's requests, on the site or on Telegram.

        :return: list of ``{"number", "title", "messages": [{"date", "author",
            "body"}]}``, newest first
        """
        # sudo: discuss.channel - dialogues of the client's own requests
        found = self.env["discuss.channel"].sudo().search(
            [("usu_request_id.partner_id", "=", partner.id)], order="id desc", limit=50
        )  # fmt: skip
        return [self._dialogue(channel) for channel in found]

    @api.model
    def _dialogue(self, channel):
        messages = channel.message_ids.filtered(
            lambda m: m.message_type == "comment" and not m.is_internal
        ).sorted("id")
        return {
            "number": channel.usu_request_id.number,
            "title": channel.usu_request_id.name,
            "messages": [
                {
                    "date": format_datetime(self.env, message.date),
                    "author": message.author_id.name
                    or message.author_guest_id.name
                    or "",
                    "body": message.body,
                }
                for message in messages - messages._filter_empty()
            ],
        }

    # ------------------------------------------------------- contacts, consents

    @api.model
    def _contacts(self, partner):
        points = partner.usu_contact_point_ids
        kinds = dict(points._fields["kind"]._description_selection(self.env))
        return [
            {
                "id": point.id,
                "kind": point.kind,
                "label": kinds[point.kind],
                "value": point.value,
                "main": point.main,
                "confirmed": bool(point.verified_at),
            }
            for point in points.sorted(lambda p: (p.kind, not p.main, p.id))
        ]

    @api.model
    def _texts(self):
        """What clients may agree to in the account: newsletters of the company."""
        # sudo: usu.consent.text - shown to every client
        texts = self.env["usu.consent.text"].sudo()
        company = [("company_id", "in", [False, self.env.company.id])]
        return texts.search([("purpose", "=", "newsletter"), *company])

    @api.model
    def _consents(self, partner):
        live = self.env["usu.consent"]._live(partner)
        offered = self._texts().filtered(lambda t: t not in live.text_id)
        return {
            "given": [
                {
                    "id": consent.id,
                    "title": consent.text_id.name,
                    "words": consent.words,
                    "version": consent.version,
                    "date": format_date(self.env, consent.given_at),
                    "confirmed": consent.state == "given",
                }
                for consent in live
            ],
            "offered": [
                {"id": t.id, "title": t.name, "words": t.body, "seal": t._seal()}
                for t in offered
            ],
            "email": self._letter_address(partner),
        }

    @api.model
    def _letter_address(self, partner):
        """The address letters go to: a proved one, the main one first."""
        emails = partner.usu_contact_point_ids.filtered(lambda p: p.kind == "email")
        proved = emails.filtered("verified_at").sorted(lambda p: not p.main)
        return proved[:1].value or ""

    # ------------------------------------------------------------------ erasure

    @api.model
    def _erasure(self, partner):
        """:return: the client's open wish to be erased, or an empty recordset"""
        # sudo: helpdesk.ticket - the client's own
        request = partner.sudo().usu_erasure_id
        return request if request.usu_open else request.browse()

    @api.model
    def _ask_erasure(self, partner):
        """The client wants their data erased: a request to whoever answers for it.

        :return: helpdesk.ticket (sudo)
        """
        known = self._erasure(partner)
        if known:
            return known
        company = self.env.company
        # sudo: res.company - who answers for data
        officer = company.sudo().usu_privacy_user_id
        receipt = self.env["usu.routing"]._receive(
            Contact(partner_id=partner.id, name=partner.name or ""),
            channel="form",
            title=self.env._("Erase the data of %(name)s", name=partner.name),
            body=self.env._(
                "The client asks in the personal account that all data about them be"
                " erased. Check what the law makes you keep, then use Privacy Lookup."
            ),
            external_id=f"erasure:{partner.id}:{fields.Datetime.now().isoformat()}",
            preferred_user_id=officer.id or None,
            new_request=True,
        )
        # sudo: res.partner - noted on the client's own card
        partner.sudo().usu_erasure_id = receipt.request_id
        return self._erasure(partner)


def _iso(value):
    return value.isoformat(timespec="seconds") + "Z" if value else ""
