from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from .helpdesk_ticket_team import CHAT_MINUTES, OTHER_MINUTES

SEEN_ON_BOARD = frozenset(
    {
        "active",
        "stage_id",
        "team_id",
        "user_id",
        "usu_first_answer_at",
        "usu_waiting_since",
    }
)
FILL = """
    UPDATE helpdesk_ticket
       SET usu_asked_at = create_date,
           usu_answer_by = create_date + CASE WHEN usu_channel IN ('chat', 'telegram')
                THEN make_interval(mins => %s) ELSE make_interval(mins => %s) END
     WHERE usu_channel <> 'manual'
"""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_asked_at = fields.Datetime(
        string="Client Asked", copy=False, readonly=True, groups="base.group_user"
    )
    usu_answer_by = fields.Datetime(
        string="Answer Due", copy=False, readonly=True, groups="base.group_user"
    )

    _usu_received = models.Index("(create_date, team_id)")
    _usu_waits = models.Index(
        "(usu_waiting_since, team_id) WHERE usu_waiting_since IS NOT NULL"
    )

    def _auto_init(self):
        """Earlier requests get the dates in one statement, not one by one."""
        fill = not column_exists(self.env.cr, self._table, "usu_asked_at")
        if fill:
            for column in ("usu_asked_at", "usu_answer_by"):
                create_column(self.env.cr, self._table, column, "timestamp")
            self.env.cr.execute(SQL(FILL, CHAT_MINUTES, OTHER_MINUTES))
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._usu_promise()
        tickets.team_id._usu_tell_boards()
        return tickets

    def write(self, vals):
        desks = self.team_id if SEEN_ON_BOARD & vals.keys() else None
        result = super().write(vals)
        if vals.get("usu_waiting_since"):
            self._usu_promise()
        if desks is not None:
            (desks | self.team_id)._usu_tell_boards()
        return result

    def _usu_promise(self):
        """The client asks for the first time: the clock of the service level starts."""
        # sudo: helpdesk.ticket - whoever delivers the message
        for ticket in self.sudo():
            asked_at = ticket.usu_waiting_since
            if not asked_at or ticket.usu_asked_at or ticket.usu_first_answer_at:
                continue
            due = ticket.team_id._usu_answer_due(ticket.usu_channel, asked_at)
            ticket.with_context(usu_routed=True).write(
                {"usu_asked_at": asked_at, "usu_answer_by": due}
            )
