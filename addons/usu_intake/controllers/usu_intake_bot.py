import hmac
import json
import logging

from odoo import http
from odoo.http import request

_logger = logging.getLogger(__name__)

LARGEST = 1 << 20  # bytes; Telegram's own updates are a few kilobytes


class UsuIntakeBotController(http.Controller):
    @http.route(
        "/usu_intake/telegram/<int:bot_id>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def telegram(self, bot_id):
        """One update from Telegram: stored, committed with this answer, nothing else.

        Without the secret agreed upon at connecting nothing is read or said.
        Source: Bot API, setWebhook, secret_token; read 2026-11.
        """
        # sudo: usu.intake.bot - the caller proves itself by the secret
        bot = request.env["usu.intake.bot"].sudo().browse(bot_id).exists()
        given = request.httprequest.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        known = bot.secret or ""
        if not known or not hmac.compare_digest(known.encode(), given.encode()):
            return request.make_response("", status=403)
        if bot.state == "draft" or bot.mode != "webhook" or not bot.active:
            return request.make_response("", status=409)
        size = request.httprequest.content_length
        if size is None or size > LARGEST:
            return request.make_response("", status=413)
        try:
            update = json.loads(request.httprequest.get_data())
        except (ValueError, RecursionError):
            _logger.info("Telegram bot %s: an update that is no JSON", bot_id)
            return request.make_response("", status=400)
        # sudo: usu.intake.item - stored for the bot, whoever calls
        items = request.env["usu.intake.item"].sudo()
        items._store_updates(bot, [update])
        return request.make_response("")
