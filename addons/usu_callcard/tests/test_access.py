from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CallCommon, answered, hung_up, snapshot


@tagged("post_install", "-at_install", "usu_callcard")
class TestAccess(CallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "usu_portal", "base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.plain = new_test_user(cls.env, "usu_plain", "base.group_user")

    def test_who_may_see_the_card(self):
        self.apply(snapshot())
        call = self.apply(answered())
        for user, allowed in [
            (self.anna, True),
            (self.boris, True),
            (self.head, True),
            (self.clara, False),
            (self.plain, False),
            (self.portal, False),
            (self.public, False),
        ]:
            with self.subTest(user=user.login):
                if allowed:
                    self.assertTrue(call.with_user(user).card_data())
                    continue
                with self.assertRaises(AccessError):
                    call.with_user(user).card_data()

    def test_every_public_method_checks(self):
        call = self.apply(snapshot() | {"number": "+79990001122"})
        for user in (self.clara, self.plain, self.portal, self.public):
            record = call.with_user(user)
            for method, args in [
                (record.card_data, ()),
                (record.card_dismiss, ()),
                (record.card_note, ("x",)),
                (record.card_search, ("Maria",)),
                (record.card_choose, (self.client.id,)),
                (record.card_add_number, (self.client.id,)),
                (record.card_save_client, ({"name": "x"},)),
                (record.action_follow_up_again, ()),
            ]:
                with self.subTest(user=user.login, method=method.__name__):
                    with self.assertRaises(AccessError):
                        method(*args)

    def test_portal_and_public_reach_nothing(self):
        self.apply(snapshot())
        for user in (self.portal, self.public, self.plain):
            for model in (
                "usu.call", "usu.call.leg", "usu.call.section", "usu.call.command",
                "usu.pbx", "usu.pbx.extension", "usu.pbx.line",
            ):  # fmt: skip
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search_read([], ["id"])

    def test_reported_facts_cannot_be_changed(self):
        self.apply(snapshot())
        call = self.apply(hung_up())
        for user in (self.boris, self.head):
            call.with_user(user).write({"note": "fine"})
            with self.assertRaises(AccessError):
                call.with_user(user).write({"talk_seconds": 1})
        with self.assertRaises(AccessError):
            call.with_user(self.boris).unlink()
        with self.assertRaises(AccessError):
            self.env["usu.call"].with_user(self.head).create(
                {
                    "pbx_id": self.pbx.id,
                    "outside_id": "x",
                    "direction": "incoming",
                    "started_at": "2026-11-20 10:00:00",
                }
            )

    def test_secret_is_the_administrators(self):
        for user in (self.boris, self.head):
            with self.assertRaises(AccessError):
                self.pbx.with_user(user).read(["secret"])
            with self.assertRaises(AccessError):
                self.pbx.with_user(user).read(["connector_snippet"])
        admin = new_test_user(
            self.env, "usu_admin", "usu_routing.usu_routing_group_admin"
        )
        self.assertTrue(self.pbx.with_user(admin).secret)

    def test_other_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other clinic"})
        stranger = new_test_user(
            self.env,
            "usu_stranger",
            "usu_routing.usu_routing_group_head",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        call = self.apply(snapshot())
        self.assertFalse(call.with_user(stranger).search([("id", "=", call.id)]))
        self.assertFalse(self.env["usu.pbx"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            call.with_user(stranger).card_data()
