from odoo.tests import BaseCase, tagged

from ..tools import bot_text, bot_update, bot_words

PERSON = {"id": 7, "is_bot": False, "first_name": "A", "language_code": "ru"}
CHAT = {"id": 7, "type": "private"}
MESSAGE = {"message_id": 3, "date": 1, "from": PERSON, "chat": CHAT}
#: every kind of update the Bot API names (object Update), as small as they come
KINDS = [
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("business_connection", "business_message", "edited_business_message"),
    *("deleted_business_messages", "guest_message", "message_reaction"),
    *("message_reaction_count", "inline_query", "chosen_inline_result"),
    *("callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media"),
    *("poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request"),
    *("chat_boost", "removed_chat_boost", "managed_bot", "kind_of_tomorrow"),
]


def message(**values):
    return {"update_id": 1, "message": {**MESSAGE, **values}}


@tagged("post_install", "-at_install", "usu_intake")
class TestBotUpdates(BaseCase):
    def test_what_a_message_is(self):
        file = {"file_id": "f", "file_size": 9, "file_name": "a.pdf"}
        for kind, values in (
            ("text", {"text": " hello "}),
            ("command", {"text": "/start@clinic_bot abc"}),
            ("contact", {"contact": {"phone_number": "1", "user_id": 7}}),
            ("location", {"location": {"latitude": 1.0, "longitude": 2.0}}),
            ("file", {"photo": [{"file_id": "p", "width": 9}, {"width": 1}]}),
            *(("file", {name: file}) for name in bot_update.FILES),
            ("words", {"poll": {"question": "?"}}),
            ("words", {"dice": {"emoji": "🎯", "value": 3}}),
            ("group", {"chat": {"id": -5, "type": "supergroup"}, "text": "x"}),
            ("other", {"from": {**PERSON, "is_bot": True}, "text": "x"}),
            ("other", {"new_chat_title": "x"}),
        ):
            event = bot_update.read(message(**values))
            self.assertEqual(event.kind, kind, values)
        event = bot_update.read(message(text="/start@clinic_bot abc"))
        self.assertEqual((event.command, event.text), ("start", "abc"))
        photos = [{"file_id": "small", "width": 1}, {"file_id": "big", "width": 9}]
        event = bot_update.read(message(photo=photos, caption="here"))
        self.assertEqual((event.file["id"], event.text), ("big", "here"))

    def test_every_kind_of_update_and_garbage_in_it(self):
        for kind in KINDS:
            for value in (
                *({}, [], "x", 5, None, {"chat": None}, {"from": 1}, {"message": "x"}),
                *({"chat": CHAT}, {"from": PERSON}, MESSAGE, {"message": MESSAGE}),
                {**MESSAGE, "text": 5, "photo": [None], "contact": "x", "poll": []},
                {**MESSAGE, "photo": {}, "voice": "x", "location": {"latitude": {}}},
            ):
                event = bot_update.read({"update_id": 1, kind: value})
                self.assertTrue(event.kind, (kind, value))
                bot_update.chat_of({"update_id": 1, kind: value})

    def test_what_is_no_update(self):
        for value in (None, [], "x", {}, {"update_id": "1"}, {"update_id": True}):
            self.assertIsNone(bot_update.update_id(value))

    def test_long_texts_are_split_and_complete(self):
        for text in ("x" * 10_000, "one two\n" * 1_500, "😀" * 5_000, "a\n" * 4_000):
            parts = bot_text.split(text)
            self.assertTrue(all(bot_text.units(p) <= bot_text.LIMIT for p in parts))
            self.assertEqual("".join("".join(parts).split()), "".join(text.split()))
        self.assertEqual(bot_text.split("  "), [])

    def test_answers_are_found_by_words(self):
        answers = [
            ("price", "How much is a consultation? price cost costs"),
            ("place", "Where are you? address way parking"),
            ("fast", "May I eat before a blood test? fasting"),
            ("hindi", "परामर्श की फीस कितनी है? शुल्क कीमत"),
            ("ru", "Сколько стоит консультация? цена прайс"),
        ]
        for question, key in (
            ("What does a consultation cost?", "price"),
            ("PARKING?", "place"),
            ("can I eat before the blood test", "fast"),
            ("परामर्श की फीस बताइए", "hindi"),
            ("скажите, какая цена консультации", "ru"),
        ):
            self.assertEqual(bot_words.rank(question, answers)[:1], [key], question)
        for question in ("", "hello", "is it the one", "Ich habe Zahnschmerzen", "?!"):
            self.assertEqual(bot_words.rank(question, answers), [], question)
