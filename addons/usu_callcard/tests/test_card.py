import base64
import io

from PIL import Image

from odoo.tests import tagged

from .common import SHOWN, CallCommon, answered, hung_up, snapshot


@tagged("post_install", "-at_install", "usu_callcard")
class TestCard(CallCommon):
    def data(self, user, **values):
        call = self.apply(snapshot() | values)
        return call.with_user(user).card_data()

    def test_company_name_direction_and_time(self):
        data = self.data(self.anna)
        self.assertEqual(data["client"]["company"], "Northern Light LLC")
        self.assertEqual(data["client"]["name"], "Maria Client")
        self.assertEqual(data["direction"], "incoming")
        self.assertEqual(data["started_at"], "2026-11-20T10:00:00Z")

    def test_category_with_its_colour(self):
        category = self.env["usu.client.category"].create(
            {"name": "Golden", "color": 3}
        )
        self.client.usu_category_id = category
        shown = self.data(self.anna)["client"]["category"]
        self.assertEqual((shown["name"], shown["color"]), ("Golden", 3))

    def test_warning(self):
        sections = {s["key"]: s["data"] for s in self.data(self.anna)["sections"]}
        self.assertEqual(sections["warning"], "Allergic to lidocaine")

    def test_open_requests_with_stage_and_responsible(self):
        request = self.env["helpdesk.ticket"].create(
            {
                "name": "Implant broke",
                "description": "x",
                "partner_id": self.client.id,
                "team_id": self.desk.id,
                "user_id": self.anna.id,
            }
        )
        sections = {s["key"]: s["data"] for s in self.data(self.anna)["sections"]}
        item = sections["requests"]["items"][0]
        self.assertEqual(item["title"], "Implant broke")
        self.assertEqual(item["stage"], request.stage_id.name)
        self.assertEqual(item["responsible"], "Anna Ivanova")

    def test_request_the_reader_may_not_open_is_only_counted(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Management"})
        request = self.env["helpdesk.ticket"].create(
            {
                "name": "Complaint about Anna",
                "description": "x",
                "partner_id": self.client.id,
                "team_id": team.id,
            }
        )
        self.env["ir.rule"].create(
            {
                "name": "test: secret desk",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": f"[('id', '!=', {request.id})]",
            }
        )
        data = self.data(self.anna)
        sections = {s["key"]: s["data"] for s in data["sections"]}
        self.assertEqual(sections["requests"]["items"], [])
        self.assertEqual(sections["requests"]["hidden"], 1)
        self.assertNotIn("Complaint", str(data))

    def test_place(self):
        self.assertEqual(
            self.data(self.anna)["place"]["text"],
            f"Pskov, {self.env.ref('base.ru').name}",
        )

    def test_place_of_an_unknown_caller_is_guessed_from_the_number(self):
        place = self.data(self.anna, number="+9779812345678")["place"]
        self.assertEqual((place["text"], place["guessed"]), ("Nepal", True))

    def test_number_line_extension_and_employee(self):
        self.apply(snapshot())
        call = self.apply(answered())
        data = call.with_user(self.boris).card_data()
        self.assertEqual(data["number"], SHOWN)
        self.assertEqual(data["line"], {"number": "+7 495 123-45-67", "name": "Dental"})
        self.assertEqual((data["extension"], data["employee"]), ("102", "Boris Petrov"))

    def test_while_it_rings_the_readers_own_telephone_is_named(self):
        data = self.data(self.anna)
        self.assertEqual((data["extension"], data["employee"]), ("101", "Anna Ivanova"))

    def test_photo_is_the_stored_one(self):
        stream = io.BytesIO()
        Image.new("RGB", (1400, 1200), "teal").save(stream, "PNG")
        self.client.image_1920 = base64.b64encode(stream.getvalue())
        photo = self.data(self.anna)["client"]["photo"]
        self.assertIn(f"/res.partner/{self.client.id}/image_1920", photo)

    def test_no_photo_no_address(self):
        self.assertEqual(self.data(self.anna)["client"]["photo"], "")

    def test_sections_are_switched_off_and_moved(self):
        sections = self.env["usu.call.section"]
        self.apply(snapshot("0.9"))
        by_key = {s.key: s for s in sections.search([])}
        by_key["history"].sequence = 1
        keys = [s["key"] for s in self.data(self.anna)["sections"]]
        self.assertEqual(keys, ["history", "warning"])
        by_key["warning"].active = False
        data = self.call("1.1").with_user(self.anna).card_data()
        self.assertEqual([s["key"] for s in data["sections"]], ["history"])
        self.assertNotIn("warning", data["shown"])

    def test_earlier_calls(self):
        self.apply(snapshot("0.9"))
        self.apply(hung_up("0.9"))
        self.call("0.9").with_user(self.boris).card_note("asked for prices")
        sections = {s["key"]: s["data"] for s in self.data(self.boris)["sections"]}
        self.assertEqual(len(sections["history"]), 1)
        self.assertEqual(sections["history"][0]["note"], "asked for prices")

    def test_unknown_caller_shows_only_the_number(self):
        data = self.data(self.anna, number="+79990001122")
        self.assertIsNone(data["client"])
        self.assertEqual(data["number"], "+7 999 000-11-22")
        self.assertEqual((data["candidates"], data["sections"]), ([], []))

    def test_live_cards_after_a_reload(self):
        with self.clock():
            self.apply(snapshot())
            cards = self.env["usu.call"].with_user(self.anna).get_live_cards()["cards"]
            self.assertEqual([c["state"] for c in cards], ["ringing"])
            self.call("1.1").with_user(self.anna).card_dismiss()
            calls = self.env["usu.call"].with_user(self.anna)
            self.assertEqual(calls.get_live_cards()["cards"], [])
            self.apply(answered())
            calls = self.env["usu.call"].with_user(self.boris)
            self.assertEqual(calls.get_live_cards()["cards"][0]["part"], "talking")
            self.apply(hung_up())
            self.assertEqual(calls.get_live_cards()["cards"], [])

    def test_closed_in_one_tab_closes_in_all(self):
        call = self.apply(snapshot())
        with self.bus() as sent:
            call.with_user(self.anna).card_dismiss()
        expected = (self.anna, "usu_callcard/gone", {"id": call.id, "closed": True})
        self.assertEqual(sent, [expected])
