from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install", "usu_example_section")
class TestSection(TransactionCase):
    def test_a_client_has_the_section_a_stranger_has_not(self):
        client = self.env["res.partner"].create({"name": "Marta"})
        calls = self.env["usu.call"]
        year = client.create_date.year
        self.assertEqual(calls._usu_card_sections(client)["since"], {"year": year})
        self.assertNotIn("since", calls._usu_card_sections(client.browse()))

    def test_it_has_a_place_on_the_card(self):
        self.assertIn("since", self.env["usu.call.section"]._usu_order())

    def test_its_script_is_part_of_the_web_client(self):
        bundle = self.env["ir.qweb"]._get_asset_content("web.assets_backend")
        self.assertIn("since_section.js", str(bundle))
