import random
from datetime import datetime, time, timedelta

from odoo import api, fields, models

from odoo.addons.usu_routing_reports.models.usu_routing_demo import (
    CLOSES,
    OPENS,
    WEEKS,
)

CALLERS = 150


class UsuRoutingDemo(models.AbstractModel):
    _inherit = "usu.routing.demo"

    @api.model
    def _make_calls(self, pbx_id, did, user_ids, per_day):
        """``per_day`` calls of each working day of the last weeks."""
        luck = random.Random(pbx_id)
        now = fields.Datetime.now()
        rows = []
        for back in range(7 * WEEKS, -1, -1):
            day = datetime.combine(fields.Date.today() - timedelta(days=back), time())
            for _number in range(luck.randint(per_day - 3, per_day + 3)):
                row = self._call_row(day, user_ids, luck)
                if (day.weekday() != 6 or not back) and row["ended_at"] < now:
                    rows.append(row)
        common = {"pbx_id": pbx_id, "did": did, "state": "ended"}
        self.env["usu.call"].create(
            [
                {**common, **row, "outside_id": f"demo-{number}"}
                for number, row in enumerate(rows)
            ]
        )

    @api.model
    def _call_row(self, day, user_ids, luck):
        began = day + timedelta(hours=luck.triangular(OPENS, CLOSES, OPENS + 1))
        began = began.replace(microsecond=0)
        wait = round(luck.lognormvariate(2.2, 0.7))
        answered = luck.random() > 0.14
        talk = round(luck.lognormvariate(4.8, 0.6)) if answered else 0
        return {
            "direction": "incoming" if luck.random() < 0.75 else "outgoing",
            "number": f"+7916555{luck.randrange(CALLERS):04}",
            "started_at": began,
            "answered_at": answered and began + timedelta(seconds=wait),
            "ended_at": began + timedelta(seconds=wait + talk),
            "wait_seconds": wait,
            "talk_seconds": talk,
            "outcome": "answered" if answered else "missed",
            "user_id": luck.choice(user_ids) if answered else False,
        }
