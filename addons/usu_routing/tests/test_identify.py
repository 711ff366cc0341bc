from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.values import Contact
from .common import RoutingCommon
from .phone_numbers import numbers

PAIRS = (("phone", "+919876543210"), ("email", "mira@x.example"))


def neighbour(e164):
    """The same number with another last digit."""
    return e164[:-1] + str((int(e164[-1]) + 1) % 10)


@tagged("post_install", "-at_install", "usu_routing")
class TestIdentify(RoutingCommon):
    def identify(self, **values):
        return self.Routing._identify(Contact(**values))

    def new_client(self, name, **vals):
        return self.env["res.partner"].create({"name": name, **vals})

    def test_client_is_known_by_number_address_and_account(self):
        self.client._usu_add_point("telegram", 555001)
        for values, kind in (
            ({"phone": "98765-43210"}, "phone"),
            ({"phone": "0091 98765 43210"}, "phone"),
            ({"email": "Mira <MIRA@x.example>"}, "email"),
            ({"telegram_id": 555001}, "telegram"),
            ({"telegram_id": "555001"}, "telegram"),
        ):
            (candidate,) = self.identify(**values)
            self.assertEqual(candidate.partner_id, self.client.id, values)
            self.assertEqual((candidate.level, candidate.kind), ("known", kind))

    def test_shared_number_offers_all_and_picks_nobody(self):
        child = self.new_client("Child", phone="+919876543210")
        found = self.identify(phone="9876543210", name="child")
        self.assertEqual([c.partner_id for c in found], [child.id, self.client.id])
        receipt = self.receive(Contact(phone="9876543210"), create_client=True)
        self.assertFalse(receipt.partner_id, "never one of several, never a third")
        self.assertEqual(len(receipt.candidates), 2)

    def test_proved_value_stands_above_a_shared_one(self):
        self.new_client("Child", phone="+919876543210")
        self.client._usu_add_point("telegram", 555002, verified_by="telegram")
        contact = Contact(
            phone="9876543210", telegram_id=555002, verified=frozenset({"telegram"})
        )
        receipt = self.receive(contact)
        self.assertEqual(receipt.partner_id, self.client.id)
        self.assertEqual(receipt.candidates[0].level, "verified")

    def test_same_last_digits_are_probable_only_and_never_silent(self):
        (candidate,) = self.identify(phone="+79876543210", country_code="RU")
        self.assertEqual(candidate.level, "probable")
        receipt = self.receive(
            Contact(phone="+79876543210", country_code="RU"), create_client=True
        )
        self.assertFalse(receipt.partner_id)
        self.assertFalse(receipt.new_client)

    def test_unconfirmed_point_is_maybe(self):
        self.client._usu_add_point("phone", "+91 98111 22233", level="maybe")
        (candidate,) = self.identify(phone="9811122233")
        self.assertEqual(candidate.level, "maybe")

    def test_short_and_withheld_numbers_match_nobody(self):
        self.new_client("Internal", phone="101")
        for phone in ("101", "anonymous", "", "210", "43210", "<unknown>"):
            self.assertEqual(self.identify(phone=phone), [], phone)

    def test_archived_clients_and_those_of_other_companies_are_not_offered(self):
        other = self.env["res.company"].create({"name": "Other clinic"})
        self.new_client("Foreign", phone="+919876543211", company_id=other.id)
        gone = self.new_client("Gone", phone="+919876543212", active=False)
        self.assertEqual(self.identify(phone="9876543211"), [])
        self.assertEqual(self.identify(phone="9876543212"), [])
        self.assertEqual(self.identify(partner_id=gone.id), [])
        self.assertEqual(self.identify(partner_id=gone.id + 10**6), [])

    def test_points_follow_the_clients_own_fields(self):
        points = self.client.usu_contact_point_ids
        self.assertEqual(
            set(points.mapped("value")), {"+919876543210", "mira@x.example"}
        )
        self.client.phone = "+91 98765 00000"
        self.assertEqual(self.identify(phone="9876543210"), [], "a slip of the pen")
        self.assertTrue(self.identify(phone="9876500000"))
        points.filtered(lambda p: p.kind == "email").action_verify()
        self.client.email = "new@x.example"
        self.assertTrue(self.identify(email="mira@x.example"), "verified: it stays")
        self.client.phone = False
        self.assertEqual(self.identify(phone="9876500000"), [])

    def test_own_fields_follow_the_points(self):
        client = self.new_client("Only a name")
        point = client._usu_add_point("phone", "098111 22233", source="call")
        self.assertEqual(client.phone, "+91 98111 22233")
        second = client._usu_add_point("phone", "+91 98111 44455")
        self.assertEqual(client.phone, "+91 98111 22233", "the old number stays")
        self.assertEqual(len(client.usu_contact_point_ids), 2)
        second.main = True
        self.assertEqual(client.phone, "+91 98111 44455")
        self.assertFalse(point.main)
        second.unlink()
        self.assertEqual(client.phone, "+91 98111 22233")

    def test_what_is_no_number_is_refused_with_advice(self):
        with self.assertRaisesRegex(ValidationError, "area code"):
            self.Point.create(
                {"partner_id": self.client.id, "kind": "phone", "value": "12"}
            )
        self.assertFalse(self.client._usu_add_point("phone", "not a number"))

    def test_merge_keeps_every_point(self):
        twin = self.new_client("Twin", phone="+919876543210", email="twin@x.example")
        twin._usu_add_point("phone", "+91 98111 22233")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client + twin).ids, self.client)
        self.assertEqual(
            sorted(self.client.usu_contact_point_ids.mapped("value")),
            ["+919811122233", "+919876543210", "mira@x.example", "twin@x.example"],
        )
        mains = self.client.usu_contact_point_ids.filtered("main")
        self.assertEqual(sorted(mains.mapped("kind")), ["email", "phone"])

    def test_earlier_contacts_are_linked_when_a_client_is_saved(self):
        linked = []

        def hook(points):
            linked.extend(points.mapped("value"))

        with patch.object(type(self.Point), "_usu_link_earlier", hook):
            self.new_client("Later", phone="+91 98111 99999")
        self.assertEqual(linked, ["+919811199999"])

    def test_new_client_keeps_what_was_proved(self):
        receipt = self.receive(
            Contact(
                name="Ravi",
                phone="9811177777",
                telegram_id=77,
                verified=frozenset({"telegram", "phone"}),
            ),
            channel="telegram",
            create_client=True,
        )
        points = (
            self.env["res.partner"].browse(receipt.partner_id).usu_contact_point_ids
        )
        self.assertEqual(set(points.mapped("kind")), {"phone", "telegram"})
        self.assertTrue(all(point.verified_at for point in points))

    def test_two_hundred_clients_are_each_known_by_a_writing_of_their_number(self):
        table = list(numbers())
        clients = self.env["res.partner"].create(
            [{"name": e164, "phone": e164} for _country, e164, _writings in table]
        )
        # somebody else has every number but for its last digit
        self.env["res.partner"].create(
            [{"name": "Other", "phone": neighbour(c.phone)} for c in clients]
        )
        for place, (client, line) in enumerate(zip(clients, table, strict=True)):
            writings = line[2]
            written, home = writings[place % len(writings)]
            found = self.Routing._identify(Contact(phone=written, country_code=home))
            self.assertEqual(
                [(c.partner_id, c.level) for c in found],
                [(client.id, "known")],
                f"{written} read in {home}",
            )

    def test_recognising_is_one_query_and_uses_the_indexes(self):
        contact = Contact(phone="98765 43210", email="mira@x.example")
        self.Routing._identify(contact)  # the company's country is known now
        with self.assertQueryCount(1):
            found = self.Routing._identify(contact)
        self.assertEqual(found[0].partner_id, self.client.id)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        rows = self.env.execute_query(
            SQL(
                "EXPLAIN SELECT partner_id FROM usu_contact_point p"
                " WHERE (p.kind, p.value) IN %s",
                PAIRS,
            )
        )
        self.assertIn("usu_contact_point_lookup", "\n".join(row[0] for row in rows))

    def test_home_country_follows_the_company(self):
        self.client.usu_contact_point_ids.filtered(
            lambda p: p.kind == "phone"
        ).value = "+79161234567"
        contact = Contact(phone="8 916 123 45 67")
        levels = [c.level for c in self.Routing._identify(contact)]
        self.assertEqual(levels, ["probable"], "no number of India")
        self.env.company.country_id = self.env.ref("base.ru")
        levels = [c.level for c in self.Routing._identify(contact)]
        self.assertEqual(levels, ["known"])
