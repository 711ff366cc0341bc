import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.usu_callcard.models.ir_websocket import PREFIX
from odoo.addons.usu_callcard.tools.signature import sign

from .common import SECRET, CallCommon


@tagged("post_install", "-at_install", "usu_callcard")
class TestDial(CallCommon):
    def channels(self, secret=SECRET, code="test", shift=0):
        timestamp = str(int(time.time()) + shift)
        signature = sign(secret, timestamp, f"{PREFIX}{code}".encode())
        return f"{PREFIX}{code}:{timestamp}:{signature}"

    def test_command_goes_to_the_connector_of_the_employees_pbx(self):
        sent = []
        self.patch(
            self.env.registry["usu.pbx"],
            "_bus_send",
            lambda pbx, *args, **kwargs: sent.append((pbx, *args)),
        )
        extension = (
            self.env["usu.call.command"].with_user(self.anna).dial("+7 916 123-45-67")
        )
        self.assertEqual(extension, "101")
        pbx, kind, payload = sent[0]
        self.assertEqual((pbx, kind), (self.pbx, "usu_callcard/command"))
        self.assertEqual(payload["command"], "dial")
        self.assertEqual((payload["extension"], payload["number"]),
                         ("101", "+79161234567"))  # fmt: skip
        self.assertGreater(payload["expires"], time.time())

    def test_only_telephone_numbers_are_dialled(self):
        commands = self.env["usu.call.command"].with_user(self.anna)
        for number in (
            "", None, "12", "anonymous", "1" * 16, "*72 89161234567", "112233,,1",
            "112233\nAction: Command", "SIP/trunk/112233",
        ):  # fmt: skip
            with self.subTest(number=number), self.assertRaises(UserError):
                commands.dial(number)
        for number, plain in [
            ("+7 (916) 123-45-67", "+79161234567"),
            ("8 916 123 45 67", "89161234567"),
            ("+९१ ९८७६५ ४३२१०", "+919876543210"),
        ]:
            with self.subTest(number=number):
                commands.dial(number)
                last = self.env["usu.call.command"].search([], limit=1)
                self.assertEqual(last.number, plain)

    def test_employee_without_a_telephone(self):
        with self.assertRaises(UserError):
            self.env["usu.call.command"].with_user(self.clara).dial("+79161234567")

    def test_switched_off(self):
        self.pbx.dial_enabled = False
        with self.assertRaises(UserError):
            self.env["usu.call.command"].with_user(self.anna).dial("+79161234567")

    def test_employees_do_not_see_the_commands_of_others(self):
        with self.assertRaises(AccessError):
            self.env["usu.call.command"].with_user(self.anna).search_read(
                [], ["number"]
            )

    def test_portal_dials_nobody(self):
        portal = new_test_user(self.env, "usu_portal", "base.group_portal")
        self.env["usu.pbx.extension"].create(
            {"pbx_id": self.pbx.id, "number": "109", "user_id": portal.id}
        )
        with self.assertRaises(AccessError):
            self.env["usu.call.command"].with_user(portal).dial("+79161234567")

    def test_signed_subscription(self):
        websocket = self.env["ir.websocket"]
        self.assertEqual(websocket._usu_signed_pbx(self.channels()), self.pbx)
        for title, channel in {
            "wrong secret": self.channels(secret="x" * 40),
            "unknown pbx": self.channels(code="nobody"),
            "old": self.channels(shift=-400),
            "unsigned": f"{PREFIX}test",
            "half": f"{PREFIX}test:{int(time.time())}:",
        }.items():
            with self.subTest(title):
                self.assertFalse(websocket._usu_signed_pbx(channel))

    def test_failed_dialling_is_told_to_the_employee(self):
        commands = self.env["usu.call.command"]
        commands.with_user(self.anna).dial("+79161234567")
        command = commands.search([], limit=1)
        with self.bus() as sent:
            command._usu_result("error", "phone is off")
            command._usu_result("ok", "")
        self.assertEqual(len(sent), 1)
        self.assertEqual(sent[0][:2], (self.anna, "usu_callcard/dial_failed"))
        self.assertEqual(command.state, "failed", "the first answer counts")
