from collections import defaultdict

from odoo import api, models

INCOMING = ("direction", "=", "incoming")


class UsuRoutingWallboard(models.AbstractModel):
    _inherit = "usu.routing.wallboard"

    @api.model
    def _more(self, desks, begins, now):
        """Two figures for each desk that has a telephone: who rings now, and today's
        missed calls whose callers nobody has spoken with since."""
        more = super()._more(desks, begins, now)
        phones = self._with_telephone(desks)
        ringing = self._ringing(phones)
        for begin, its_desks in begins.items():
            today = self._calls_today(its_desks & phones, begin)
            for desk in its_desks & phones:
                figures = more.setdefault(desk.id, [])
                figures.append(self._ringing_figure(desk, ringing[desk], now))
                figures.append(self._missed_figure(*today.get(desk, (0, 0, None))))
        return more

    @api.model
    def _with_telephone(self, desks):
        # sudo: usu.pbx - which desks are reached by telephone at all
        pbx = self.env["usu.pbx"].sudo().search(
            ["|", ("desk_id", "in", desks.ids), ("line_ids.desk_id", "in", desks.ids)]
        )  # fmt: skip
        return desks & (pbx.desk_id | pbx.line_ids.desk_id)

    @api.model
    def _ringing(self, desks):
        """``{desk: when each call that rings now began, the longest first}``."""
        # sudo: usu.call - numbers of desks the reader may see
        calls = self.env["usu.call"].sudo().search(
            [("usu_desk_id", "in", desks.ids), INCOMING, ("state", "=", "ringing")],
            order="started_at",
        )  # fmt: skip
        ringing = defaultdict(list)
        for call in calls:
            ringing[call.usu_desk_id].append(call.started_at)
        return ringing

    @api.model
    def _calls_today(self, desks, begin):
        """``{desk: (missed, called back, per cent in time or None)}``."""
        # sudo: usu.call.report - sums of desks the reader may see
        rows = self.env["usu.call.report"].sudo()._read_group(
            [("desk_id", "in", desks.ids), ("date", ">=", begin)],
            ["desk_id"],
            ["missed:sum", "called_back:sum", "judged:sum", "in_time:sum"],
        )  # fmt: skip
        return {
            desk: (missed, back, 100 * in_time / judged if judged else None)
            for desk, missed, back, judged, in_time in rows
        }

    @api.model
    def _ringing_figure(self, desk, began, now):
        _ = self.env._
        longest = max((now - began[0]).total_seconds(), 0) if began else 0
        promised = desk.usu_answer_call_seconds
        words = _("longest %s s", int(longest)) if began else _("nobody rings")
        return {
            "key": "ringing",
            "label": _("Ringing now"),
            "value": len(began),
            "words": words,
            "alert": bool(promised and longest > promised),
        }

    @api.model
    def _missed_figure(self, missed, back, level):
        _ = self.env._
        words = _("%(missed)s missed, %(back)s called back", missed=missed, back=back)
        if level is not None:
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
        if what == "ringing":
            domain = [("usu_desk_id", "=", desk.id), INCOMING]
            return self._action(
                "usu_callcard.usu_call_action", [*domain, ("state", "=", "ringing")]
            )
        return self._action(
            "usu_callcard_reports.usu_call_report_action_list",
            [
                ("desk_id", "=", desk.id),
                ("date", ">=", self._begin_of(desk)),
                ("missed", "=", 1),
                ("called_back", "=", 0),
            ],
        )
