from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ReportsCommon, at

KPIS = {
    "kpi_usu_requests_value": 4,
    "kpi_usu_service_level_value": 50.0,
    "kpi_usu_first_answer_value": 4.0,
    "kpi_usu_missed_value": 1,
    "kpi_usu_repeats_value": 50.0,
}


@tagged("post_install", "-at_install", "usu_routing_reports")
@freeze_time("2026-03-18 08:00:00")
class TestDigest(ReportsCommon):
    """The week from 11 to 18 March. Chats are promised 5 minutes.

    Four requests: answered after 2, 4 and 30 minutes, one closed unanswered. In time 2
    of 4: 50 %; the median of 2, 4, 30 is 4. Two have a client, who came twice: 50 %
    repeats. A fifth came the week before, a sixth is another desk's.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mira = {"partner_id": cls.client.id}
        cls.request(at(9), at(9, 2), **mira)
        cls.request(at(10, day=1), at(10, 4, day=1), **mira)
        cls.request(at(11, day=2), at(11, 30, day=2))
        cls.request(at(12, day=3), closed=at(13, day=3))
        cls.request(at(9, day=-2), closed=at(10, day=-2))
        other = cls.env["helpdesk.ticket.team"].create({"name": "Not the head's"})
        cls.request(at(9), closed=at(10), team_id=other.id)
        cls.digest = cls.env.ref("usu_routing_reports.usu_routing_reports_digest")

    def week(self, user):
        return self.digest.with_user(user).with_context(
            start_datetime=at(0), end_datetime=at(0, day=7)
        )

    def test_figures_of_the_week(self):
        mine = self.week(self.head)
        self.assertEqual({name: mine[name] for name in KPIS}, KPIS)

    def test_employee_gets_none(self):
        for name in KPIS:
            with self.assertRaises(AccessError):
                self.week(self.anna)[name]  # pylint: disable=pointless-statement

    def test_letter_holds_them(self):
        kpis = self.digest._compute_kpis(self.env.company, self.head)
        week = {line["kpi_name"]: line["kpi_col2"]["value"] for line in kpis}
        self.assertEqual(
            {name: week[name] for name in week if f"{name}_value" in KPIS},
            {
                "kpi_usu_requests": 4,
                "kpi_usu_service_level": "50.00",
                "kpi_usu_first_answer": "4.00",
                "kpi_usu_missed": 1,
                "kpi_usu_repeats": "50.00",
            },
        )

    def test_head_subscribes_alone(self):
        """Nobody gets letters unasked."""
        self.assertFalse(self.digest.user_ids)
        self.digest.with_user(self.head).action_subscribe()
        self.assertEqual(self.digest.user_ids, self.head)
        self.assertEqual(self.digest.periodicity, "weekly")
