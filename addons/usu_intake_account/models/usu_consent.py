from odoo import api, fields, models
from odoo.http import request


class UsuConsent(models.Model):
    """One client agreed to one text: who, when, where, to which words, and how it was
    proved that it was them. Withdrawn consents stay, with their end.

    Written by the methods here alone; nobody edits a consent.
    """

    _name = "usu.consent"
    _description = "Consent"
    _order = "given_at desc, id desc"
    _rec_name = "text_id"

    text_id = fields.Many2one(
        "usu.consent.text", required=True, readonly=True, index=True
    )
    version_id = fields.Many2one(
        "usu.consent.version", required=True, readonly=True, ondelete="restrict"
    )
    version = fields.Integer(related="version_id.number")
    purpose = fields.Selection(related="text_id.purpose", store=True)
    company_id = fields.Many2one(related="text_id.company_id", store=True)
    lang = fields.Char("Language", readonly=True)
    words = fields.Text(compute="_compute_words")
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    registration_id = fields.Many2one(
        "usu.intake.registration",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    name = fields.Char("Name Given", readonly=True)
    email = fields.Char("E-mail", readonly=True)
    source = fields.Selection(
        [("form", "Form"), ("account", "Personal account")],
        required=True,
        readonly=True,
    )
    given_at = fields.Datetime(required=True, readonly=True)
    confirmed_at = fields.Datetime(
        readonly=True,
        help="When the client confirmed by the link or the code that it was them.",
    )
    withdrawn_at = fields.Datetime(readonly=True)
    withdrawn_by = fields.Selection(
        [
            ("account", "Personal account"),
            ("unsubscribe", "Unsubscribed from letters"),
            ("staff", "Employee"),
        ],
        readonly=True,
    )
    state = fields.Selection(
        [
            ("pending", "Not confirmed"),
            ("given", "Given"),
            ("withdrawn", "Withdrawn"),
        ],
        compute="_compute_state",
        store=True,
    )
    address = fields.Char(
        "IP Address",
        readonly=True,
        groups="usu_intake_account.usu_intake_account_group_address",
    )
    address_digest = fields.Char(
        "Fingerprint of the Address",
        readonly=True,
        groups="usu_intake_account.usu_intake_account_group_address",
        help="Stays as a proof when the address itself is deleted.",
    )

    _of_address = models.Index("(email, text_id) WHERE withdrawn_at IS NULL")

    @api.depends("confirmed_at", "withdrawn_at")
    def _compute_state(self):
        for consent in self:
            given = "given" if consent.confirmed_at else "pending"
            consent.state = "withdrawn" if consent.withdrawn_at else given

    def _compute_words(self):
        for consent in self:
            # sudo: usu.consent.version - whoever may read the consent reads its words
            consent.words = consent.sudo().version_id._words(consent.lang)

    def action_withdraw(self):
        """The client told an employee."""
        self.check_access("read")
        # sudo: usu.consent - consents are changed by their own methods alone
        self.sudo()._withdraw("staff")

    # --------------------------------------------------------------------- acts

    @api.model
    def _give(
        self, text, *, source, email="", name="", partner=None, registration=None
    ):
        """The client ticked a text. It counts once it is confirmed.

        :param text: usu.consent.text, in the language it was shown in
        :return: the consent (sudo)
        """
        address = self.env["usu.guard"]._address()
        digest = self.env["usu.guard.ledger"]._digest("consent", address)
        # sudo: usu.consent - visitors may not write consents, their tick does
        return self.sudo().create(
            {
                "text_id": text.id,
                "version_id": text._current().id,
                "lang": self.env.lang or "en_US",
                "partner_id": partner.id if partner else False,
                "registration_id": registration.id if registration else False,
                "name": name,
                "email": email,
                "source": source,
                "given_at": fields.Datetime.now(),
                "address": address,
                "address_digest": digest.hex() if address and request else False,
            }
        )

    def _confirm(self):
        """It was proved that the client gave these (double opt-in)."""
        waiting = self.filtered(lambda c: c.state == "pending")
        waiting.write({"confirmed_at": fields.Datetime.now()})
        for consent in waiting:
            consent._usu_granted()

    def _withdraw(self, by):
        """These do not hold any more. Nothing about them is deleted."""
        live = self.filtered(lambda c: c.state != "withdrawn")
        live.write({"withdrawn_at": fields.Datetime.now(), "withdrawn_by": by})
        for consent in live:
            consent._usu_withdrawn()

    def _usu_granted(self):
        """Hook: a consent begins to hold. Extend with ``super()``."""

    def _usu_withdrawn(self):
        """Hook: a consent does not hold any more. Extend with ``super()``."""

    @api.model
    def _live(self, partner, texts=None):
        """:return: what holds now for this client (sudo)"""
        domain = [("partner_id", "=", partner.id), ("withdrawn_at", "=", False)]
        if texts is not None:
            domain.append(("text_id", "in", texts.ids))
        # sudo: usu.consent - the client asks for their own
        return self.sudo().search(domain)
