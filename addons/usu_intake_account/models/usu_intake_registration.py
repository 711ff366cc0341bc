from datetime import timedelta

from markupsafe import Markup, escape
from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.tools import mute_logger

from odoo.addons.usu_routing.tools.values import Contact

DAYS = "usu_intake_account.unconfirmed_days"
ADDRESS_DAYS = "usu_intake_account.address_days"


class UsuIntakeRegistration(models.Model):
    """What one visitor sent through a form, kept from the first moment.

    It becomes a client and a request when the visitor proved that the address or the
    number is theirs, or when an employee accepts it. Until then nobody is recognised
    by what a stranger typed.
    """

    _name = "usu.intake.registration"
    _description = "Registration"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, groups="base.group_system")
    form_id = fields.Many2one(
        "usu.intake.form", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="form_id.company_id", store=True)
    state = fields.Selection(
        [
            ("waiting", "Not confirmed"),
            ("done", "Registered"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    email = fields.Char("E-mail", readonly=True)
    phone = fields.Char("Telephone", readonly=True)
    confirm_by = fields.Selection(
        [("email", "Link by e-mail"), ("phone", "Code by text message")], readonly=True
    )
    lang = fields.Char("Language", readonly=True)
    answer_ids = fields.One2many(
        "usu.intake.answer", "registration_id", "Answers", readonly=True
    )
    consent_ids = fields.One2many(
        "usu.consent", "registration_id", "Consents", readonly=True
    )
    proof_ids = fields.One2many(
        "usu.intake.proof", "registration_id", readonly=True, groups="base.group_system"
    )
    confirmed_at = fields.Datetime("Confirmed", readonly=True)
    confirmed_by = fields.Selection(
        [
            ("email", "Link by e-mail"),
            ("phone", "Code by text message"),
            ("login", "Was logged in"),
            ("staff", "Employee"),
        ],
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Accepted by", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    request_id = fields.Many2one(
        "helpdesk.ticket",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    address = fields.Char(
        "IP Address",
        readonly=True,
        groups="usu_intake_account.usu_intake_account_group_address",
    )

    _once = models.UniqueIndex("(key)")
    _unconfirmed = models.Index("(create_date) WHERE state <> 'done'")
    _with_address = models.Index("(create_date) WHERE address IS NOT NULL")

    def action_accept(self):
        """An employee vouches for it; the address and the number stay unproved."""
        self.check_access("read")
        # sudo: usu.intake.registration - changed by its own methods alone
        for registration in self.sudo().filtered(lambda r: r.state != "done"):
            registration.user_id = self.env.user
            registration._finish("staff")

    def action_reject(self):
        self.check_access("read")
        # sudo: usu.intake.registration - changed by its own methods alone
        self.sudo().filtered(lambda r: r.state == "waiting").state = "rejected"

    def action_open_request(self):
        self.ensure_one()
        return self.request_id._usu_open_action()

    # --------------------------------------------------------------------- acts

    @api.model
    def _find(self, key):
        # sudo: usu.intake.registration - whoever holds the page's token made it
        return self.sudo().search([("key", "=", key)], limit=1) if key else self

    @api.model
    def _keep(self, form, key, values):
        """Keep what a visitor sent; the same page sent twice is one registration.

        :param str key: of the opened page
        :param dict values: as `usu.intake.form._check_given` returns them
        :return: ``(registration (sudo), is new)``
        """
        known = self._find(key)
        if known:
            return known, False
        # sudo: usu.intake.registration - a visitor registers
        registrations = self.sudo()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                registration = registrations.create(self._kept(form, key, values))
        except UniqueViolation:
            # the other click is faster: its page is shown by the next request
            return registrations, False
        for text in form._shown_consents():
            if text.id in values["consents"]:
                self.env["usu.consent"]._give(
                    text,
                    source="form",
                    email=values["email"],
                    name=values["name"],
                    registration=registration,
                )
        return registration, True

    @api.model
    def _kept(self, form, key, values):
        return {
            "form_id": form.id,
            "key": key,
            "name": values["name"],
            "email": values["email"] or False,
            "phone": values["phone"] or False,
            "confirm_by": values["confirm_by"],
            "lang": self.env.lang,
            "address": self.env["usu.guard"]._address() or False,
            "answer_ids": [
                Command.create(
                    {
                        "question_id": question.id,
                        "question": question.name,
                        "value": question._in_words(values["answers"][question.id]),
                    }
                )
                for question in form.question_ids
                if question.id in values["answers"]
            ],
        }

    def _proof(self):
        """What the visitor is asked to prove: the link or the code of this
        registration."""
        self.ensure_one()
        proof = self.proof_ids[:1]
        if not proof:
            kind = self.confirm_by
            proof = proof.create(
                {"registration_id": self.id, "kind": kind, "value": self[kind]}
            )
        return proof

    def _finish(self, confirmed_by, partner=None):
        """It is certain that this person wants it: register client and request.

        :param str confirmed_by: ``email`` | ``phone`` | ``login`` | ``staff``
        :param partner: the client, if logged in
        """
        self.ensure_one()
        decided = self.state == "rejected" and confirmed_by != "staff"
        if decided or self.state == "done":
            return
        self.write(
            {
                "state": "done",
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by": confirmed_by,
            }
        )
        receipt = self._to_routing(partner)
        self._settle(self.env["res.partner"].browse(receipt.partner_id or ()), receipt)
        proved = confirmed_by in ("email", "login")
        letters = self.consent_ids.filtered(lambda c: c.purpose == "newsletter")
        others = self.consent_ids - letters
        others._confirm()
        if proved and self._owns_email(partner):
            letters._confirm()
        elif letters and self.email and self.partner_id:
            # the number is proved, the address is not: letters wait for its owner
            # sudo: usu.intake.proof - the owner of the address is asked
            proofs = self.env["usu.intake.proof"].sudo()
            proofs._begin(self.partner_id, "email", self.email)

    def _owns_email(self, partner):
        """Whether the address of the form is proved to be this person's."""
        if not partner:
            return True
        points = partner.usu_contact_point_ids.filtered("verified_at")
        return self.email in points.mapped("value")

    def _to_routing(self, partner):
        proved = {self.confirmed_by} & {"email", "phone"}
        by_staff = self.confirmed_by == "staff"
        contact = Contact(
            partner_id=partner.id if partner else None,
            name=self.name,
            email=self.email if by_staff or "email" in proved else "",
            phone=self.phone if by_staff or "phone" in proved else "",
            lang=self.lang or "",
            verified=frozenset(proved),
        )
        routing = self.env["usu.routing"].with_company(self.company_id)
        return routing._receive(
            contact,
            desk=self.form_id.desk_id,
            channel="form",
            title=f"{self._for_staff().form_id.name}: {self.name}",
            body=self._body(),
            external_id=f"form:{self.key}",
            create_client=True,
        )

    def _settle(self, partner, receipt):
        """Note who it was; what was typed but not proved is kept as a perhaps."""
        self.write({"partner_id": partner.id, "request_id": receipt.request_id})
        self.consent_ids.write({"partner_id": partner.id})
        if not partner:
            return
        for kind in ("email", "phone"):
            if self[kind] and kind != self.confirmed_by:
                known = partner.usu_contact_point_ids.filtered(
                    lambda p, kind=kind: (p.kind, p.value) == (kind, self[kind])
                )
                if not known:
                    partner._usu_add_point(
                        kind, self[kind], level="maybe", source="form"
                    )

    def _for_staff(self):
        """In the clinic's language, whichever the visitor reads."""
        lang = self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang)

    def _body(self):
        """The registration for the staff, answers as they were given."""
        self = self._for_staff()
        _ = self.env._
        proof = {True: _("confirmed"), False: _("not confirmed")}
        rows = [(_("Name"), self.name)]
        for kind, label in (("email", _("E-mail")), ("phone", _("Telephone"))):
            if self[kind]:
                sure = proof[kind == self.confirmed_by]
                rows.append((label, f"{self[kind]} ({sure})"))
        rows += [
            (a.question_id.name or a.question, a.value or "") for a in self.answer_ids
        ]
        rows += [
            (_("Agreed to"), f"{c.text_id.name}, {c.version}") for c in self.consent_ids
        ]
        items = Markup().join(
            Markup("<li><b>%s:</b> %s</li>")
            % (label, Markup("<br/>").join(escape(x) for x in value.split("\n")))
            for label, value in rows
        )
        return Markup("<ul>%s</ul>") % items

    # ----------------------------------------------------------------- retention

    @api.model
    def _cron_forget(self):
        """Delete what was never confirmed, and addresses, after their time."""
        # sudo: ir.config_parameter - settings
        get = self.env["ir.config_parameter"].sudo().get_param
        now = fields.Datetime.now()
        days = int(get(DAYS) or 30)
        self.search(
            [
                ("state", "!=", "done"),
                ("create_date", "<", now - timedelta(days=days)),
            ],
            limit=5000,
        )._forget()
        old = now - timedelta(days=int(get(ADDRESS_DAYS) or 90))
        domain = [("address", "!=", False)]
        self.search([*domain, ("create_date", "<", old)], limit=5000).address = False
        self.env["usu.consent"].search(
            [*domain, ("given_at", "<", old)], limit=5000
        ).address = False

    def _forget(self):
        self.consent_ids.unlink()
        self.unlink()
