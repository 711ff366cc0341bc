from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request

PROOF_FIELD = "usu_guard_proof"
HONEYPOT_FIELD = "usu_homepage"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def _verify_request_recaptcha_token(self, action):
        """Guard every form of Odoo for which there is a rule (signup, password reset,
        website forms). Where an outside service checks for a human, Odoo's own addon
        has done so before or does so afterwards, and the limits alone are ours.
        """
        result = super()._verify_request_recaptcha_token(action)
        proof = request.params.pop(PROOF_FIELD, None)
        honeypot = request.params.pop(HONEYPOT_FIELD, "")
        guard = self.env["usu.guard"]
        if not self.env["usu.guard.rule"]._find_rule(action)[1]:
            return result
        if guard._provider() in ("turnstile", "recaptcha"):
            admission = guard._limit(action)
        else:
            admission = guard._admit(action, proof=proof, honeypot=honeypot)
        if not admission:
            raise UserError(self._usu_guard_words(admission))
        return result

    @api.model
    def _usu_guard_words(self, admission):
        """A refusal as a sentence that says what to do next."""
        if admission.error == "limit":
            minutes = -(-admission.retry_after // 60)
            return self.env._(
                "Too many attempts. Please try again in %(minutes)s min.",
                minutes=minutes,
            )
        if admission.error in ("banned", "robot"):
            return self.env._("This request was refused. Please call us instead.")
        if admission.need == "code":
            return self.env._("Please go back and type the code of the picture.")
        return self.env._(
            "We could not check that you are a person. Please go back, reload the page"
            " and try again; JavaScript must be switched on."
        )
