"""Whatever other addons are there: what they keep of a client goes, files as well."""

from odoo import fields
from odoo.tests import tagged

from .common import PrivacyCase

LETTER = b"""From: Marta <marta@home.test>\r\nTo: desk@clinic.test\r
Subject: My tooth\r\nMessage-ID: <privacy-1@home.test>\r\n\r\nIt hurts.\r\n"""


@tagged("post_install", "-at_install", "usu_privacy")
class TestEverything(PrivacyCase):
    def there(self, name):
        return name in self.env and self.env[name]

    def make_letter(self):
        if self.there("usu.intake.item") is False:
            return []
        item, _new = self.env["usu.intake.item"]._store_letter(LETTER)
        item.sender = "marta@home.test"
        return [item]

    def make_telegram(self):
        if self.there("usu.intake.bot") is False:
            return []
        bot = self.env["usu.intake.bot"].create({"name": "Bot", "token": "1:x"})
        dialogue = self.env["discuss.channel"].create(
            {"name": "Marta", "channel_type": "group"}
        )
        dialogue.message_post(body="It hurts", attachments=[("x-ray.txt", b"bone")])
        chat = self.env["usu.intake.bot.chat"].create(
            {
                "bot_id": bot.id,
                "chat_number": "700",
                "partner_id": self.mother.id,
                "channel_id": dialogue.id,
            }
        )
        return [
            chat,
            dialogue,
            dialogue.message_ids,
            dialogue.message_ids.attachment_ids,
        ]

    def make_call(self):
        if self.there("usu.call") is False:
            return []
        pbx = self.env["usu.pbx"].create({"name": "Privacy", "code": "privacy"})
        call = self.env["usu.call"].create(
            {
                "pbx_id": pbx.id,
                "outside_id": "privacy.1",
                "started_at": fields.Datetime.now(),
                "direction": "incoming",
                "state": "ended",
                "partner_id": self.mother.id,
            }
        )
        recording = self.env["ir.attachment"].create(
            {
                "name": "call.wav",
                "raw": b"RIFF",
                "res_model": "usu.call",
                "res_id": call.id,
            }
        )
        return [call, recording]

    def test_nothing_is_left(self):
        made = [*self.make_letter(), *self.make_telegram(), *self.make_call()]
        self.env.flush_all()
        found = self.env["usu.privacy"]._records(self.mother)
        for record in made:
            if record._name in found:
                self.assertIn(record, found[record._name], record._name)
        self.privacy._export(self.mother)
        self.privacy._erase(self.mother)
        left = [record._name for record in made if record.exists()]
        self.assertEqual(left, [])

    def test_the_call_of_a_shared_number_stays_with_the_other(self):
        if self.there("usu.call") is False:
            self.assertNotIn("usu.call", self.env["usu.privacy"]._models())
            return
        call = self.make_call()[0]
        call.write({"partner_id": self.child.id, "number": "+37477000111"})
        self.privacy._erase(self.mother)
        self.assertTrue(call.exists())
