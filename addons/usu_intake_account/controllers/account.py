import json

from odoo import fields, http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools import answers

HOME = "/my/front-desk"


class UsuAccount(CustomerPortal):
    """The personal account. Every record is found through the client who is logged
    in; an id from outside is looked for among their own."""

    @http.route(HOME, type="http", auth="user", website=True, methods=["GET"])
    def usu_account(self, note="", **kwargs):
        partner = self._usu_partner()
        account = request.env["usu.account"]
        sections = account._usu_account_sections(partner)
        response = request.render(
            "usu_intake_account.account",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "usu_account",
                "partner": partner,
                "sections": sorted(sections, key=lambda s: s["sequence"]),
                "note": self._usu_note(answers.clean(note)),
            },
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _usu_partner(self):
        return request.env["res.partner"]._usu_account_partner()

    def _usu_home(self, note="", anchor=""):
        query = f"?note={note}" if note else ""
        return request.redirect(f"{HOME}{query}{anchor}", 303)

    def _usu_note(self, key):
        """:return: ``(kind of alert, sentence)`` or None"""
        _ = request.env._
        return {
            "sent": ("info", _("We have sent a letter there. Open its link, please.")),
            "confirmed": ("success", _("Thank you, that is confirmed.")),
            "removed": ("success", _("It is removed.")),
            "withdrawn": ("success", _("You have withdrawn it.")),
            "given": ("success", _("Thank you, you have agreed.")),
            "changed": ("warning", _("The text has changed. Please read it again.")),
            "no_address": ("warning", _("Please confirm an e-mail address first.")),
            "erasure": (
                "success",
                _("We have your wish. Somebody will write to you about it."),
            ),
            "invalid": ("danger", _("That is no whole number or address.")),
            "limit": ("danger", _("Too many attempts. Please try again later.")),
        }.get(key)

    # ----------------------------------------------------- numbers and addresses

    @http.route(f"{HOME}/contact", type="http", auth="user", methods=["POST"])
    def usu_add_contact(self, kind="", value="", **kwargs):
        form = request.env["usu.intake.form"]
        kind = "phone" if kind == "phone" else "email"
        clean = form._normal(kind, answers.clean(value))
        if not clean:
            return self._usu_home("invalid", "#contacts")
        partner = self._usu_partner()
        if not request.env["usu.guard"]._limit(
            "account_contact", subject=f"client:{partner.id}"
        ):
            return self._usu_home("limit", "#contacts")
        # sudo: usu.intake.proof - the client proves what is theirs
        proofs = request.env["usu.intake.proof"].sudo()
        proof, sent = proofs._begin(partner, kind, clean)
        if not sent:
            return self._usu_home("limit", "#contacts")
        if kind == "phone":
            return request.redirect(f"{HOME}/code/{proof.id}", 303)
        return self._usu_home("sent", "#contacts")

    def _usu_proof(self, proof_id):
        """One of the client's own proofs, else nothing."""
        # sudo: usu.intake.proof - looked for among the client's own
        proofs = request.env["usu.intake.proof"].sudo()
        proof = proofs.search(
            [
                ("id", "=", proof_id),
                ("partner_id", "=", self._usu_partner().id),
                ("kind", "=", "phone"),
            ]
        )
        if not proof:
            raise request.not_found()
        return proof

    @http.route(
        f"{HOME}/code/<int:proof_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def usu_code(self, proof_id, code="", **kwargs):
        proof = self._usu_proof(proof_id)
        problem = None
        if request.httprequest.method == "POST":
            problem = proof._try_code(answers.clean(code))
        if proof.done_at:
            return self._usu_home("confirmed", "#contacts")
        words = {
            "wrong": request.env._("That is not the code. Please look again."),
            "expired": request.env._(
                "The code is too old. Please add the number again."
            ),
            "tries": request.env._("Too many tries. Please add the number again."),
            "limit": request.env._("Too many attempts. Please try again later."),
        }
        return request.render(
            "usu_intake_account.account_code",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "usu_account",
                "proof": proof,
                "problem": words.get(problem, ""),
            },
        )

    @http.route(f"{HOME}/contact/remove", type="http", auth="user", methods=["POST"])
    def usu_remove_contact(self, point_id="", **kwargs):
        """An additional number or address; the main ones are changed in the portal's
        own form."""
        mine = self._usu_partner().usu_contact_point_ids
        point = mine.filtered(lambda p: str(p.id) == point_id and not p.main)
        if not point:
            raise request.not_found()
        point.unlink()
        return self._usu_home("removed", "#contacts")

    # ----------------------------------------------------------------- consents

    @http.route(f"{HOME}/consent/withdraw", type="http", auth="user", methods=["POST"])
    def usu_withdraw(self, consent_id="", **kwargs):
        consents = request.env["usu.consent"]._live(self._usu_partner())
        chosen = consents.filtered(lambda c: str(c.id) == consent_id)
        if not chosen:
            return self._usu_home("", "#consents")
        # all consents to this text, whenever and wherever they were given
        consents.filtered(lambda c: c.text_id == chosen.text_id)._withdraw("account")
        return self._usu_home("withdrawn", "#consents")

    @http.route(f"{HOME}/consent/give", type="http", auth="user", methods=["POST"])
    def usu_give(self, text_id="", seal="", **kwargs):
        account = request.env["usu.account"]
        partner = self._usu_partner()
        text = account._texts().filtered(lambda t: str(t.id) == text_id)
        if not text or request.env["usu.consent"]._live(partner, text):
            return self._usu_home("", "#consents")
        if seal != text._seal():
            return self._usu_home("changed", "#consents")
        email = account._letter_address(partner)
        if not email:
            return self._usu_home("no_address", "#contacts")
        consent = request.env["usu.consent"]._give(
            text, source="account", email=email, name=partner.name, partner=partner
        )
        consent._confirm()
        return self._usu_home("given", "#consents")

    # --------------------------------------------------------------------- data

    @http.route(f"{HOME}/export", type="http", auth="user", methods=["POST"])
    def usu_export(self, **kwargs):
        partner = self._usu_partner()
        if not request.env["usu.guard"]._limit(
            "account_export", subject=f"client:{partner.id}"
        ):
            return self._usu_home("limit", "#data")
        data = request.env["usu.account"]._usu_account_export(partner)
        data["exported"] = fields.Datetime.now().isoformat() + "Z"
        return request.make_response(
            json.dumps(data, ensure_ascii=False, indent=2),
            headers=[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Disposition", content_disposition("my-data.json")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    @http.route(f"{HOME}/erasure", type="http", auth="user", methods=["POST"])
    def usu_erasure(self, sure="", **kwargs):
        if sure != "yes":
            return self._usu_home("", "#data")
        request.env["usu.account"]._ask_erasure(self._usu_partner())
        return self._usu_home("erasure", "#data")
