from datetime import datetime, timezone

from odoo.tests import HttpCase, tagged

from .common import CallCommon, snapshot


@tagged("post_install", "-at_install", "usu_callcard", "usu_browser")
class TestTour(CallCommon, HttpCase):
    def test_new_caller_is_filled_in_during_the_call(self):
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        stamp = f"{now.isoformat()}Z"
        data = snapshot(at=now, started_at=stamp, number="+79990001122")
        call = self.apply(data, now=now)
        self.start_tour("/odoo", "usu_callcard.new_caller", login="usu_anna")
        self.assertEqual(call.partner_id.name, "Olga New")
        self.assertEqual(call.partner_id.parent_id.name, "Fresh Start")
        self.assertEqual(call.note, "wants an implant")
