"""From a snapshot of a call to the record of the call and to the screens."""

from psycopg2 import errors

from odoo import api, models
from odoo.exceptions import ConcurrencyError

from odoo.addons.usu_routing.tools.phone import normalise
from odoo.addons.usu_routing.tools.values import CERTAIN, Contact

from ..tools.event import MAX_RING_AGE, audience

# which leg speaks for an employee who has several
LEG_RANK = ("missed", "spoke", "ringing", "talking")


class UsuCall(models.Model):
    _inherit = "usu.call"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _usu_apply_event(self, pbx, event, now):
        """Bring the call up to the snapshot ``event`` and tell the screens.

        :param pbx: ``usu.pbx`` record whose connector sent the event
        :param CallEvent event: checked by ``tools.event.parse``
        :param datetime now: UTC, naive
        :return: ``ok``; ``duplicate`` the same snapshot was stored before; ``stale`` a
            newer one was

        Whoever calls has checked the sender.
        """
        call = self.search(
            [("pbx_id", "=", pbx.id), ("outside_id", "=", event.call)], limit=1
        )
        if call and event.seq <= call.seq:
            return "duplicate" if event.seq == call.seq else "stale"
        users = pbx._usu_users(event.legs)
        vals = self._prepare_event_vals(event, users)
        before = call._usu_user_states()
        if not call or call.number_given != event.number:
            vals |= self._prepare_client_vals(pbx, event.number)
        was_ended = call.state == "ended"
        if call:
            call.write(vals)
        else:
            call = self._usu_create_call(pbx, event, vals)
        call._usu_sync_legs(event, users)
        if event.state == "ended" and not was_ended:
            call._usu_ended()
        fresh = event.live and now - event.at <= MAX_RING_AGE
        call._usu_tell(before, may_ring=fresh)
        return "ok"

    @api.model
    def _usu_create_call(self, pbx, event, vals):
        try:
            with self.env.cr.savepoint(flush=True):
                call = self.create({**vals, "pbx_id": pbx.id, "outside_id": event.call})
                call.flush_recordset()
                return call
        except errors.UniqueViolation as error:
            # another request of the same connector was faster: start again and see it
            raise ConcurrencyError(f"call of {pbx.code} created twice") from error

    @api.model
    def _prepare_event_vals(self, event, users):
        """Values of the call told by the snapshot."""
        spoke = [ext for ext in event.answered_by if ext in users]
        extension = event.extension or (event.answered_by or ("",))[-1]
        user = users.get(extension) or (users[spoke[-1]] if spoke else None)
        vals = {
            "seq": event.seq,
            "last_event_at": event.at,
            "direction": event.direction,
            "state": event.state,
            "number_given": event.number,
            "caller_name": event.name,
            "did": event.did,
            "queue": event.queue,
            "extension": extension,
            "user_id": user.id if user else False,
            "on_hold": event.on_hold and event.state != "ended",
            "started_at": event.started_at or event.at,
            "answered_at": event.answered_at,
            "wait_seconds": event.wait_seconds,
            "hold_seconds": event.hold_seconds,
            "transfer_count": len(event.transfers),
        }
        if event.state == "ended":
            vals |= self._prepare_end_vals(event)
        return vals

    @api.model
    def _prepare_end_vals(self, event):
        ended_at = event.ended_at or event.at
        talk = 0.0
        if event.answered_at:
            talk = (ended_at - event.answered_at).total_seconds() - event.hold_seconds
        answered = event.answered_at or event.answered_by
        return {
            "ended_at": ended_at,
            "talk_seconds": max(talk, 0.0),
            "outcome": event.outcome or ("answered" if answered else "missed"),
            "cause": event.cause,
        }

    @api.model
    def _prepare_client_vals(self, pbx, number):
        """Who it is, as far as that is certain: one client alone, known or verified."""
        region = pbx.country_id.code or pbx.company_id.country_id.code or ""
        contact = Contact(phone=number, country_code=region)
        candidates = self.env["usu.routing"]._identify(contact) if number else []
        certain = [c for c in candidates if c.level in CERTAIN]
        first = certain[0] if len(certain) == 1 else None
        # the reading that is somebody's beats the likeliest one
        e164 = certain[0].value if certain else normalise(number, region)
        return {
            "number": e164 or False,
            "partner_id": first.partner_id if first else False,
            "match_level": first.level if first else False,
            "match_reason": first.reason if first else False,
        }

    def _usu_sync_legs(self, event, users):
        """Store each extension's part as the snapshot tells it."""
        self.ensure_one()
        legs = {leg.extension: leg for leg in self.leg_ids}
        passed_on = {t.target: t for t in event.transfers}
        new = []
        for extension, state in event.legs.items():
            leg = legs.pop(extension, self.env["usu.call.leg"])
            vals = {"state": state}
            if state == "ringing" and leg.state != "ringing":
                vals |= {"rang_at": event.at, "dismissed": False}
            if state in ("talking", "spoke") and not leg.answered_at:
                vals["answered_at"] = event.at
            if extension in passed_on and not leg.transfer:
                transfer = passed_on[extension]
                vals |= {"transfer": transfer.kind, "transfer_from": transfer.source}
            if not leg:
                user_id = users[extension].id if extension in users else False
                new.append(
                    {**vals, "call_id": self.id, "extension": extension}
                    | {"user_id": user_id}
                )
            elif any(leg[name] != value for name, value in vals.items()):
                leg.write(vals)
        for leg in legs.values():
            # a later snapshot that no longer knows the extension: it rings no more
            if leg.state in ("ringing", "talking"):
                leg.state = "missed" if leg.state == "ringing" else "spoke"
        self.env["usu.call.leg"].create(new)

    def _usu_user_states(self):
        """State of each employee in the call: ``{user: leg state}``."""
        states = {}
        for leg in self.leg_ids.filtered("user_id").sorted("id"):
            known = states.get(leg.user_id)
            if not known or LEG_RANK.index(leg.state) > LEG_RANK.index(known):
                states[leg.user_id] = leg.state
        return states

    def _usu_tell(self, before, *, may_ring):
        """Tell the screens of those whose part in the call changed.

        Nobody else hears of the call, and nobody hears more than that there is one: the
        bus keeps its messages in clear for a day and knows no access rules.
        """
        self.ensure_one()
        after = self._usu_user_states()
        ring, update, gone = audience(before, after, may_ring=may_ring)
        # who closed the card hears no more of this call, unless it rings anew
        open_legs = self.leg_ids.filtered(lambda leg: not leg.dismissed)
        update = [user for user in update if user in open_legs.user_id]
        for user in ring:
            user._bus_send("usu_callcard/ring", self._usu_ring_payload(after[user]))
        for user in update:
            user._bus_send("usu_callcard/update", self._usu_ring_payload(after[user]))
        for user in gone:
            user._bus_send("usu_callcard/gone", {"id": self.id})

    def _usu_ring_payload(self, part):
        """What the bus may carry: that there is a call, and its number."""
        return {
            "id": self.id,
            "seq": self.seq,
            "state": self.state,
            "part": part,
            "on_hold": self.on_hold,
            "direction": self.direction,
            "number": self.number_shown or "",
            "started_at": self._usu_iso(self.started_at),
            "answered_at": self._usu_iso(self.answered_at),
            "ended_at": self._usu_iso(self.ended_at),
        }

    @staticmethod
    def _usu_iso(moment):
        return f"{moment.isoformat(timespec='seconds')}Z" if moment else None

    def _usu_known(self):
        """The call as ``tools.steps.follow`` wants it, empty for a new one."""
        if not self:
            return {}
        ringing = self.leg_ids.filtered(lambda leg: leg.state == "ringing")
        spoke = (
            self.leg_ids.filtered("answered_at") if self.answered_at else ringing[:0]
        )
        return {
            "seq": self.seq,
            "state": self.state,
            "direction": self.direction,
            "number": self.number_given or "",
            "did": self.did or "",
            "queue": self.queue or "",
            "rang": self.leg_ids.filtered("rang_at").mapped("extension"),
            "ringing": ringing.mapped("extension"),
            "answered_by": spoke.sorted("answered_at").mapped("extension"),
            "extension": self.extension or "",
            "started_at": self.started_at,
            "answered_at": self.answered_at or None,
        }
