from odoo.tests import TransactionCase, tagged

from odoo.addons.usu_routing.hooks import LANGUAGES, add_languages

OURS = ("hi_IN", "bn_IN", "pa_IN", "hy_AM", "ne_NP", "ru_RU")


@tagged("post_install", "-at_install", "usu_routing")
class TestLanguages(TransactionCase):
    def setUp(self):
        super().setUp()
        self.langs = self.env["res.lang"].with_context(active_test=False)

    def test_all_six_can_be_chosen(self):
        found = self.langs.search([("code", "in", OURS)])
        self.assertEqual(set(found.mapped("code")), set(OURS))

    def test_a_language_added_by_hand_stays(self):
        ours = self.langs.search([("code", "=", "hy_AM")])
        ours.week_start = "3"
        add_languages(self.env)
        again = self.langs.search([("code", "=", "hy_AM")])
        self.assertEqual(again, ours)
        self.assertEqual(again.week_start, "3")

    def test_added_languages_speak(self):
        """Activated, an added language has our texts: Odoo finds their files."""
        for code in LANGUAGES:
            lang = self.langs.search([("code", "=", code)])
            self.env["base.language.install"].create(
                {"lang_ids": lang.ids, "overwrite": True}
            ).lang_install()
            level = self.env.ref("usu_routing.usu_routing_group_head")
            self.assertNotEqual(
                level.with_context(lang=code).name,
                level.with_context(lang="en_US").name,
                code,
            )
