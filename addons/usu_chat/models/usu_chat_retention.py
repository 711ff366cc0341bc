from datetime import timedelta

from odoo import api, fields, models

BATCH = 200


class UsuChatRetention(models.AbstractModel):
    """Erases dialogues, their answers and their guests when their time is over."""

    _name = "usu.chat.retention"
    _description = "Erasing of old dialogues"

    @api.autovacuum
    def _gc_dialogues(self):
        """Erase what is older than its channel keeps; more is left for the next time.

        :return: ``(done, more to do)``, as the vacuum wants it
        """
        done = 0
        livechats = self.env["im_livechat.channel"].search(
            [("usu_desk_id", "!=", False), ("usu_keep_days", ">", 0)]
        )
        for livechat in livechats:
            dialogues = self._over(livechat, BATCH - done)
            guests = dialogues.channel_member_ids.guest_id
            done += len(dialogues)
            dialogues.unlink()
            self._forget(guests.exists())
            if done >= BATCH:
                return done, True
        return done, False

    def _over(self, livechat, limit):
        """Dialogues nobody has written in for that long, with nothing left to do."""
        last = fields.Datetime.now() - timedelta(days=livechat.usu_keep_days)
        return self.env["discuss.channel"].search(
            [
                ("livechat_channel_id", "=", livechat.id),
                ("last_interest_dt", "<", last),
                ("create_date", "<", last),
                ("usu_waiting_since", "=", False),
                "|",
                ("usu_request_id", "=", False),
                ("usu_request_id.usu_open", "=", False),
            ],
            order="id",
            limit=limit,
        )

    def _forget(self, guests):
        """Guests who are in no other dialogue and wrote nowhere else."""
        wrote = self.env["mail.message"].search([("author_guest_id", "in", guests.ids)])
        free = guests - wrote.author_guest_id
        free.filtered(lambda guest: not guest.channel_ids).unlink()
