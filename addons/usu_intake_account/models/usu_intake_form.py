import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.usu_routing.tools import phone as phone_tools

from ..tools import answers

TOKEN = "registration_form"
TOKEN_SECONDS = 24 * 3600


class UsuIntakeForm(models.Model):
    """A page on which clients register themselves and their request."""

    _name = "usu.intake.form"
    _description = "Registration form"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(
        "Address of the Page",
        required=True,
        copy=False,
        help="The last part of the page's address: letters, digits, hyphens.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        domain="[('company_id', 'in', (company_id, False))]",
        ondelete="restrict",
        help="Gets the requests. Empty: the company's first desk.",
    )
    intro = fields.Html(translate=True, help="Stands above the form.")
    thanks = fields.Html(translate=True, help="Stands on the page after it.")
    confirm_by = fields.Selection(
        [
            ("email", "Link by e-mail"),
            ("phone", "Code by text message"),
            ("choice", "The visitor chooses"),
        ],
        string="Confirm",
        required=True,
        default="email",
        help="How the visitor proves that the address or the number is theirs. Until"
        " then nobody is recognised by it.",
    )
    phone_required = fields.Boolean("Telephone Obligatory")
    email_required = fields.Boolean("E-mail Obligatory")
    offer_account = fields.Boolean(
        "Offer a Personal Account",
        default=True,
        help="After the link by e-mail the client may choose a password.",
    )
    question_ids = fields.One2many("usu.intake.question", "form_id", copy=True)
    consent_text_ids = fields.Many2many("usu.consent.text", string="Consents")
    registration_ids = fields.One2many("usu.intake.registration", "form_id")
    registration_count = fields.Integer(compute="_compute_registration_count")
    page_url = fields.Char("Page", compute="_compute_page_url")

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "There is already a form with this address."
    )

    @api.depends("registration_ids")
    def _compute_registration_count(self):
        groups = self.env["usu.intake.registration"]._read_group(
            [("form_id", "in", self.ids)], ["form_id"], ["__count"]
        )
        counts = {form.id: count for form, count in groups}
        for form in self:
            form.registration_count = counts.get(form.id, 0)

    @api.depends("code")
    def _compute_page_url(self):
        for form in self:
            form.page_url = f"{form.get_base_url()}/registration/{form.code or ''}"

    @api.constrains("code")
    def _check_code(self):
        for form in self:
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", form.code or ""):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be part of an address. Use small Latin letters,"
                        " digits and hyphens.",
                        form.code,
                    )
                )

    @api.constrains("company_id", "desk_id")
    def _check_desk(self):
        for form in self:
            desk_company = form.desk_id.company_id
            if desk_company and desk_company != form.company_id:
                raise ValidationError(
                    self.env._("The desk belongs to another company.")
                )

    def action_open_page(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.page_url, "target": "new"}

    def action_registrations(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "usu_intake_account.usu_intake_registration_action"
        )
        return {**action, "domain": [("form_id", "=", self.id)], "context": {}}

    # --------------------------------------------------------------------- page

    @api.model
    def _find(self, code):
        """:return: the form of this address, or the company's first (sudo)"""
        domain = [("company_id", "=", self.env.company.id)]
        if code:
            domain.append(("code", "=", code))
        # sudo: usu.intake.form - the page shows a form to everybody
        return self.sudo().search(domain, limit=1)

    def _needs(self, kind, confirm_by):
        """:return: whether the visitor must give an e-mail address or a number"""
        obligatory = self.email_required if kind == "email" else self.phone_required
        return obligatory or confirm_by == kind

    def _confirm_choice(self, given):
        """How this visitor will confirm: ``email`` | ``phone``."""
        if self.confirm_by != "choice":
            return self.confirm_by
        return "phone" if given.get("confirm_by") == "phone" else "email"

    def _shown_consents(self):
        return self.consent_text_ids.filtered("active")

    def _check_given(self, given):
        """Check all a visitor sent.

        :param dict given: field -> text as it came
        :return: `Checked`; ``values`` holds name, email, phone, confirm_by, answers
            ``{question id: text}`` and consents ``[text id]``
        """
        self.ensure_one()
        result = answers.Checked()
        values, errors = result.values, result.errors
        values["confirm_by"] = confirm_by = self._confirm_choice(given)
        values["name"], error = answers.check_name(given.get("name"))
        if error:
            errors["name"] = error
        self._check_contact(given, confirm_by, result)
        values["answers"] = {}
        for question in self.question_ids:
            name = f"q_{question.id}"
            text, error = answers.check_answer(question._as_value(), given.get(name))
            if error:
                errors[name] = error
            elif text:
                values["answers"][question.id] = text
        values["consents"] = []
        for text in self._shown_consents():
            name = f"c_{text.id}"
            ticked = given.get(name) == "yes"
            if ticked and given.get(f"seal_{text.id}") != text._seal():
                errors[name] = "changed"
            elif ticked:
                values["consents"].append(text.id)
            elif text.required:
                errors[name] = "missing"
        return result

    def _check_contact(self, given, confirm_by, result):
        values, errors = result.values, result.errors
        for kind in ("email", "phone"):
            raw = answers.clean(given.get(kind))
            values[kind] = ""
            if not raw:
                if self._needs(kind, confirm_by):
                    errors[kind] = "missing"
                continue
            values[kind] = self._normal(kind, raw)
            if not values[kind]:
                errors[kind] = "invalid"

    @api.model
    def _normal(self, kind, raw):
        """:return: the value as it is kept, empty if it is none"""
        if kind == "email" and not answers.is_email(raw):
            return ""
        if kind == "phone" and len(raw) > phone_tools.E164_MAX * 3:
            return ""
        return self.env["usu.contact.point"]._normalise(kind, raw)

    # -------------------------------------------------------------------- token

    def _token(self):
        """What makes one opening of the page one registration."""
        return self.env["usu.guard"]._sign(TOKEN, {"form": self.id}, TOKEN_SECONDS)

    @api.model
    def _token_key(self, token, form=None):
        """:return: the outside id of the registration this page makes, or ``None``"""
        payload = self.env["usu.guard"]._redeem(TOKEN, token, once=False)
        if not payload or (form and payload.get("form") != form.id):
            return None
        return self.env["usu.guard.ledger"]._digest("registration", token).hex()
