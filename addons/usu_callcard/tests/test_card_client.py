from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SHOWN, CallCommon, answered, hung_up, snapshot

UNKNOWN = "+79990001122"


@tagged("post_install", "-at_install", "usu_callcard")
class TestCardClient(CallCommon):
    def ring(self, call="1.1", number=UNKNOWN):
        return self.apply(snapshot(call) | {"number": number}).with_user(self.anna)

    def test_new_caller_is_filled_in_and_the_next_call_shows_it(self):
        earlier = self.ring("0.1")
        call = self.ring()
        entered = {
            "name": "Olga New",
            "company": "Fresh Start",
            "email": "olga@example.com",
            "note": "call after noon",
        }
        data = call.card_save_client(entered)
        self.assertEqual(data["client"]["company"], "Fresh Start")
        partner = call.partner_id
        self.assertEqual(partner.email, "olga@example.com")
        self.assertEqual(partner.usu_note, "call after noon")
        self.assertEqual(earlier.sudo().partner_id, partner, "earlier call is linked")
        self.assertEqual(self.ring("2.1").partner_id, partner)

    def test_a_name_alone_is_enough(self):
        call = self.ring()
        call.card_save_client({"name": "Olga New"})
        self.assertEqual(call.partner_id.name, "Olga New")
        self.assertFalse(call.partner_id.parent_id)

    def test_a_company_alone_is_enough(self):
        call = self.ring()
        call.card_save_client({"company": "Fresh Start"})
        self.assertTrue(call.partner_id.is_company)

    def test_known_company_is_not_made_twice(self):
        call = self.ring()
        call.card_save_client({"name": "Olga New", "company": "northern light llc"})
        self.assertEqual(call.partner_id.parent_id, self.company)

    def test_company_name_with_wildcards_is_plain_text(self):
        call = self.ring()
        call.card_save_client({"name": "Olga New", "company": "%"})
        self.assertEqual(call.partner_id.parent_id.name, "%")

    def test_nothing_filled_in_is_refused(self):
        call = self.ring()
        with self.assertRaises(UserError):
            call.card_save_client({"name": "  ", "email": "a@example.com"})

    def test_second_save_is_refused(self):
        call = self.ring()
        call.card_save_client({"name": "Olga New"})
        with self.assertRaises(UserError):
            call.card_save_client({"name": "Olga Again"})

    def test_known_client_with_a_new_number(self):
        call = self.ring()
        found = call.card_search("Maria")
        self.assertEqual([c["id"] for c in found], [self.client.id])
        call.card_add_number(self.client.id)
        self.assertEqual(call.partner_id, self.client)
        self.assertEqual(self.client.phone, SHOWN, "the old number stays")
        numbers = self.client.usu_contact_point_ids.mapped("value")
        self.assertCountEqual(numbers, ["+79161234567", UNKNOWN])
        for number in (UNKNOWN, SHOWN):
            again = self.ring(f"after.{number}", number)
            self.assertEqual(again.partner_id, self.client)

    def test_shared_number_offers_the_choice(self):
        son = self.env["res.partner"].create({"name": "Her son", "phone": SHOWN})
        call = self.ring(number="+79161234567")
        offered = call.card_data()["candidates"]
        self.assertCountEqual([c["id"] for c in offered], [self.client.id, son.id])
        self.assertTrue(all(c["reason"] for c in offered))
        data = call.card_choose(son.id)
        self.assertEqual(data["client"]["name"], "Her son")
        self.assertFalse(data["candidates"])

    def test_number_that_only_ends_alike_is_offered_not_taken(self):
        call = self.ring(number="+380161234567")
        self.assertFalse(call.partner_id)

    def test_colleagues_are_not_offered_as_clients(self):
        self.assertEqual(self.ring().card_search("Boris Petrov"), [])

    def test_search_by_number_and_short_terms(self):
        call = self.ring()
        found = call.card_search("916 123-45-67")
        self.assertEqual([c["id"] for c in found], [self.client.id])
        self.assertEqual(call.card_search("M"), [])
        self.assertEqual(call.card_search("  "), [])

    def test_note_is_kept_after_the_end(self):
        call = self.ring()
        call.card_note("wants an implant")
        self.apply(hung_up(outcome="missed") | {"number": UNKNOWN})
        call.card_note("wants two implants")
        self.assertEqual(call.note, "wants two implants")

    def test_all_who_have_the_card_see_the_new_client(self):
        self.apply(snapshot() | {"number": UNKNOWN})
        call = self.apply(answered() | {"number": UNKNOWN}).with_user(self.boris)
        with self.bus() as sent:
            call.card_save_client({"name": "Olga New"})
        self.assertEqual([s[:2] for s in sent], [(self.boris, "usu_callcard/update")])
        self.assertTrue(sent[0][2]["changed"])
        self.assertNotIn("Olga", str(sent[0][2]))

    def test_client_of_a_closed_company_cannot_be_linked(self):
        company = self.env["res.company"].create({"name": "Other clinic"})
        partner = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        call = self.ring()
        for method in (call.card_choose, call.card_add_number):
            with self.assertRaises(AccessError):
                method(partner.id)
