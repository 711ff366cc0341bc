import secrets

from odoo import api, models
from odoo.http import request
from odoo.tools.misc import str2bool

from ..tools import network, proof, tokens
from ..tools.judge import front_counters, judge, site_counters
from ..tools.values import Admission, Evidence

PROOF_SECONDS = 600
NEEDS_PROOF = {"proof_missing", "proof_invalid", "proof_expired", "proof_used"}
# mean number of key derivations; 400 are 0.4 s on one slow core
EFFORT = {"light": 100, "normal": 400, "strong": 1200}


class UsuGuard(models.AbstractModel):
    """Protects what a visitor may trigger.

    The methods are called from the *methods* that do the work, not from routes, so
    that a second route to the same method (CORS) is protected as well. All verdicts
    hold for the current HTTP request; outside of one (cron, shell) there is no address
    and only the ``subject`` counts.
    """

    _name = "usu.guard"
    _description = "Guard of public pages"

    # ------------------------------------------------------------
    # Contract
    # ------------------------------------------------------------

    @api.model
    def _issue(self, action, binding=""):
        """A challenge for the browser, valid for ten minutes.

        :param str action: what the visitor wants to do; a rule's ``action``
        :param str binding: what the solution may be used for, e.g. a channel's uuid
        :return: dict ``{provider, code, ...}``; with ``code`` the visitor would be
            asked for a code in any case, so the browser need not begin to compute
        """
        rule = self._rule(action)
        provider = self._provider()
        answer = {
            "provider": provider,
            "action": action,
            "code": bool(rule) and provider != "off" and self._wants_code(rule),
        }
        if provider == "usu":
            answer |= proof.make(
                self._ledger()._derive("proof"),
                self._bound_to(action, binding),
                self._ledger()._now() + PROOF_SECONDS,
                self._effort(),
            )
        elif provider != "off":
            answer["site_key"] = self._provider_site_key(provider)
        return answer

    @api.model
    def _admit(
        self, action, *, proof=None, honeypot="", binding="", subject="", cost=1
    ):
        """Judge a request: human check, then limits.

        :param proof: what the browser's ``solve()`` or code step gave, or ``None``
        :param honeypot: the field no person sees; anything in it means a program
        :param str binding: as given to :meth:`_issue`
        :param str subject: who is counted beside the address, e.g. ``guest:12``
        :return: :class:`Admission`
        """
        key = ("admit", action, str(proof), str(honeypot), binding, subject, cost)
        return self._once(
            key, self._judge_request, action, proof, honeypot, binding, subject, cost
        )

    @api.model
    def _limit(self, action, subject="", cost=1):
        """Judge a request by the hard limits of its action alone."""
        key = ("limit", action, subject, cost)
        return self._once(key, self._judge_limit, action, subject, cost)

    @api.model
    def _sign(self, action, payload, ttl):
        """:return: a token for ``payload`` (JSON values), valid ``ttl`` seconds."""
        ledger = self._ledger()
        return tokens.seal(
            ledger._derive("token"),
            action,
            payload,
            ledger._now() + ttl,
            secrets.token_hex(12),
        )

    @api.model
    def _redeem(self, action, token, once=True):
        """:return: the payload of a token made by :meth:`_sign`, else ``None``.

        :param bool once: spend it; without, only look (also: not yet spent)
        """
        key = ("redeem", action, str(token), once)
        return self._once(key, self._read_token, action, token, once)

    @api.model
    def _ban(self, kind, value, until, reason):
        """Refuse a visitor or an address.

        :param str kind: ``address`` | ``subject``
        :param str value: an IP address, or a subject as given to :meth:`_admit`
        :param until: naive UTC datetime, or ``False`` for good
        :return: the ``usu.guard.ban`` record
        """
        # sudo: usu.guard.ban - the caller checked that this person may ban
        ban_sudo = self.env["usu.guard.ban"].sudo()
        return ban_sudo._ban(kind, value, until, reason)

    @api.model
    def _is_banned(self, subject=""):
        """:return: whether the request's address, or the subject, is banned."""
        values = {"address": network.network(self._address()), "subject": subject}
        # sudo: usu.guard.ban - visitors are judged by a list they may not read
        ban_sudo = self.env["usu.guard.ban"].sudo()
        return ban_sudo._covers({k: v for k, v in values.items() if v})

    @api.model
    def _origin_allowed(self, origin, sites=None):
        """:return: whether a page of ``origin`` may embed; see ``usu.guard.site``."""
        if sites is None:
            # sudo: usu.guard.site - the list decides for visitors who may not read it
            sites = self.env["usu.guard.site"].sudo()._allowed()
        return network.origin_allowed(origin, sites)

    # ------------------------------------------------------------
    # Judging
    # ------------------------------------------------------------

    def _judge_request(self, action, proof, honeypot, binding, subject, cost):
        rule = self._rule(action)
        if rule is None:
            return Admission(True)
        if honeypot:
            return self._refuse(rule, "robot")
        if self._is_banned(subject):
            return self._refuse(rule, "banned")
        if self._is_exempt():
            return self._count(rule, None, subject, cost)
        evidence = self._evidence(rule, proof, binding)
        if evidence.error:
            return self._refuse(rule, evidence.error)
        return self._count(rule, evidence, subject, cost)

    def _judge_limit(self, action, subject, cost):
        rule = self._rule(action)
        return self._count(rule, None, subject, cost) if rule else Admission(True)

    def _count(self, rule, evidence, subject, cost):
        """Count the request and spend its evidence, in one transaction.

        :param evidence: :class:`Evidence`, or ``None`` if only hard limits hold
        """
        ledger = self._ledger()
        subjects = self._subjects(subject)
        counters = front_counters(rule, bool(subjects["address"]), bool(subject))
        has_code = evidence is None or evidence.kind == "code"
        with ledger._transaction() as cr:
            counted = ledger._hit(cr, rule.action, counters, subjects, cost)
            verdict = judge(counted, ledger._now())
            if verdict.refused:
                return self._refuse(rule, "limit", verdict.retry_after, cr)
            if verdict.soft and not has_code:
                return self._refuse(rule, "code_needed", cr=cr)
            if evidence and evidence.nonce:
                if not ledger._spend(cr, evidence.nonce, evidence.until):
                    return self._refuse(rule, "proof_used", cr=cr)
            site = ledger._hit(cr, rule.action, site_counters(rule), subjects, cost)
            if judge(site, ledger._now()).soft and not has_code:
                return self._refuse(rule, "code_needed", cr=cr)
        return Admission(True)

    def _refuse(self, rule, error, retry_after=0, cr=None):
        if error != "proof_missing":
            if cr is None:
                with self._ledger()._transaction() as cr:
                    self._ledger()._tally(cr, rule.action, error)
            else:
                self._ledger()._tally(cr, rule.action, error)
        need = "proof" if error in NEEDS_PROOF else None
        if error == "code_needed":
            need = "code"
        return Admission(False, need, error, retry_after)

    def _evidence(self, rule, proof_text, binding):
        """:return: :class:`Evidence` of what the visitor showed."""
        if self._provider() == "off":
            return Evidence(kind="code")
        if not proof_text:
            error = {"proof": "proof_missing", "code": "code_needed"}
            return Evidence(error=error.get(rule.check, ""))
        ledger = self._ledger()
        bound_to = self._bound_to(rule.action, binding)
        if isinstance(proof_text, str) and proof_text.startswith("code."):
            found = tokens.unseal(
                ledger._derive("code"), "code", proof_text[5:], ledger._now()
            )
            if found.error or found.payload != bound_to:
                return Evidence(error=f"proof_{found.error or 'invalid'}")
            return found._replace(kind="code")
        if rule.check == "code":
            return Evidence(error="code_needed")
        if self._provider() == "usu":
            return proof.check(
                ledger._derive("proof"), proof_text, bound_to, ledger._now()
            )
        return self._provider_evidence(rule.action, proof_text)

    def _read_token(self, action, token, once):
        ledger = self._ledger()
        found = tokens.unseal(ledger._derive("token"), action, token, ledger._now())
        if found.error:
            return None
        if once:
            with ledger._transaction() as cr:
                fresh = ledger._spend(cr, found.nonce, found.until)
        else:
            fresh = not ledger._is_spent(found.nonce)
        return found.payload if fresh else None

    # ------------------------------------------------------------
    # What is known about the request
    # ------------------------------------------------------------

    def _once(self, key, judge_now, *args):
        """One verdict per request: Odoo repeats a handler after a serialisation error,
        which must neither count twice nor meet its own spent nonce.
        """
        if not request:
            return judge_now(*args)
        memo = getattr(request, "usu_guard_memo", None)
        if memo is None:
            memo = request.usu_guard_memo = {}
        if key not in memo:
            memo[key] = judge_now(*args)
        return memo[key]

    @api.model
    def _ledger(self):
        return self.env["usu.guard.ledger"]

    @api.model
    def _address(self):
        """The visitor's address as the server knows it; empty outside of a request.

        Forwarding headers count only where the server is told to trust its proxy
        (``proxy_mode``), which Odoo decides before we are asked.
        """
        return request.httprequest.remote_addr or "" if request else ""

    def _subjects(self, subject):
        address = network.network(self._address())
        return {"address": address, "day": address, "subject": subject, "site": ""}

    def _bound_to(self, action, binding):
        """What a proof is tied to, as text that tells its bearer nothing."""
        ledger = self._ledger()
        wide = network.network(self._address(), wide=True)
        return {
            "act": action,
            "bind": ledger._digest("bind", binding).hex() if binding else "",
            "net": ledger._digest("net", wide).hex(),
        }

    def _is_exempt(self):
        user = self.env.user
        return bool(user) and not user._is_public()

    def _rule(self, action):
        return self.env["usu.guard.rule"]._get_rule(action)

    def _wants_code(self, rule):
        """:return: whether the next request of this visitor would need a code."""
        if rule.check == "code":
            return True
        subjects = self._subjects("")
        counters = front_counters(rule, bool(subjects["address"]), False)
        counters += site_counters(rule)
        counted = self._ledger()._peek(rule.action, counters, subjects)
        return judge(counted, self._ledger()._now()).soft

    # ------------------------------------------------------------
    # Settings and providers
    # ------------------------------------------------------------

    def _param(self, name, default=""):
        # sudo: ir.config_parameter - visitors are judged by settings they cannot read
        return self.env["ir.config_parameter"].sudo().get_param(name) or default

    @api.model
    def _provider(self):
        """``usu`` | ``turnstile`` | ``recaptcha`` | ``off``.

        An outside service without its addon or keys counts for nothing: then the own
        check stands in, instead of no check.
        """
        chosen = self._param("usu_guard.provider", "usu")
        if chosen in ("usu", "off") or not self._provider_ready(chosen):
            return "off" if chosen == "off" else "usu"
        return chosen

    @api.model
    def _provider_ready(self, provider):
        http = self.env["ir.http"]
        if provider == "turnstile":
            return (
                hasattr(http, "_verify_turnstile_token")
                and bool(self._param("cf.turnstile_site_key"))
                and bool(self._param("cf.turnstile_secret_key"))
            )
        return (
            hasattr(http, "_verify_recaptcha_token")
            and str2bool(self._param("enable_recaptcha", "True"))
            and bool(self._param("recaptcha_public_key"))
            and bool(self._param("recaptcha_private_key"))
        )

    def _provider_site_key(self, provider):
        name = {
            "turnstile": "cf.turnstile_site_key",
            "recaptcha": "recaptcha_public_key",
        }
        return self._param(name[provider])

    def _provider_evidence(self, action, token):
        """Ask the outside service. It cannot be reached: the visitor types a code."""
        provider = self._provider()
        if not isinstance(token, str) or len(token) > tokens.MAX_LENGTH:
            return Evidence(error="proof_invalid")
        result = getattr(self.env["ir.http"], f"_verify_{provider}_token")(
            self._address(), token, action
        )
        if result == "is_human":
            until = self._ledger()._now() + PROOF_SECONDS
            return Evidence("proof", "", f"{provider}:{token}", until)
        outage = result in ("timeout", "bad_request", "wrong_secret")
        return Evidence(error="code_needed" if outage else "proof_invalid")

    def _effort(self):
        return EFFORT.get(self._param("usu_guard.effort"), EFFORT["normal"])
