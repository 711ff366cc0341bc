from odoo import http
from odoo.http import request


class UsuChatPage(http.Controller):
    @http.route("/reception", type="http", auth="public", website=True, readonly=True)
    def reception(self, **kwargs):
        """Hours of the desk behind the website's chat, and a button that opens it."""
        # sudo: im_livechat.channel - which desk answers here is public
        livechat = request.website.sudo().channel_id
        if not livechat.usu_desk_id:
            raise request.not_found()
        return request.render(
            "usu_chat_website.reception",
            {"desk": livechat.usu_desk_id, "hours": self._hours(livechat.usu_desk_id)},
        )

    def _hours(self, desk):
        """:return: list of (day, [(from, to), ...]) in the order of the week"""
        calendar = desk.usu_calendar_id
        lines = calendar.attendance_ids.filtered(
            lambda line: not line.display_type and line.day_period != "lunch"
        )
        days = dict(lines._fields["dayofweek"]._description_selection(request.env))
        week = []
        for key, name in days.items():
            spans = sorted(
                (line.hour_from, line.hour_to)
                for line in lines
                if line.dayofweek == key and line.week_type in (False, "0")
            )
            if spans:
                week.append((name, [(_clock(a), _clock(b)) for a, b in spans]))
        return week


def _clock(hours):
    minutes = round(hours * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
