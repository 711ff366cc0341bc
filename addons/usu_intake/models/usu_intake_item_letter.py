"""Letters of the queue: facts from the records, judgement in ``tools``, deed here."""

from odoo import api, fields, models

from odoo.addons.usu_routing.tools.values import CERTAIN, Contact

from ..tools import address as addressing
from ..tools import auth_results, dkim_check, thread_token, trust
from ..tools.dkim_keys import KeyCache
from ..tools.letter import parse_date
from ..tools.letter_filters import Facts, decide

#: Public keys of the world; tests give it another ``resolve``.
KEYS = KeyCache()
NO_COUNTRY = "ZZ"  # CLDR: unknown region
PREVIEW = 4_000  # characters kept for the reviewer
PER_HOUR = 30  # letters of one address that are processed by themselves


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    def _process_email(self, reader):
        raw = self._get_raw()
        letter = reader.parse(raw)
        candidates = self._letter_candidates(letter)
        facts, reasons = self._letter_facts(letter, candidates, raw, reader)
        decision = decide(facts)
        held = {"triage": "triage", "reject": "rejected"}.get(decision.action)
        self.write(
            {
                **self._letter_vals(letter),
                "state": held or "done",
                "verdict": facts.verdict,
                "heap": decision.heap or False,
                "reason_keys": ",".join([decision.reason, *reasons]),
                "thread_id": facts.thread_id,
                "processed_at": fields.Datetime.now(),
                "claimed_until": False,
                "error": False,
            }
        )
        if held:
            return
        if letter["files"]:
            letter = reader.parse(raw, with_files=True)
        getattr(self, f"_letter_{decision.action}")(letter, facts)

    def _letter_vals(self, letter):
        """What a reviewer sees in the list."""
        names = [file["name"] for file in letter["files"]]
        return {
            "sender": letter["sender"] or False,
            "sender_name": letter["sender_name"] or False,
            "subject": letter["subject"] or self.env._("(no subject)"),
            "date": parse_date(letter["date"]) or self.received_at,
            "preview": letter["text"][:PREVIEW],
            "file_names": "\n".join(names) or False,
            "file_count": len(names),
        }

    # ------------------------------------------------------------------ facts

    def _letter_candidates(self, letter, verified=False):
        """Who the address belongs to (list of ``Candidate``), best first."""
        if not letter["sender"]:
            return []
        proofs = frozenset({"email"} if verified else ())
        # no telephone number, hence no country to read it in (and none looked up)
        contact = Contact(
            email=letter["sender"], country_code=NO_COUNTRY, verified=proofs
        )
        found = self.env["usu.routing"]._identify(contact)
        return [c for c in found if c.kind == "email" and c.level in CERTAIN]

    def _letter_facts(self, letter, candidates, raw, reader):
        """``(Facts, reason keys)`` of a letter."""
        sender = letter["sender"]
        rule = self.env["usu.intake.sender"]._find(sender)
        staff = self._staff_of(sender)
        thread, sure, token = self._letter_thread(letter)
        known = bool(candidates) or rule.rule == "client"
        claims = known or bool(staff) or bool(thread)
        proof, forged_header = self._letter_proof(letter, raw, reader, claims)
        verdict = trust.verdict(proof, problem=letter["from_problem"], token=token)
        mine = thread.partner_id.commercial_partner_id
        clients = self.env["res.partner"].browse([c.partner_id for c in candidates])
        facts = Facts(
            sender=sender,
            verdict=verdict,
            problem=letter["from_problem"],
            kept=letter["kept"],
            report=letter["report"],
            own_loop=self._is_own(letter),
            blocked=rule.rule == "block",
            known=known,
            staff=bool(staff),
            thread_id=thread.id or None,
            thread_sure=sure,
            thread_mine=bool(mine & (clients | rule.partner_id).commercial_partner_id),
            too_many=(known or bool(thread)) and self._too_many(sender),
            unverified=self.server_id.usu_unverified or "accept",
            forged_header=forged_header,
        )
        return facts, [proof.reason, *self._hints(letter, known)]

    def _letter_proof(self, letter, raw, reader, claims):
        """``(Proof, forged header)`` of the claim in From.

        :param bool claims: it claims to be somebody we know; only then a key is looked
            up, so that strangers cannot make us ask DNS
        """
        domain = addressing.domain_of(letter["sender"])
        server = self.server_id
        trusted, forged = auth_results.find(
            letter["trace"],
            server.usu_authserv_id or "",
            (server.usu_own_hosts or "").split(),
        )
        if trusted is not None:
            return trust.from_results(auth_results.read(trusted), domain), forged
        names = dkim_check.key_names(letter["signatures"]) if claims else []
        if not names or not server.usu_check_dkim or self.truncated:
            return trust.Proof("none", "no_proof"), forged
        keys = KEYS.find(names)
        signed = [name.split("._domainkey.", 1)[1] for name in keys]
        passed = reader.dkim_passed(raw, keys) if keys else []
        return trust.from_dkim(passed, signed, domain), forged

    def _letter_thread(self, letter):
        """The request it answers: ``(request, sure, token)``.

        ``sure``: the letter quotes a Message-ID of ours or of that thread, which
        nobody else knows; a number in the subject can be guessed.
        """
        # sudo: helpdesk.ticket - found by what the letter quotes, shown to nobody
        Ticket = self.env["helpdesk.ticket"].sudo()
        references = letter["references"]
        token = thread_token.read(Ticket._usu_intake_secret(), references)
        ticket = Ticket.browse(token or ()).exists()
        if ticket:
            return ticket, True, True
        if references:
            # sudo: mail.message - only where it belongs to is read
            message = self.env["mail.message"].sudo()
            message = message.search(
                [("message_id", "in", references), ("model", "=", "helpdesk.ticket")],
                order="id desc",
                limit=1,
            )
            ticket = Ticket.browse(message.res_id or ()).exists()
            if ticket:
                return ticket, True, False
        words = [word.strip("[](){}#:;.,!?") for word in letter["subject"].split()]
        numbers = [w for w in words if any(c.isdigit() for c in w) and len(w) > 3][:10]
        ticket = (
            Ticket.search([("number", "in", numbers)], limit=2) if numbers else Ticket
        )
        return (ticket if len(ticket) == 1 else Ticket), False, False

    @api.model
    def _staff_of(self, sender):
        """Employees with this address; a forged From must not become one of them."""
        # sudo: res.users - whether the address is a colleague's, nothing else
        Users = self.env["res.users"].sudo()
        if not sender:
            return Users
        return Users.search(
            [("partner_id.email_normalized", "=", sender), ("share", "=", False)]
        )

    def _is_own(self, letter):
        """A letter this database sent: by its loop mark or its Message-ID."""
        secret = self.env["helpdesk.ticket"]._usu_intake_secret()
        if letter["kept"].get("x-usu-loop", "") == thread_token.loop_mark(secret):
            return True
        # sudo: mail.message - only whether we sent this very letter
        own = self.env["mail.message"].sudo()
        return bool(
            letter["message_id"]
            and own.search_count(
                [
                    ("message_id", "in", letter["message_id"]),
                    ("message_type", "!=", "email"),
                ],
                limit=1,
            )
        )

    def _too_many(self, sender):
        if not sender:
            return False
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        limit = self._setting("letters_per_hour", PER_HOUR)
        return (
            self.search_count(
                [
                    ("sender", "=", sender),
                    ("received_at", ">=", since),
                    ("id", "!=", self.id),
                    ("state", "=", "done"),
                ],
                limit=limit,
            )
            >= limit
        )

    def _hints(self, letter, known):
        """Reason keys of signs that somebody pretends to be somebody else."""
        sender, hints = letter["sender"], []
        reply = {addressing.domain_of(address) for address in letter["reply_to"]}
        if reply - {addressing.domain_of(sender)} and known:
            hints.append("foreign_reply_to")
        if known or not sender:
            return hints
        twin = addressing.skeleton(sender)
        if twin != sender and self._letter_candidates({"sender": twin}):
            hints.append("lookalike")
        name = letter["sender_name"]
        # sudo: res.partner - whether a client or colleague bears the very name
        partners = self.env["res.partner"].sudo()
        if " " in name and partners.search_count([("name", "=", name)], limit=1):
            hints.append("name_of_client")
        return hints
