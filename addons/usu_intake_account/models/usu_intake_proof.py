import hmac
import secrets
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.usu_guard.tools.values import Admission

TOKEN = "intake_proof"
LINK_HOURS = 72
CODE_MINUTES = 15
CODE_DIGITS = 6
TRIES = 5


class UsuIntakeProof(models.Model):
    """A visitor or client proves that an address or a number is theirs: by a link in
    a letter that leads to a button, or by a code in a text message.

    Only a fingerprint of the code is kept.
    """

    _name = "usu.intake.proof"
    _description = "Proof of an address or number"
    _order = "id desc"
    _rec_name = "value"

    kind = fields.Selection(
        [("email", "E-mail"), ("phone", "Telephone")], required=True
    )
    value = fields.Char(required=True)
    registration_id = fields.Many2one(
        "usu.intake.registration", ondelete="cascade", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", ondelete="cascade", index="btree_not_null"
    )
    done_at = fields.Datetime("Proved")
    code_digest = fields.Char(groups="base.group_system")
    code_until = fields.Datetime()
    tries = fields.Integer()

    _gc = models.Index("(create_date)")

    # -------------------------------------------------------------------- begin

    @api.model
    def _begin(self, partner, kind, value):
        """A client wants this value on their card.

        :return: ``(proof, Admission)``
        """
        domain = [
            ("partner_id", "=", partner.id),
            ("kind", "=", kind),
            ("value", "=", value),
            ("done_at", "=", False),
        ]
        proof = self.search(domain, limit=1) or self.create(
            {"partner_id": partner.id, "kind": kind, "value": value}
        )
        return proof, proof._send()

    def _company(self):
        return self.registration_id.company_id or self.env.company

    def _send(self):
        """Send the link or a new code, not more often than the guard allows.

        :return: `Admission`
        """
        self.ensure_one()
        guard = self.env["usu.guard"]
        sent = guard._limit("register_send", subject=f"{self.kind}:{self.value}")
        if not sent:
            return sent
        if self.kind == "email":
            self._send_link()
        else:
            self._send_code()
        return Admission(True)

    # --------------------------------------------------------------------- link

    def _token(self):
        return self.env["usu.guard"]._sign(
            TOKEN, {"proof": self.id, "value": self.value}, LINK_HOURS * 3600
        )

    @api.model
    def _of_token(self, token):
        """:return: the proof (sudo) a link belongs to, done or not; else empty"""
        payload = self.env["usu.guard"]._redeem(TOKEN, token, once=False) or {}
        # sudo: usu.intake.proof - whoever holds the link
        proof = self.sudo().browse(payload.get("proof")).exists()
        same = proof.value == payload.get("value") and proof.kind == "email"
        return proof if same else proof.browse()

    def _send_link(self):
        template = self.env.ref("usu_intake_account.mail_template_confirm")
        link = f"{self.get_base_url()}/registration/confirm/{self._token()}"
        context = {
            "lang": self.env.lang,
            "usu_link": link,
            "usu_company": self._company(),
            "usu_hours": LINK_HOURS,
        }
        # sudo: mail.template - one letter of ours to the address that was given
        template.sudo().with_context(**context).send_mail(
            self.id,
            email_values={"email_to": self.value, "auto_delete": True},
        )
        # sudo: ir.cron - the visitor waits; the queue itself is emptied once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # --------------------------------------------------------------------- code

    def _digest(self, code):
        ledger = self.env["usu.guard.ledger"]
        return ledger._digest("intake_code", self.id, self.value, code).hex()

    def _send_code(self):
        code = "".join(secrets.choice("0123456789") for _n in range(CODE_DIGITS))
        self.write(
            {
                "code_digest": self._digest(code),
                "code_until": fields.Datetime.now() + timedelta(minutes=CODE_MINUTES),
                "tries": 0,
            }
        )
        self.env["sms.sms"].create(
            {
                "number": self.value,
                "body": self.env._(
                    "%(code)s is your code for %(company)s. Nobody of us will ask you"
                    " for it.",
                    code=code,
                    company=self._company().name,
                ),
            }
        )

    def _try_code(self, code):
        """:return: None if right, else ``limit`` | ``expired`` | ``tries`` | ``wrong``

        A number of tries for each code, and the guard's limit over all codes.
        """
        self.ensure_one()
        if self.done_at:
            return None
        if not self.env["usu.guard"]._limit(
            "register_code", subject=f"proof:{self.id}"
        ):
            return "limit"
        if not self.code_digest or self.code_until < fields.Datetime.now():
            return "expired"
        if self.tries >= TRIES:
            return "tries"
        self.tries += 1
        digits = "".join(str(int(c)) for c in str(code or "")[:40] if c.isdecimal())
        if not hmac.compare_digest(self.code_digest, self._digest(digits)):
            return "wrong"
        self._accept()
        return None

    # ------------------------------------------------------------------- proved

    def _accept(self):
        """The value belongs to whoever gave it. Repeats change nothing."""
        self.ensure_one()
        if self.done_at:
            return
        self.write({"done_at": fields.Datetime.now(), "code_digest": False})
        if self.registration_id:
            self.registration_id._finish(self.kind)
            return
        how = {"email": "link", "phone": "code"}[self.kind]
        self.partner_id._usu_add_point(
            self.kind, self.value, source="account", verified_by=how
        )
        if self.kind == "email":
            consents = self.env["usu.consent"]._live(self.partner_id)
            consents.filtered(lambda c: c.email == self.value)._confirm()

    @api.autovacuum
    def _gc_proofs(self):
        old = fields.Datetime.now() - timedelta(days=30)
        self.search(
            [("create_date", "<", old), ("registration_id", "=", False)], limit=10000
        ).unlink()
