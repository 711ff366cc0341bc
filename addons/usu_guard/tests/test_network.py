from odoo.tests import BaseCase, tagged

from odoo.addons.usu_guard.tools import network


@tagged("post_install", "-at_install", "usu_guard")
class TestNetwork(BaseCase):
    def test_one_visitor_is_one_network(self):
        cases = [
            ("203.0.113.7", "203.0.113.7/32"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("", ""),
            (None, ""),
            ("unknown", ""),
            ("203.0.113.7, 10.0.0.1", ""),
        ]
        for address, expected in cases:
            with self.subTest(address=address):
                self.assertEqual(network.network(address), expected)

    def test_wide_network_covers_the_neighbours(self):
        self.assertEqual(network.network("203.0.113.7", wide=True), "203.0.113.0/24")

    def test_label_does_not_tell_the_address(self):
        self.assertEqual(network.masked("203.0.113.7"), "203.0.113.x")
        self.assertEqual(network.masked("2001:db8:1:2::1"), "2001:db8:1:2::/64")
        self.assertEqual(network.masked("nonsense"), "")

    def test_proxy_that_hides_visitors(self):
        forwarded = {"X-Forwarded-For": "203.0.113.7"}
        cases = [
            ("10.0.0.2", forwarded, False, True),
            ("127.0.0.1", {"X-Real-IP": "203.0.113.7"}, False, True),
            ("10.0.0.2", forwarded, True, False),
            ("10.0.0.2", {}, False, False),
            ("8.8.8.8", forwarded, False, False),
        ]
        for address, headers, fixed, expected in cases:
            with self.subTest(address=address, headers=headers, fixed=fixed):
                found = network.hidden_by_proxy(address, headers, fixed)
                self.assertEqual(found, expected)

    def test_sites_that_may_embed(self):
        cases = [
            ("https://clinic.example", ["clinic.example"], True),
            ("http://clinic.example", ["clinic.example"], True),
            ("http://clinic.example", ["https://clinic.example"], False),
            ("https://clinic.example:8443", ["clinic.example"], True),
            ("https://clinic.example", ["clinic.example:8443"], False),
            ("https://clinic.example", ["https://clinic.example:443"], True),
            ("https://www.clinic.example", ["clinic.example"], False),
            ("https://www.clinic.example", ["*.clinic.example"], True),
            ("https://clinic.example", ["*.clinic.example"], False),
            ("https://evilclinic.example", ["*.clinic.example"], False),
            ("https://clinic.example.evil.test", ["clinic.example"], False),
            ("https://CLINIC.example", ["clinic.example"], True),
            ("https://clinic.example@evil.test", ["clinic.example"], False),
            ("null", ["clinic.example"], False),
            ("", ["clinic.example"], False),
            ("file://clinic.example", ["clinic.example"], False),
            ("https://clinic.example:99999", ["clinic.example"], False),
            ("https://[::1", ["clinic.example"], False),
            ("https://[::1]:8069", ["[::1]"], True),
            ("null", [], True),
        ]
        for origin, sites, expected in cases:
            with self.subTest(origin=origin, sites=sites):
                self.assertEqual(network.origin_allowed(origin, sites), expected)

    def test_site_is_cleaned(self):
        cases = [
            (" Clinic.Example ", "clinic.example"),
            ("https://clinic.example/contact?x=1", "https://clinic.example"),
            ("*.clinic.example", "*.clinic.example"),
            ("http://clinic.example:8080/", "http://clinic.example:8080"),
            ("клиника.рф", "xn--80apagcdp.xn--p1ai"),
            ("http://[::1]:8069", "http://[::1]:8069"),
        ]
        for typed, expected in cases:
            with self.subTest(typed=typed):
                self.assertEqual(network.clean_site(typed), expected)

    def test_what_is_no_site_is_refused(self):
        for typed in ("", None, "*", "*.*", "ftp://clinic.example", "a b", "x:y", "//"):
            with self.subTest(typed=typed), self.assertRaises(ValueError):
                network.clean_site(typed)
