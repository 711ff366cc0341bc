"""Updates of Telegram in the intake queue: stored at once, understood later.

An item waits until all earlier ones of its chat are done: several workers may work on
the queue, and a dialogue still runs in order.
"""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import bot_update

LEASE = timedelta(minutes=2)


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"

    source = fields.Selection(
        selection_add=[("telegram", "Telegram")], ondelete={"telegram": "cascade"}
    )
    bot_id = fields.Many2one("usu.intake.bot", readonly=True, index="btree_not_null")
    chat_key = fields.Char(readonly=True)
    chat_seq = fields.Float(digits=(20, 0), readonly=True)

    _chat_order = models.Index(
        "(chat_key, chat_seq) WHERE state = 'new' AND chat_key IS NOT NULL"
    )

    @api.model
    def _store_updates(self, bot, updates):
        """Put updates into the queue; the caller commits.

        :param list updates: raw dicts
        :return: how many were new
        """
        new = 0
        for update in updates:
            number = bot_update.update_id(update)
            if number is None:
                continue
            item, fresh = self._store(
                json.dumps(update, ensure_ascii=False).encode(),
                source="telegram",
                external_key=f"tg:{bot.id}:{number}",
            )
            if fresh:
                new += 1
                chat = bot_update.chat_of(update)
                self.env.cr.execute(
                    SQL(
                        """
                        UPDATE usu_intake_item
                           SET bot_id = %s, team_id = %s, company_id = %s,
                               chat_key = %s, chat_seq = %s
                         WHERE id = %s
                        """,
                        *(bot.id, bot.team_id.id, bot.company_id.id),
                        *(f"tg:{bot.id}:{chat}", number, item.id),
                    )
                )
        if new:
            self._wake()
        return new

    @api.model
    def _claim(self, *args, **kwargs):
        """A person waits for the bot: if the worker dies, another takes over soon."""
        items = super()._claim(*args, **kwargs)
        live = items.filtered(lambda item: item.source == "telegram")
        live.write({"claimed_until": fields.Datetime.now() + LEASE})
        return items

    def _process_telegram(self, _reader):
        """Understand one update and answer it, in the current transaction."""
        update = json.loads(self._get_raw() or b"{}")
        event = bot_update.read(update)
        bot = self.bot_id
        self.write(
            {
                "sender": str(event.chat_id),
                "sender_name": event.name() or False,
                "subject": self._telegram_subject(event),
                "preview": event.text[:4000] or False,
                "state": "done",
                "processed_at": fields.Datetime.now(),
                "claimed_until": False,
                "error": False,
            }
        )
        if not bot or event.kind in ("group", "other") or not event.chat_id:
            reason = "not_private" if event.kind == "group" else "not_understood"
            self.write({"state": "rejected", "reason_keys": reason})
            return
        dialogue = self.env["usu.intake.bot.chat"].with_company(bot.company_id)
        reason = dialogue._of(bot, event)._hear(event, self)
        if reason:
            self.write({"state": "rejected", "reason_keys": reason})

    def _telegram_subject(self, event):
        words = " ".join(event.text.split())[:80]
        file = event.file["name"] if event.file else ""
        command = f"/{event.command}" if event.command else ""
        return words or file or command or f"Telegram: {event.kind}"

    def _reason_sentences(self):
        return {
            **super()._reason_sentences(),
            "not_private": self.env._("Not a private chat: the bot ignores groups."),
            "not_understood": self.env._("A kind of update the bot has no use for."),
            "too_fast": self.env._("Very many messages from this person at once."),
        }
