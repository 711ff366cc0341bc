from datetime import timedelta

import pytz

from odoo import api, fields, models

OWN = ["usu_receive", "usu_sms", "usu_sound"]


class ResUsers(models.Model):
    _inherit = "res.users"

    usu_receive = fields.Boolean(
        string="Receives Requests",
        default=True,
        help="Off: no new request comes to this person, at no desk.",
    )
    usu_sms = fields.Selection(
        [("never", "Never"), ("chat", "For a new chat"), ("all", "For every request")],
        string="SMS on a New Request",
        default="never",
    )
    usu_sound = fields.Boolean(
        string="Sound on a New Request", default=True, help="Played once, in one tab."
    )
    usu_agent_ids = fields.One2many("usu.routing.agent", "user_id", string="Desks")

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + OWN

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + OWN

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        # sudo: helpdesk.ticket.team - agents follow the members, whoever adds them
        users.sudo().helpdesk_team_ids._usu_sync_agents()
        return users

    def write(self, vals):
        # sudo: helpdesk.ticket.team - agents follow the members, whoever changes them
        desks = self.sudo().helpdesk_team_ids if "helpdesk_team_ids" in vals else None
        result = super().write(vals)
        if desks is not None:
            # sudo: helpdesk.ticket.team - as above
            (desks | self.sudo().helpdesk_team_ids)._usu_sync_agents()
        if vals.get("active") is False:
            self._usu_leave_requests()
        if vals.get("usu_receive"):
            self.env["usu.routing"]._wake()
        return result

    def _usu_leave_requests(self):
        """Who has left answers nobody: their open requests go back to the queue."""
        # sudo: helpdesk.ticket - all of them, whoever archives the account
        tickets = self.env["helpdesk.ticket"].sudo().search(
            [("user_id", "in", self.ids), ("usu_open", "=", True)]
        )  # fmt: skip
        for ticket in tickets:
            ticket.user_id = False
        if tickets:
            self.env["usu.routing"]._wake()

    # ----------------------------------------------------------------------- SMS

    def _usu_text(self, alert):
        """A text message about a new request, if the employee wants them, within the
        company's limits. Odoo sends it from its own queue."""
        self.ensure_one()
        chat = alert.ticket_id.usu_channel == "chat"
        if self.usu_sms in (False, "never") or (self.usu_sms == "chat" and not chat):
            return
        number = self.partner_id._phone_format(
            number=self.partner_id.phone, force_format="E164"
        )
        if not number or not self._usu_may_text(fields.Datetime.now()):
            return
        body = self.env._(
            "%(number)s %(title)s",
            number=alert.ticket_id.number,
            title=alert.ticket_id.name,
        )
        # sudo: sms.sms - the adapter works for a visitor
        self.env["sms.sms"].sudo().create(
            {"number": number, "body": body[:160], "partner_id": self.partner_id.id}
        )
        alert.sms_at = fields.Datetime.now()

    def _usu_may_text(self, now):
        """Not at night, and not more per hour than the company allows."""
        company = self.company_id
        zone = pytz.timezone(self.tz or company.partner_id.tz or "UTC")
        local = pytz.utc.localize(now).astimezone(zone)
        hour = local.hour + local.minute / 60
        begin, end = company.usu_sms_quiet_from, company.usu_sms_quiet_to
        quiet = begin <= hour < end if begin <= end else hour >= begin or hour < end
        if quiet:
            return False
        # sudo: usu.routing.alert - how many this employee had
        sent = self.env["usu.routing.alert"].sudo().search_count(
            [("user_id", "=", self.id), ("sms_at", ">", now - timedelta(hours=1))]
        )  # fmt: skip
        return sent < company.usu_sms_per_hour
