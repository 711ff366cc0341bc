from odoo import fields, models

from odoo.addons.usu_routing.tools.values import channel_class

CHAT_MINUTES = 3
OTHER_MINUTES = 60
BOARD_GROUP = "usu_routing_reports.usu_routing_reports_group_board"


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    usu_answer_chat_minutes = fields.Integer(
        string="Answer Dialogues Within (minutes)",
        default=CHAT_MINUTES,
        help="Chat and Telegram. Counted in the desk's hours, by the service level of "
        "the reports. 0: nothing is promised.",
    )
    usu_answer_minutes = fields.Integer(
        string="Answer the Rest Within (minutes)",
        default=OTHER_MINUTES,
        help="Letters, forms, calls to return. Counted in the desk's hours, by the "
        "service level of the reports. 0: nothing is promised.",
    )

    _check_usu_answer = models.Constraint(
        "CHECK(usu_answer_chat_minutes >= 0 AND usu_answer_minutes >= 0)",
        "The time for an answer cannot be negative.",
    )

    def _usu_answer_due(self, channel, asked_at):
        """Until when the desk promises to answer what came at ``asked_at``.

        :param channel: one of ``usu_routing.tools.values.CHANNELS``
        :param datetime asked_at: naive UTC
        :return: naive UTC, in the desk's hours; False if nothing is promised
        """
        dialogue = channel_class(channel) == "chat"
        minutes = self.usu_answer_chat_minutes if dialogue else self.usu_answer_minutes
        return (self and self._usu_deadline(60 * minutes, asked_at)) or False

    def _usu_led(self):
        """Desks with employees whose figures the current user may see: a head those
        they lead or work at, an administrator and a screen on the wall, which belongs
        to no desk, all of their companies."""
        desks = self.search([("user_ids", "!=", False)])
        user = self.env.user
        is_head = user.has_group("usu_routing.usu_routing_group_head")
        if not is_head or user.has_group("usu_routing.usu_routing_group_admin"):
            return desks
        return desks.filtered(lambda d: d.user_id == user or user in d.user_ids)

    def _usu_tell_boards(self):
        """The wallboards look again: one message for each desk and transaction, which
        names the desk and nothing else."""
        told = self.env.cr.precommit.data.setdefault("usu_routing_reports.told", set())
        # sudo: res.groups - the channel of those who may see a wallboard; requests may
        # be made while the addon is being installed and the group is not there yet
        group = self.env["res.groups"].sudo()
        group |= self.env.ref(BOARD_GROUP, raise_if_not_found=False) or group
        for desk in self.filtered(lambda desk: desk.id not in told):
            told.add(desk.id)
            group._bus_send("usu_routing_reports/board", {"desk": desk.id})
