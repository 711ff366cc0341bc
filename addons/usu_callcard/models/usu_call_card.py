"""What the card shows, read with the rights of the one who looks at it."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.usu_routing.tools.phone import normalise

from ..tools.number import international, region

HISTORY = 3
REQUESTS = 5
# a card comes back after a reload of the page when the call is not older than this
LIVE_HOURS = 6


class UsuCall(models.Model):
    _inherit = "usu.call"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def get_live_cards(self):
        """Cards of the reader that should be on the screen now, and their settings."""
        since = fields.Datetime.now() - timedelta(hours=LIVE_HOURS)
        # the rule on parts shows the reader's own only, unless they may see all
        legs = self.env["usu.call.leg"].search(
            [
                ("user_id", "=", self.env.uid),
                ("dismissed", "=", False),
                ("state", "in", ("ringing", "talking")),
                ("call_id.state", "!=", "ended"),
                ("call_id.started_at", ">", since),
            ]
        )
        return {
            "cards": [leg.call_id._usu_ring_payload(leg.state) for leg in legs],
            "sound": self.env.user.usu_card_sound,
            "can_dial": bool(self.env.user._usu_dial_extension()),
        }

    def card_data(self):
        """Everything the card shows.

        Public: who may read the call may see its card (those who rang or spoke, and who
        may see all calls). Client, requests and the bridges' sections are read with the
        reader's own rights; what these do not allow is left out.
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: res.partner - only the id is taken; it is read as the reader below
        partner = self.sudo().partner_id.with_env(self.env)._filtered_access("read")
        sections = self._usu_card_sections(partner)
        order = self.env["usu.call.section"]._usu_order()
        return {
            **self._usu_ring_payload(self._usu_my_part()),
            "line": self._usu_card_line(),
            "queue": self.queue or "",
            **self._usu_card_extension(),
            "transfers": self.transfer_count,
            "outcome": self.outcome or "",
            "caller_name": self.caller_name or "",
            "can_dial": bool(self.env.user._usu_dial_extension()),
            "note": self.note or "",
            "reason": self.match_reason or "",
            "client": self._usu_card_client(partner),
            "hidden_client": bool(self.partner_id) and not partner,
            "place": self._usu_card_place(partner),
            "candidates": [] if self.partner_id else self._usu_card_candidates(),
            "sections": [
                {"key": key, "data": sections[key]}
                for key in order
                if sections.get(key)
            ],
            "shown": order,
        }

    def _usu_my_part(self):
        mine = self.leg_ids.filtered(lambda leg: leg.user_id == self.env.user)
        return mine[-1:].state or "watching"

    def _usu_card_extension(self):
        """Who has the call; while it rings, the reader's own telephone."""
        mine = self.leg_ids.filtered(lambda leg: leg.user_id == self.env.user)[-1:]
        if not self.extension and mine:
            return {"extension": mine.extension, "employee": self.env.user.name}
        return {
            "extension": self.extension or "",
            "employee": self._usu_card_employee(),
        }

    def _usu_card_employee(self):
        # sudo: res.users - the name of the colleague who has the call
        return self.sudo().user_id.name or ""

    def _usu_card_line(self):
        """The own number that was called, with the name the clinic gave it."""
        # sudo: usu.pbx - the name of one line; the rest stays closed
        pbx_sudo = self.sudo().pbx_id
        line_sudo = pbx_sudo._usu_line(self.did)
        e164 = normalise(self.did, pbx_sudo.country_id.code or "")
        return {
            "number": international(e164) or self.did or "",
            "name": line_sudo.name or "",
        }

    def _usu_card_client(self, partner):
        if not partner:
            return None
        company = partner if partner.is_company else partner.parent_id
        category = partner.usu_category_id
        return {
            "id": partner.id,
            "name": "" if partner.is_company else partner.name or "",
            "company": company.name or partner.company_name or "",
            "function": partner.function or "",
            "category": category
            and category.read(["id", "name", "color", "is_warning"])[0],
            "email": partner.email or "",
            "lang": self._usu_card_lang(partner),
            "photo": f"/web/image/res.partner/{partner.id}/image_1920"
            f"?unique={partner.write_date.timestamp():.0f}"
            if partner.image_1920
            else "",
        }

    def _usu_card_lang(self, partner):
        """The client's language when it is not the reader's."""
        if not partner.lang or partner.lang == self.env.user.lang:
            return ""
        names = dict(self.env["res.lang"].get_installed())
        return names.get(partner.lang, "").split(" /")[0]

    def _usu_card_place(self, partner):
        """City and country of the client; of a new caller what the number tells."""
        country = partner.country_id
        if not partner and (code := region(self.number)):
            country = self.env["res.country"].search([("code", "=", code)], limit=1)
        place = ", ".join(filter(None, [partner.city, country.name]))
        return {"text": place, "zone": partner.tz or "", "guessed": not partner}

    def _usu_card_candidates(self):
        """Clients it might be: the number is shared, or only looks alike."""
        if not self.number:
            return []
        found = self.env["usu.routing"]._identify(self._usu_contact())
        allowed = {
            partner.id: partner
            for partner in self.env["res.partner"]
            .browse([c.partner_id for c in found])
            ._filtered_access("read")
        }
        return [
            {**self._usu_choice(allowed[c.partner_id]), "reason": c.reason}
            | {"level": c.level}
            for c in found
            if c.partner_id in allowed
        ]

    def _usu_choice(self, partner):
        """One line in a list of clients to choose from."""
        return {
            "id": partner.id,
            "name": partner.name or "",
            "company": partner.parent_id.name or "",
            "city": partner.city or "",
            "phone": international(partner.phone_sanitized) or partner.phone or "",
        }

    def _usu_card_sections(self, partner):
        """Data of the card's sections: ``{key: plain data}``; empty data hides one.

        Extension point for bridges: call ``super()`` and add keys. A key needs a row of
        ``usu.call.section`` (its place and switch) and a component under the same key
        in the JavaScript registry ``usu_callcard.sections``.

        :param partner: ``res.partner`` the reader may read; empty for an unknown caller
        """
        if not partner:
            return {"history": self._usu_section_history(partner)}
        return {
            "warning": partner.usu_note or "",
            "requests": self._usu_section_requests(partner),
            "history": self._usu_section_history(partner),
        }

    def _usu_section_requests(self, partner):
        found = self.env["usu.routing"]._open_requests(partner).with_env(self.env)
        allowed = found._filtered_access("read")
        if not found:
            return None
        return {
            "hidden": len(found) - len(allowed),
            "more": max(len(allowed) - REQUESTS, 0),
            "items": [
                {
                    "id": request.id,
                    "number": request.number,
                    "title": request.name,
                    "stage": request.stage_id.name,
                    # sudo: res.users - the name of the responsible colleague
                    "responsible": request.sudo().user_id.name or "",
                    "desk": request.team_id.name or "",
                    "since": self._usu_iso(request.create_date),
                }
                for request in allowed[:REQUESTS]
            ],
        }

    def _usu_section_history(self, partner):
        """The last earlier calls with this client or number the reader may see."""
        if not (partner or self.number):
            return None
        domain = [("number", "=", self.number), ("partner_id", "=", False)]
        if partner:
            domain = [("partner_id", "=", partner.id)]
        calls = self.search([*domain, ("id", "!=", self.id)], limit=HISTORY)
        return [
            {
                "id": call.id,
                "at": self._usu_iso(call.started_at),
                "direction": call.direction,
                "outcome": call.outcome or "",
                "employee": call._usu_card_employee(),
                "note": call.note or "",
            }
            for call in calls
        ]
