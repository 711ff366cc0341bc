from datetime import timedelta
from pathlib import Path

from odoo.tests import tagged

from .common import NOW, CallCommon, answered, hung_up, snapshot


@tagged("post_install", "-at_install", "usu_callcard")
class TestRetention(CallCommon):
    def clean(self, days=0, hours=0):
        with self.clock((days * 24 + hours) * 3600):
            self.run_cron("usu_call_cron_clean")

    def keep(self, days):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("usu_callcard.retention_days", str(days))

    def test_old_calls_are_deleted_with_their_parts(self):
        self.keep(30)
        self.apply(hung_up("old.1"))
        recent = NOW + timedelta(days=20)
        stamp = f"{recent.isoformat()}Z"
        self.apply(hung_up("new.1") | {"started_at": stamp})
        self.clean(days=31)
        self.assertFalse(self.call("old.1"))
        self.assertTrue(self.call("new.1"))
        parts = self.env["usu.call.leg"].search([("call_id.pbx_id", "=", self.pbx.id)])
        self.assertEqual(parts.call_id, self.call("new.1"))

    def test_nothing_set_keeps_everything(self):
        self.keep(0)
        self.apply(hung_up())
        self.clean(days=4000)
        self.assertTrue(self.call("1.1"))

    def test_a_call_that_never_ends_is_ended(self):
        self.keep(0)
        self.apply(snapshot("ring.1"))
        self.apply(answered("talk.1"))
        self.clean(hours=5)
        self.assertEqual(self.call("talk.1").state, "talking", "a long talk goes on")
        with self.bus() as sent:
            self.clean(hours=7)
        for outside_id, outcome in [("ring.1", "missed"), ("talk.1", "answered")]:
            call = self.call(outside_id)
            self.assertEqual((call.state, call.outcome), ("ended", outcome))
            self.assertFalse(
                call.leg_ids.filtered(lambda leg: leg.state in ("ringing", "talking"))
            )
        kinds = {kind for _user, kind, _payload in sent}
        self.assertEqual(kinds, {"usu_callcard/gone", "usu_callcard/update"})

    def test_a_copy_of_the_database_dials_nobody(self):
        path = Path(__file__).parents[1] / "data" / "neutralize.sql"
        secret = self.pbx.secret
        self.env.flush_all()
        self.env.cr.execute(path.read_text())
        self.env.invalidate_all()
        self.assertNotEqual(self.pbx.secret, secret)
        self.assertFalse(self.pbx.dial_enabled)
        self.assertFalse(self.anna._usu_dial_extension())
