from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install", "usu_account")
class TestMenu(HttpCase):
    def test_registration_is_in_the_menu_and_in_the_theme(self):
        page = self.url_open("/registration").text
        self.assertIn('href="/registration"', page)
        self.assertIn('id="wrapwrap"', page)
        self.assertIn('data-captcha="register"', page)
