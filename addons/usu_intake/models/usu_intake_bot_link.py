import secrets
from datetime import timedelta

from odoo import api, fields, models

DAYS = 7


class UsuIntakeBotLink(models.Model):
    """A link that ties whoever opens it on Telegram to a client or a request, once."""

    _name = "usu.intake.bot.link"
    _description = "Link to the Bot"

    token = fields.Char(required=True, groups=fields.NO_ACCESS)
    bot_id = fields.Many2one("usu.intake.bot", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", ondelete="cascade")
    request_id = fields.Many2one("helpdesk.ticket", ondelete="cascade")
    expires_at = fields.Datetime(required=True)

    _token_unique = models.UniqueIndex("(token)")

    @api.model
    def _make(self, bot, *, partner=None, request=None):
        """Address for one use within a week.

        The caller has checked that it reaches the client alone: whoever opens it is
        taken for the client.
        """
        # sudo: usu.intake.bot.link - made for whoever may see the client
        link = self.sudo().create(
            {
                "token": secrets.token_urlsafe(24),
                "bot_id": bot.id,
                "partner_id": partner and partner.id,
                "request_id": request and request.id,
                "expires_at": fields.Datetime.now() + timedelta(days=DAYS),
            }
        )
        return f"https://t.me/{bot.username}?start={link.token}"

    @api.model
    def _redeem(self, bot, token):
        """The link of a token that is still good, used up now; or empty."""
        if not token:
            return self
        now = fields.Datetime.now()
        link = self.search(
            [("token", "=", token), ("bot_id", "=", bot.id), ("expires_at", ">", now)]
        )
        link.expires_at = now
        return link

    @api.autovacuum
    def _gc_links(self):
        self.search([("expires_at", "<=", fields.Datetime.now())]).unlink()
