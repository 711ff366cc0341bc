from markupsafe import Markup

from odoo import api, models
from odoo.tools import html_escape, is_html_empty

from ..tools.arrival import APART, Arrival
from ..tools.values import CERTAIN, DeskState, Receipt, utcnow


class UsuRouting(models.AbstractModel):
    """Who is it, what have they open, who answers: the one door for every adapter.

    An adapter turns its own event into plain values, calls `_receive` and shows the
    receipt. The caller has checked who may call; in here everything runs with
    ``sudo()``, so that the same choice is made whoever triggers it.
    """

    _name = "usu.routing"
    _description = "Routing of Requests"

    # ------------------------------------------------------------------ contract

    @api.model
    def _identify(self, contact):
        """Who may this be?

        :param Contact contact: plain values; numbers and addresses in any style
        :return: list of `Candidate`, best first, one for each client: ``verified``
            (signed in, or proved to own the value), ``known`` (the value is on the
            client's card), ``probable`` (the last nine digits agree), ``maybe`` (heard
            of, never confirmed). Empty: unknown. Never decides between several.
        """
        return self.env["usu.contact.point"]._find_candidates(contact)

    @api.model
    def _receive(
        self,
        contact,
        *,
        desk=None,
        channel="manual",
        title="",
        body="",
        external_id=None,
        preferred_user_id=None,
        create_client=False,
        new_request=None,
        level=0,
        skills=(),
        values=None,
        **kwargs,
    ):
        """Take in something that arrived: identify, find or make the request, choose,
        apply, notify.

        :param Contact contact: who makes contact
        :param desk: helpdesk.ticket.team; default: the company's first with members
        :param str channel: one of ``helpdesk.ticket.usu_channel``
        :param title: of a new request; default: the first words of ``body``
        :param body: text, or ``Markup`` already sanitised; empty posts nothing on a
            request there is (a chat keeps its own messages)
        :param external_id: the outside world's own id: a repeat changes nothing
        :param preferred_user_id: who acts already (picked up the telephone); no
            strategy runs, the decision is recorded. An open request keeps its
            responsible
        :param create_client: make a client if nobody at all was recognised
        :param new_request: True: a matter of its own even if the client has an open
            request; default: so for appointments and orders only
        :param level: least level of whoever answers
        :param skills: ids of usu.routing.skill the request needs
        :param dict values: further columns of a new request
        :return: `Receipt`
        :raise ConcurrencyError: the same client writes at this very moment for the
            first time; Odoo repeats a web request by itself, a job must repeat too
        """
        field = self.env["helpdesk.ticket"]._fields["usu_channel"]
        if channel not in field.get_values(self.env):
            raise ValueError(f"Unknown channel: {channel!r}")
        self = self._at(desk)
        known = self.env["usu.routing.arrival"]._find(channel, external_id)
        if known:
            return self._duplicate(known)
        arrival = Arrival(
            contact=contact,
            channel=channel,
            title=title,
            body=body,
            external_id=external_id,
            apart=channel in APART if new_request is None else new_request,
            preferred=self.env["res.users"].browse(preferred_user_id or ()).exists(),
            level=level,
            skills=frozenset(skills),
            values=dict(values or {}),
        )
        return self._take_in(desk, arrival, create_client)

    @api.model
    def _open_request(self, partner, desk=None):
        """The client's open request with the newest activity, of this desk if it has
        one; an empty recordset if there is none. By client, not by family or firm."""
        requests = self._open_requests(partner)
        if not desk:
            return requests[:1]
        company = desk.company_id or self.env.company
        requests = requests.filtered(lambda r: r.company_id == company)
        return (requests.filtered(lambda r: r.team_id == desk) or requests)[:1]

    @api.model
    def _open_requests(self, partners):
        """All open requests of these clients, newest activity first (sudo)."""
        # sudo: helpdesk.ticket - the same answer whoever asks
        Ticket = self.env["helpdesk.ticket"].sudo()
        if not partners:
            return Ticket
        return Ticket.search(
            [
                ("partner_id", "in", partners.ids),
                ("usu_open", "=", True),
                ("company_id", "in", self.env.companies.ids),
            ],
            order="usu_active_at desc nulls last, id desc",
            limit=80,
        )

    @api.model
    def _desk_state(self, desk, now=None) -> DeskState:
        """Is somebody there, and if not, when?

        :param desk: helpdesk.ticket.team
        :param datetime now: naive UTC; default: this moment
        :return: `DeskState`
        """
        # sudo: helpdesk.ticket.team - the public site asks
        desk = desk.sudo()
        return self._at(desk).env["usu.routing.staff"]._state_of(desk, now or utcnow())

    # ----------------------------------------------------------------- receiving

    @api.model
    def _at(self, desk):
        """Work in the desk's company: its clients, its country, its defaults."""
        # sudo: helpdesk.ticket.team - the desk was chosen by the administrator
        company = desk and desk.sudo().company_id
        return self.with_company(company) if company else self

    @api.model
    def _take_in(self, desk, arrival, create_client):
        """The way of everything that arrives for the first time."""
        # sudo: helpdesk.ticket.team - the same choice whoever triggers it
        desk = (desk or self.env["helpdesk.ticket.team"]._usu_default()).sudo()
        candidates = self._identify(arrival.contact)
        partner, is_new = self._settle(
            arrival.contact, candidates, create_client, arrival.channel
        )
        request = None
        if partner and not is_new and not arrival.apart:
            request = self._open_request(partner, desk)
        if request:
            choice = self._continue(request, arrival)
        else:
            request, choice = self._begin(desk, partner, arrival, is_new)
        self.env["usu.routing.arrival"]._note(
            arrival.channel, arrival.external_id, request
        )
        self._wake_if_due()
        fresh = request.usu_token == choice.token and not choice.previous_token
        return self._receipt(
            request, choice, partner, candidates, new_client=is_new, new_request=fresh
        )

    @api.model
    def _settle(self, contact, candidates, create_client, channel):
        """:return: ``(client or empty, is new)``; several candidates are nobody yet"""
        # sudo: res.partner - the client of the request
        Partner = self.env["res.partner"].sudo()
        proved = [c for c in candidates if c.level == "verified"]
        certain = proved or [c for c in candidates if c.level in CERTAIN]
        if len(certain) == 1:
            partner = Partner.browse(certain[0].partner_id)
            self._complete(partner, contact, channel)
            return partner, False
        if candidates or not create_client:
            return Partner, False
        return self._new_client(contact, channel), True

    @api.model
    def _new_client(self, contact, channel):
        # sudo: res.partner - nobody types clients in
        Partner = self.env["res.partner"].sudo()
        country = self.env["res.country"]
        if contact.country_code:
            country = country.search([("code", "=", contact.country_code.upper())])
        known = dict(self.env["res.lang"].get_installed())
        partner = Partner.with_context(mail_create_nosubscribe=True).create(
            {
                "name": contact.name or contact.phone or contact.email
                or self.env._("Unknown client"),
                "phone": contact.phone or False,
                "email": contact.email or False,
                "lang": contact.lang if contact.lang in known else self.env.lang,
                "country_id": country[:1].id,
                "company_id": self._client_company().id,
            }
        )  # fmt: skip
        partner.usu_contact_point_ids.write({"source": channel})
        self._complete(partner, contact, channel)
        return partner

    @api.model
    def _client_company(self):
        """Hook: the company of new clients; by default they are shared."""
        return self.env["res.company"]

    @api.model
    def _complete(self, partner, contact, channel):
        """Keep what was proved: the sender's own account, number or address."""
        proofs = {"telegram": "telegram", "phone": "code", "email": "link"}
        values = {
            "telegram": contact.telegram_id,
            "phone": contact.phone,
            "email": contact.email,
        }
        if channel == "telegram":
            proofs["phone"] = "telegram"
        for kind in proofs:
            if kind in contact.verified and values[kind]:
                partner._usu_add_point(
                    kind, values[kind], source=channel, verified_by=proofs[kind]
                )

    @api.model
    def _begin(self, desk, partner, arrival, is_new=False):
        """A new request: claim it, choose, create."""
        choice = None
        if not arrival.preferred:
            choice = self.env["usu.routing.chooser"]._choose(
                desk,
                channel=arrival.channel,
                partner=partner,
                level=arrival.level,
                skills=arrival.skills,
                dedup_key=self._dedup_key(partner, arrival, is_new),
            )
        request = self._create_request(desk, partner, arrival)
        if choice is None:
            choice = self._record(request, arrival.preferred, "preferred")
        self._apply(request, choice, alert=not arrival.preferred, fresh=True)
        return request, choice

    @api.model
    def _dedup_key(self, partner, arrival, is_new):
        """What two simultaneous first contacts of one client have in common."""
        contact = arrival.contact
        if arrival.apart:
            return None
        if partner and not is_new:
            return f"client:{partner.id}"
        # a new client has a number of its own in each of the transactions that race
        point = self.env["usu.contact.point"]
        for kind in ("telegram", "phone", "email"):
            raw = getattr(contact, "telegram_id" if kind == "telegram" else kind)
            value = raw and point._normalise(kind, raw, contact.country_code)
            if value:
                return f"{kind}:{value}"
        return None

    @api.model
    def _create_request(self, desk, partner, arrival):
        contact, body = arrival.contact, arrival.body
        title = arrival.title or self._first_words(body)
        now = utcnow().replace(microsecond=0)
        vals = {
            "name": title or self.env._("Request"),
            "description": self._as_html(body) or html_escape(title or "-"),
            "team_id": desk.id,
            "company_id": desk.company_id.id or self.env.company.id,
            "partner_id": partner.id if partner else False,
            "partner_name": contact.name or (partner.name if partner else False),
            "partner_email": contact.email or (partner.email if partner else False),
            "usu_channel": arrival.channel,
            "usu_external_id": arrival.external_id or False,
            "usu_level": arrival.level,
            "usu_active_at": now,
            "usu_waiting_since": False if arrival.preferred else now,
            "user_id": False,
            **arrival.values,
        }
        # sudo: helpdesk.ticket - the adapter works for a visitor
        Ticket = self.env["helpdesk.ticket"].sudo()
        request = Ticket.with_context(
            usu_routed=True, mail_create_nosubscribe=True, fetchmail_cron_running=False
        ).create(vals)
        request = Ticket.browse(request.id)
        if request.user_id and not arrival.values.get("user_id"):
            # another addon that distributes (an assign method) was at work too: one
            # of the two decides
            request.with_context(usu_routed=True).user_id = False
        return request

    @api.model
    def _first_words(self, body):
        text = Markup(body).striptags() if isinstance(body, Markup) else str(body or "")
        return " ".join(text.split())[:80]

    @api.model
    def _as_html(self, body):
        """Text becomes escaped HTML with its line breaks; ``Markup`` stays."""
        if isinstance(body, Markup):
            return Markup() if is_html_empty(body) else body
        return html_escape(body or "").replace("\n", Markup("<br/>"))

    @api.model
    def _duplicate(self, request):
        return Receipt(
            partner_id=request.partner_id.id or None,
            request_id=request.id,
            user_id=request.user_id.id or None,
            state="duplicate",
            reason=self.env._("This was received before."),
            token=request.usu_token or None,
        )

    @api.model
    def _receipt(self, request, choice, partner, candidates, **flags):
        user = request.user_id
        opening = None
        if not user:
            opening = self._desk_state(request.team_id).next_opening
        return Receipt(
            partner_id=partner.id if partner else None,
            request_id=request.id,
            user_id=user.id or None,
            state="assigned" if user else "queued",
            reason=self._words(choice, user),
            token=choice.token,
            next_opening=opening,
            candidates=tuple(candidates),
            **flags,
        )

    @api.model
    def _words(self, choice, user):
        kind = choice.kind
        if kind == "queue" and user:
            kind = "keep"  # nobody else is there: it stays with its responsible
        return self.env["usu.routing.decision"]._reason_words(
            kind, choice.strategy, user.name or "", self.env.user.name
        )
