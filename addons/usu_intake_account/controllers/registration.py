from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..tools import answers

# a page with a token in its address tells it to nobody else
PRIVATE = (("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"))
FORM = "usu_intake_account.registration_form"
CODE = 422


class UsuRegistration(http.Controller):
    """The public pages of a registration. A GET never changes anything: programs look
    at every link of a letter."""

    # --------------------------------------------------------------------- form

    @http.route(
        ["/registration", "/registration/<string:code>"],
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def form(self, code="", **kwargs):
        form = self._form(code)
        return self._show(form, self._prefilled(), {})

    @http.route(
        ["/registration", "/registration/<string:code>"],
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def submit(self, code="", **given):
        form = self._form(code)
        if len(given) > answers.MAX_FIELDS:
            return self._show(form, {}, {}, self._many(), 413)
        token = answers.clean(given.get("token"))
        key = form._token_key(token, form)
        registrations = request.env["usu.intake.registration"]
        if registrations._find(key):
            return self._to_wait(token)  # twice the same page: one registration
        checked = form._check_given(given)
        if checked.errors:
            return self._show(form, given, checked.errors, "", CODE)
        refusal = self._refusal(checked.values)
        if refusal:
            return self._show(form, given, {}, refusal, 429)
        if not key:
            return self._show(form, given, {}, self._stale(), CODE)
        registration, is_new = registrations._keep(form, key, checked.values)
        if is_new:
            self._begin(registration)
        return self._to_wait(token)

    def _form(self, code):
        form = request.env["usu.intake.form"]._find(answers.clean(code)[:64])
        if not form:
            raise request.not_found()
        return form

    def _begin(self, registration):
        """Ask for the proof; who is logged in has proved it already."""
        user = request.env.user
        if user._is_public() or user._is_internal():
            registration._proof()._send()
            return
        partner = request.env["res.partner"]._usu_account_partner()
        registration._finish("login", partner=partner)

    def _refusal(self, values):
        """:return: why the guard refuses, in words; empty if it does not"""
        http_env = request.env["ir.http"]
        try:
            http_env._verify_request_recaptcha_token("register")
        except UserError as error:
            return error.args[0]
        kind = values["confirm_by"]
        subject = f"{kind}:{values[kind]}"
        limit = request.env["usu.guard"]._limit("register_contact", subject=subject)
        return "" if limit else http_env._usu_guard_words(limit)

    def _prefilled(self):
        user = request.env.user
        if user._is_public():
            return {}
        partner = request.env["res.partner"]._usu_account_partner()
        return {
            "name": partner.name or "",
            "email": partner.email or "",
            "phone": partner.phone or "",
        }

    def _show(self, form, given, errors, alert="", status=200):
        return self._page(
            FORM,
            {
                "form": form,
                "given": {k: v for k, v in given.items() if isinstance(v, str)},
                "errors": self._error_words(form, errors),
                "alert": alert,
                "token": form._token(),
                "values_limit": answers.LIMITS,
                "name_limit": answers.NAME_LIMIT,
            },
            status,
        )

    def _error_words(self, form, errors):
        """:return: list of ``(field, label, sentence)`` in the order of the form"""
        _ = request.env._
        words = {
            "missing": _("Please fill this in."),
            "invalid": _("Please check this."),
            "long": _("Please write less here."),
            "changed": _("This text has changed. Please read it again."),
            "email": _("Please write a whole address, such as name@example.com."),
            "phone": _("Please write the whole number with its area code."),
            "name": _("Please write your name in letters."),
            "consent": _("Without this we may not take your registration."),
        }
        labels = {"name": _("Name"), "email": _("E-mail"), "phone": _("Telephone")}
        labels |= {f"q_{q.id}": q.name for q in form.question_ids}
        labels |= {f"c_{t.id}": t.name for t in form._shown_consents()}
        found = []
        for name, error in errors.items():
            sentence = words[error]
            if error == "invalid":
                sentence = words.get(name, sentence)
            elif error == "missing" and name.startswith("c_"):
                sentence = words["consent"]
            found.append((name, labels.get(name, name), sentence))
        return found

    def _many(self):
        return request.env._("This request was refused. Please call us instead.")

    def _stale(self):
        return request.env._(
            "This page was open for a long time. Please send the form once more."
        )

    # --------------------------------------------------------------------- wait

    def _to_wait(self, token):
        return request.redirect(f"/registration/wait/{token}", 303)

    def _registration(self, token):
        """The registration this browser sent; the token is its only key."""
        key = request.env["usu.intake.form"]._token_key(answers.clean(token))
        registration = request.env["usu.intake.registration"]._find(key)
        if not registration:
            raise request.not_found()
        return registration

    @http.route(
        "/registration/wait/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def wait(self, token, problem="", again="", **kwargs):
        registration = self._registration(token)
        kind = registration.confirm_by
        return self._page(
            "usu_intake_account.registration_wait",
            {
                "form": registration.form_id,
                "done": registration.state == "done",
                "kind": kind,
                "masked": answers.masked(kind, registration[kind] or ""),
                "token": token,
                "problem": self._problem(answers.clean(problem)),
                "again": bool(again),
            },
        )

    @http.route(
        "/registration/wait/<string:token>/code",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def code(self, token, code="", **kwargs):
        registration = self._registration(token)
        problem = None
        if registration.state == "waiting" and registration.confirm_by == "phone":
            problem = registration._proof()._try_code(answers.clean(code))
        return self._back(token, problem)

    @http.route(
        "/registration/wait/<string:token>/again",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def again(self, token, **kwargs):
        registration = self._registration(token)
        if registration.state != "waiting":
            return self._back(token)
        sent = registration._proof()._send()
        return self._back(token, None if sent else "limit", "&again=1" if sent else "")

    def _back(self, token, problem=None, more=""):
        query = f"?problem={problem}" if problem else ""
        query = query or ("?" + more[1:] if more else "")
        return request.redirect(f"/registration/wait/{token}{query}", 303)

    def _problem(self, key):
        _ = request.env._
        return {
            "wrong": _("That is not the code. Please look at the message again."),
            "expired": _("The code is too old. Please ask for a new one."),
            "tries": _("Too many tries. Please ask for a new code."),
            "limit": _("Too many attempts. Please try again later."),
        }.get(key, "")

    # --------------------------------------------------------------------- link

    @http.route(
        "/registration/confirm/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    def confirm(self, token, **kwargs):
        """The link of the letter. The button counts, opening the page does not."""
        token = answers.clean(token)
        proof = request.env["usu.intake.proof"]._of_token(token)
        if proof and request.httprequest.method == "POST":
            proof._accept()
            return request.redirect(f"/registration/confirm/{token}", 303)
        registration = proof.registration_id
        partner = proof.partner_id or registration.partner_id
        return self._page(
            "usu_intake_account.registration_confirm",
            {
                "proof": proof,
                "token": token,
                "form": registration.form_id,
                "number": registration.request_id.number or "",
                "name": registration.name or partner.name or "",
                "consents": registration.consent_ids,
                "account": self._account_state(registration),
            },
            200 if proof else 410,
        )

    def _account_state(self, registration):
        """:return: ``open`` (may choose a password), ``has`` (may log in) or empty"""
        partner = registration.partner_id
        if not partner or not request.env.user._is_public():
            return ""
        if partner.with_context(active_test=False).user_ids:
            return "has"
        return "open" if registration.form_id.offer_account else ""

    @http.route(
        "/registration/confirm/<string:token>/account",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def open_account(self, token, **kwargs):
        """Whoever holds the link of the letter owns the mailbox, as with Odoo's own
        invitations: on to Odoo's page where a password is chosen."""
        proof = request.env["usu.intake.proof"]._of_token(answers.clean(token))
        registration = proof.registration_id
        if not proof.done_at or self._account_state(registration) != "open":
            raise request.not_found()
        partner = registration.partner_id
        # the login is the proved address, whatever the card's main address is
        points = partner.usu_contact_point_ids.filtered(
            lambda p: p.verified_at and (p.kind, p.value) == ("email", proof.value)
        )
        if not points:
            raise request.not_found()
        if not partner.email:
            points.main = True
        partner.signup_prepare()
        url = partner.with_context(relative_url=True)._get_signup_url_for_action(
            url="/my/front-desk"
        )[partner.id]
        return request.redirect(url, 303)

    # ------------------------------------------------------------------ helpers

    def _page(self, template, values, status=200):
        response = request.render(template, values)
        response.status_code = status
        # the form itself may come back with the back button, as it was filled in
        for name, value in () if template == FORM else PRIVATE:
            response.headers[name] = value
        return response
