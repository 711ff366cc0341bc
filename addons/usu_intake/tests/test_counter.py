from odoo.tests import HttpCase, tagged

from .common import IntakeCase, letter


@tagged("post_install", "-at_install", "usu_intake")
class TestCounter(IntakeCase):
    def test_what_waits_for_a_person(self):
        items = self.env["usu.intake.item"]
        before = items.with_user(self.head).get_waiting()
        for number in range(3):
            self.receive(letter(f"s{number}@stranger.test", message_id=f"<{number}@x>"))
        robot = self.receive(
            letter("robot@stranger.test", message_id="<r@x>", subject="Away")
        )
        robot.heap = "automatic"
        broken = self.receive(letter("e@stranger.test", message_id="<e@x>"))
        broken.state = "error"
        after = items.with_user(self.head).get_waiting()
        self.assertEqual(after["triage"] - before["triage"], 3)
        self.assertEqual(after["error"] - before["error"], 1)

    def test_who_does_not_review_learns_nothing(self):
        items = self.env["usu.intake.item"].with_user(self.employee)
        self.assertIs(items.get_waiting(), False)


@tagged("post_install", "-at_install", "usu_intake", "usu_browser")
class TestCounterTour(IntakeCase, HttpCase):
    def test_menu_bar(self):
        self.env["usu.intake.item"].search([("state", "!=", "done")]).state = "rejected"
        for number, subject in enumerate(("First stranger", "Second stranger")):
            self.receive(
                letter(
                    f"s{number}@stranger.test",
                    message_id=f"<{number}@x>",
                    subject=subject,
                )
            )
        self.start_tour("/odoo", "usu_intake.triage_counter", login="intake_head")
        item = self.env["usu.intake.item"].search([("subject", "=", "First stranger")])
        self.assertEqual(item.state, "done")
