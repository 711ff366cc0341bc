"""A desk with a telephone, and calls whose every moment is given."""

from datetime import timedelta

from odoo.addons.usu_routing_reports.tests.common import ReportsCommon, at

LINE, OTHER_LINE = "+74951234567", "+74951234599"


class CallReportCommon(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.CallReport = cls.env["usu.call.report"]
        cls.desk.usu_answer_call_seconds = 20
        cls.other_desk = cls.env["helpdesk.ticket.team"].create({"name": "Other"})
        cls.pbx = cls.env["usu.pbx"].create(
            {
                "name": "Test",
                "code": "usu_reports",
                "secret": "a-secret-of-the-test-clinic",
                "country_id": cls.env.ref("base.ru").id,
                "desk_id": cls.desk.id,
                "line_ids": [
                    (0, 0, {"number": OTHER_LINE, "desk_id": cls.other_desk.id})
                ],
            }
        )
        cls.count = 0

    @classmethod
    def call(cls, began, wait, talk=None, *, user=None, **vals):
        """A call that began then and waited so many seconds; ``talk`` seconds of it
        answered, or None: nobody answered."""
        cls.count += 1
        answered = began + timedelta(seconds=wait) if talk is not None else False
        return cls.env["usu.call"].create(
            {
                "pbx_id": cls.pbx.id,
                "outside_id": str(cls.count),
                "direction": "incoming",
                "state": "ended",
                "number": "+79161234567",
                "did": LINE,
                "started_at": began,
                "answered_at": answered,
                "ended_at": began + timedelta(seconds=wait + (talk or 0)),
                "wait_seconds": wait,
                "talk_seconds": talk or 0,
                "outcome": "missed" if talk is None else "answered",
                "user_id": user.id if user else False,
                **vals,
            }
        )


__all__ = ["LINE", "OTHER_LINE", "CallReportCommon", "at"]
