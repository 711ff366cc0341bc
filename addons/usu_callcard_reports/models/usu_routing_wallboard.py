from odoo import api, fields, models


class UsuRoutingWallboard(models.AbstractModel):
    _inherit = "usu.routing.wallboard"

    @api.model
    def _desk(self, desk, now):
        """Two figures more, for a desk with a telephone: who rings now, and the missed
        calls of today that nobody has spoken with since."""
        board = super()._desk(desk, now)
        day = self.env["usu.routing.presence"]._day_of(desk, now)[1]
        # sudo: usu.call - counts of a desk the reader may see
        Call = self.env["usu.call"].sudo()
        rings = [*self._call_domain(desk), ("state", "=", "ringing")]
        ringing = Call.search(rings, order="started_at", limit=100)
        # sudo: usu.call.report - as above
        report = self.env["usu.call.report"].sudo()
        [[missed, back, incoming, level]] = report._read_group(
            [("desk_id", "=", desk.id), ("date", ">=", day)],
            [],
            ["missed:sum", "called_back:sum", "incoming:sum", "service_level:avg"],
        )  # fmt: skip
        if not incoming and not ringing and not self._has_telephone(desk):
            return board
        board["more"] += [
            self._ringing_figure(ringing, now),
            self._missed_figure(missed or 0, back or 0, level),
        ]
        return board

    @api.model
    def _has_telephone(self, desk):
        # sudo: usu.pbx - is this desk reached by telephone at all?
        Pbx = self.env["usu.pbx"].sudo()
        lines = [("desk_id", "=", desk.id)]
        return Pbx.search_count(
            ["|", *lines, ("line_ids.desk_id", "=", desk.id)], limit=1
        )

    @api.model
    def _call_domain(self, desk):
        return [("usu_desk_id", "=", desk.id), ("direction", "=", "incoming")]

    @api.model
    def _ringing_figure(self, ringing, now):
        _ = self.env._
        longest = ringing and max((now - ringing[0].started_at).total_seconds(), 0)
        words = _("nobody rings")
        if ringing:
            words = _("longest %s s", int(longest))
        return {
            "key": "ringing",
            "label": _("Ringing now"),
            "value": len(ringing),
            "words": words,
            "alert": bool(ringing)
            and longest > (ringing[0].usu_desk_id.usu_answer_call_seconds or longest),
        }

    @api.model
    def _missed_figure(self, missed, back, level):
        """Missed today less those who were spoken with since: the list to ring back."""
        _ = self.env._
        words = _("%(missed)s missed, %(back)s called back", missed=missed, back=back)
        if level is not None and level is not False:
            words = _(
                "%(words)s; %(level)s %% in time", words=words, level=round(level)
            )
        return {
            "key": "missed_calls",
            "label": _("To call back today"),
            "value": missed - back,
            "words": words,
            "alert": missed > back,
        }

    @api.model
    def action_open_desk(self, desk_id, what):
        if what not in ("ringing", "missed_calls"):
            return super().action_open_desk(desk_id, what)
        desk = self.env["helpdesk.ticket.team"].browse(int(desk_id))
        desk.check_access("read")
        domain = self._call_domain(desk)
        if what == "ringing":
            return self._action(
                "usu_callcard.usu_call_action", [*domain, ("state", "=", "ringing")]
            )
        day = self.env["usu.routing.presence"]._day_of(desk, fields.Datetime.now())[1]
        return self._action(
            "usu_callcard_reports.usu_call_report_action_list",
            [
                ("desk_id", "=", desk.id),
                ("date", ">=", day),
                ("missed", "=", 1),
                ("called_back", "=", 0),
            ],
        )
