from odoo import models


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    def write(self, vals):
        """Whoever opts out has withdrawn the consent, wherever they did it."""
        before = self.filtered(lambda s: not s.opt_out)
        result = super().write(vals)
        left = before.filtered("opt_out")
        for email, subscriptions in left.grouped(
            lambda s: s.contact_id.email_normalized
        ).items():
            if email:
                self.env["usu.consent"]._unsubscribed(email, subscriptions.list_id)
        return result
