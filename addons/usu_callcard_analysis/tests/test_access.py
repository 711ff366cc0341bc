from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.usu_callcard.tests.common import answered, hung_up

from .common import LISTENER, RecordingCommon, conversation


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestAccess(RecordingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_listener = new_test_user(
            cls.env,
            "usu_own_listener",
            f"usu_routing.usu_routing_group_user,{LISTENER}",
        )
        cls.admin = new_test_user(
            cls.env, "usu_call_admin", "usu_callcard.usu_callcard_group_admin"
        )

    def setUp(self):
        super().setUp()
        self.talk = self.spoken()
        self.recording = self.upload()
        self.analyse()

    def visible(self, user, model="usu.call.analysis"):
        return self.env[model].with_user(user).search([("call_id", "=", self.talk.id)])

    def test_employees_see_their_own_figures_heads_their_desks(self):
        for user, sees in (
            (self.boris, True),
            (self.anna, False),  # it rang at Anna's telephone; she did not speak
            (self.clara, False),
            (self.head, True),
            (self.admin, True),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(self.visible(user)), sees)
        self.desk.user_ids -= self.head
        self.assertFalse(self.visible(self.head), "a head of another desk")

    def test_recordings_only_for_their_group(self):
        for user in (self.boris, self.head, self.admin):
            with self.subTest(user=user.login):
                own = self.recording.with_user(user)
                self.assertFalse(own._usu_may_listen())
                with self.assertRaises(AccessError):
                    own.usu_open()
                with self.assertRaises(AccessError):
                    own.read(["name"])
                with self.assertRaises(AccessError):
                    self.env["usu.call.utterance"].with_user(user).search([])
        self.assertFalse(self.env["usu.call.recording.access"].search([]))
        self.assertTrue(self.recording.with_user(self.listener)._usu_may_listen())

    def test_own_listener_hears_own_calls_only(self):
        theirs = self.recording.with_user(self.own_listener)
        self.assertFalse(theirs._usu_may_listen())
        self.talk.leg_ids[:1].user_id = self.own_listener
        self.env.invalidate_all()
        self.assertTrue(theirs._usu_may_listen())

    def test_head_with_the_right_hears_the_own_desks_only(self):
        theirs = self.recording.with_user(self.listener)
        self.assertTrue(theirs._usu_may_listen())
        self.desk.user_ids -= self.listener
        self.env.invalidate_all()
        self.assertFalse(theirs._usu_may_listen())

    def test_each_opening_is_logged(self):
        opened = self.recording.with_user(self.listener).usu_open()
        self.assertIn(str(self.recording.id), opened["url"])
        entry = self.env["usu.call.recording.access"].search([])
        self.assertEqual(entry.user_id, self.listener)
        self.assertEqual(entry.recording_id, self.recording)
        self.assertEqual(entry.call_id, self.talk)
        self.assertEqual(entry.with_user(self.admin).user_id, self.listener)
        for user in (self.listener, self.boris, self.head):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                entry.with_user(user).read(["user_id"])
        with self.assertRaises(AccessError):
            entry.with_user(self.admin).unlink()
        self.recording.unlink()
        self.assertEqual(entry.call_id, self.talk, "the log outlives the recording")

    def test_sound_cannot_be_reached_around_the_log(self):
        attachment = self.recording._usu_attachment()
        for user in (self.boris, self.head, self.listener):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    attachment.with_user(user).read(["raw"])
                with self.assertRaises(AccessError):
                    self.recording.with_user(user).read(["audio"])

    def test_nobody_writes_figures_by_hand(self):
        analysis = self.analysis(self.recording)
        for user in (self.boris, self.head, self.admin):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                analysis.with_user(user).write({"interruptions_staff": 0})
        with self.assertRaises(AccessError):
            analysis.with_user(self.boris).action_analyse_again()

    def test_player_tells_each_what_they_may_know(self):
        for user, listens in ((self.boris, False), (self.listener, True)):
            with self.subTest(user=user.login):
                (data,) = self.talk.with_user(user).usu_player_data()
                self.assertEqual(bool(data["recording_id"]), listens)
                self.assertEqual(data["measures"]["interruptions_staff"], 1)
        self.assertEqual(self.talk.with_user(self.anna).usu_player_data(), [])
        with self.assertRaises(AccessError):
            self.talk.with_user(self.clara).usu_player_data()

    def test_other_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other clinic"})
        stranger = new_test_user(
            self.env,
            "usu_stranger",
            f"usu_callcard.usu_callcard_group_admin,{LISTENER}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.visible(stranger))
        self.assertFalse(self.visible(stranger, "usu.call.recording"))
        self.assertFalse(self.recording.with_user(stranger)._usu_may_listen())


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestListen(RecordingCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.apply(answered())
        self.apply(hung_up())
        self.recording = self.upload()

    def test_sound_is_served_in_ranges_with_the_token_only(self):
        url = self.recording.with_user(self.listener).usu_open()["url"]
        self.authenticate("usu_listener", "usu_listener")
        answer = self.url_open(url)
        self.assertEqual((answer.status_code, answer.content), (200, conversation()))
        self.assertEqual(answer.headers["Content-Type"], "audio/wav")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        part = self.url_open(url, headers={"Range": "bytes=0-3"})
        self.assertEqual((part.status_code, part.content), (206, b"RIFF"))
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url.split("?")[0]).status_code, 404)
            self.assertEqual(self.url_open(url[:-3] + "abc").status_code, 404)

    def test_token_is_of_one_person_and_one_recording(self):
        url = self.recording.with_user(self.listener).usu_open()["url"]
        second = new_test_user(
            self.env, "usu_second", f"usu_routing.usu_routing_group_head,{LISTENER}"
        )
        self.authenticate(second.login, second.login)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("usu_listener", "usu_listener")
        self.listener.group_ids -= self.env.ref(LISTENER)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(url, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
