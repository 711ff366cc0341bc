"""One small clinic with a telephone: two operators, a head, one client."""

import json
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import TransactionCase, new_test_user

from odoo.addons.usu_callcard.tools import signature
from odoo.addons.usu_callcard.tools.event import parse, parse_time

NOW = datetime(2026, 11, 20, 10, 0, 0)
NUMBER = "+79161234567"
SHOWN = "+7 916 123-45-67"
SECRET = "a-secret-of-the-test-clinic"


def snapshot(call="1.1", seq=1, kind="ring", at=NOW, **values):
    """The JSON of an event, a ringing incoming call unless told otherwise."""
    data = {
        "call": call,
        "seq": seq,
        "type": kind,
        "at": f"{at.isoformat(timespec='milliseconds')}Z",
        "direction": "incoming",
        "number": NUMBER,
        "did": "+74951234567",
        "ringing": ["101", "102"] if kind == "ring" else [],
        "rang": ["101", "102"],
        "started_at": f"{NOW.isoformat(timespec='milliseconds')}Z",
    }
    return data | values


def answered(call="1.1", seq=2, by="102", after=4, **values):
    at = NOW + timedelta(seconds=after)
    values = {"wait_seconds": float(after)} | values
    return snapshot(
        call, seq, "answer", at,
        extension=by, answered_by=[by], answered_at=f"{at.isoformat()}Z", **values,
    )  # fmt: skip


def hung_up(call="1.1", seq=3, by="102", after=64, outcome="answered", **values):
    at = NOW + timedelta(seconds=after)
    values = {"ended_at": f"{at.isoformat()}Z", "outcome": outcome} | values
    if outcome == "answered":
        values = {
            "extension": by,
            "answered_by": [by],
            "answered_at": f"{(NOW + timedelta(seconds=4)).isoformat()}Z",
        } | values
    return snapshot(call, seq, "hangup", at, **values)


def signed(body, secret=SECRET, pbx="test", timestamp=None):
    """Headers of a message, as the connector makes them."""
    timestamp = str(int(datetime.now().timestamp()) if timestamp is None else timestamp)
    return {
        "Content-Type": "application/json",
        "X-Usu-Pbx": pbx,
        "X-Usu-Timestamp": timestamp,
        "X-Usu-Signature": signature.sign(secret, timestamp, body),
    }


def as_body(*events):
    return json.dumps({"events": list(events)}).encode()


class CallCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.env.company.country_id = cls.env.ref("base.ru")
        group = "usu_routing.usu_routing_group_user"
        cls.anna = new_test_user(cls.env, "usu_anna", group, name="Anna Ivanova")
        cls.boris = new_test_user(cls.env, "usu_boris", group, name="Boris Petrov")
        cls.clara = new_test_user(cls.env, "usu_clara", group, name="Clara Outside")
        cls.head = new_test_user(
            cls.env, "usu_head", "usu_routing.usu_routing_group_head", name="Head"
        )
        cls.desk = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Reception",
                "user_ids": [(6, 0, (cls.anna | cls.boris | cls.clara | cls.head).ids)],
            }
        )
        cls.pbx = cls.env["usu.pbx"].create(
            {
                "name": "Test",
                "code": "test",
                "secret": SECRET,
                "country_id": cls.env.ref("base.ru").id,
                "desk_id": cls.desk.id,
                "extension_ids": [
                    (0, 0, {"number": "101", "user_id": cls.anna.id}),
                    (0, 0, {"number": "102", "user_id": cls.boris.id}),
                ],
                "line_ids": [(0, 0, {"number": "84951234567", "name": "Dental"})],
            }
        )
        cls.company = cls.env["res.partner"].create(
            {"name": "Northern Light LLC", "is_company": True}
        )
        cls.client = cls.env["res.partner"].create(
            {
                "name": "Maria Client",
                "parent_id": cls.company.id,
                "phone": SHOWN,
                "city": "Pskov",
                "country_id": cls.env.ref("base.ru").id,
                "usu_note": "Allergic to lidocaine",
            }
        )

    def apply(self, data, now=None):
        """Hand an event to the records as the controller does."""
        event = parse(data, now or parse_time(data["at"]))
        self.env["usu.call"]._usu_apply_event(self.pbx, event, now or event.at)
        return self.call(data["call"])

    def call(self, outside_id):
        domain = [("pbx_id", "=", self.pbx.id), ("outside_id", "=", outside_id)]
        return self.env["usu.call"].search(domain)

    @contextmanager
    def bus(self):
        """Messages sent to employees inside the block: ``[(user, type, payload)]``."""
        sent = []
        users_model = self.env.registry["res.users"]
        original = users_model._bus_send

        def record(users, notification_type, message, /, **kwargs):
            if notification_type.startswith("usu_callcard/"):
                sent.extend((user, notification_type, message) for user in users)
            return original(users, notification_type, message, **kwargs)

        with patch.object(users_model, "_bus_send", record):
            yield sent

    def run_cron(self, name):
        """Run a scheduled action; it commits, so it gets a cursor of its own."""
        with self.enter_registry_test_mode():
            self.env.ref(f"usu_callcard.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def clock(self, seconds=0):
        return freeze_time(NOW + timedelta(seconds=seconds))
