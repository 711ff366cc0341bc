"""A desk with two employees and a head, and requests whose every moment is given."""

from datetime import datetime, timedelta

from odoo import fields

from odoo.addons.usu_routing.tests.common import RoutingCommon

# a Wednesday; the desk and the reader of the tests are in UTC
DAY = datetime(2026, 3, 11)


def at(hour, minute=0, day=0):
    return DAY + timedelta(days=day, hours=hour, minutes=minute)


class ReportsCommon(RoutingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "UTC"
        cls.env.company.partner_id.tz = "UTC"
        cls.Report = cls.env["usu.routing.report"]
        cls.desk.write({"usu_answer_chat_minutes": 5, "usu_answer_minutes": 60})
        cls.done = cls.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )

    @classmethod
    def request(cls, came, answered=None, *, closed=None, asked=True, **vals):
        """A request received ``came``, first answered and closed at these moments; the
        promise is the desk's, as for a desk without hours."""
        channel = vals.setdefault("usu_channel", "chat")
        desk = vals.setdefault("team_id", cls.desk.id)
        desk = cls.env["helpdesk.ticket.team"].browse(desk)
        ticket = cls.env["helpdesk.ticket"].with_context(usu_routed=True).create(
            {
                "name": "Question",
                "description": "?",
                "company_id": cls.env.company.id,
                "user_id": cls.anna.id,
                **vals,
            }
        )  # fmt: skip
        due = desk._usu_answer_due(channel, came) if asked else False
        ticket.write(
            {
                "usu_asked_at": came if asked else False,
                "usu_answer_by": due,
                "usu_first_answer_at": answered,
                "usu_waiting_since": came
                if asked and not (answered or closed)
                else False,
            }
        )
        if closed:
            ticket.stage_id = cls.done
            ticket.closed_date = closed
        ticket.flush_recordset()
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            [came, ticket.id],
        )
        ticket.invalidate_recordset()
        return ticket

    def figures(self, aggregates, groupby=(), domain=(), user=None, model=None):
        """``{group: {aggregate: value}}`` of the test desk, or that dict alone."""
        Model = (model if model is not None else self.Report).with_user(
            user or self.env.user
        )
        rows = Model._read_group(
            [("desk_id", "=", self.desk.id), *domain], list(groupby), list(aggregates)
        )
        split = len(groupby)
        found = {
            row[:split][0] if split == 1 else row[:split]: dict(
                zip(aggregates, row[split:], strict=True)
            )
            for row in rows
        }
        return found if split else found[()]

    @classmethod
    def decide(cls, user, moment, kind="assign", desk=None, **vals):
        """A decision that gave something to ``user``."""
        Decision = cls.env["usu.routing.decision"]
        return Decision.create(
            {
                "token": Decision._new_token(),
                "date": moment,
                "kind": kind,
                "gives": kind != "void",
                "user_ref": user.id,
                "desk_ref": (desk or cls.desk).id,
                "company_ref": cls.env.company.id,
                **vals,
            }
        )

    @classmethod
    def was_there(cls, user, hours, day=0, desk=None, level=1):
        """``user`` was present for so many hours of a day of the test week."""
        return cls.env["usu.routing.presence"].create(
            {
                "day": fields.Date.to_date(at(0, day=day)),
                "desk_id": (desk or cls.desk).id,
                "user_id": user.id,
                "company_id": cls.env.company.id,
                "level": level,
                "seconds": int(hours * 3600),
                "begin_at": at(0, day=day),
                "end_at": at(0, day=day + 1),
                "sampled_at": at(23, day=day),
            }
        )
