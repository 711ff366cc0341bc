from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from .usu_routing_staff import PRESENCE_SECONDS

DUE_SECONDS = 15 * 60  # timers that end later can wait for the minute's job
DUE_BROWSERS = 3  # so many browsers wake the clock, should one be closed meanwhile


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    usu_policy_id = fields.Many2one(
        "usu.routing.policy",
        string="Distribution Policy",
        index="btree_not_null",
        help="Empty: the company's default policy.",
    )
    usu_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Desk Hours",
        help="When this desk answers. Empty: whenever somebody is there.",
    )
    usu_agent_ids = fields.One2many("usu.routing.agent", "desk_id", string="Employees")
    usu_distribute_manual = fields.Boolean(
        string="Distribute Requests Made by Hand",
        help="On: a request that an employee creates without a responsible is "
        "distributed as well. What clients send in always is.",
    )
    usu_policy_summary = fields.Text(compute="_compute_usu_policy_summary")

    @api.depends("usu_policy_id")
    def _compute_usu_policy_summary(self):
        for desk in self:
            desk.usu_policy_summary = desk._usu_policy().summary

    @api.model_create_multi
    def create(self, vals_list):
        desks = super().create(vals_list)
        desks._usu_sync_agents()
        return desks

    def write(self, vals):
        result = super().write(vals)
        if "user_ids" in vals:
            self._usu_sync_agents()
        if {"usu_policy_id", "user_ids", "usu_calendar_id"} & vals.keys():
            self.env["usu.routing"]._wake()
        return result

    def _usu_policy(self):
        """The desk's policy, or the company's, or the even one; may be empty."""
        # sudo: usu.routing.policy - the same rules whoever triggers the choice
        desk = self.sudo()
        # sudo: res.company - as above
        company = (desk.company_id or self.env.company).sudo()
        policy = desk.usu_policy_id or company.usu_policy_id
        if not policy:
            name = "usu_routing.usu_routing_policy_even"
            # Not env.ref, which asks the database each time whether it exists.
            found = self.env["ir.model.data"]._xmlid_to_res_id(name)
            policy = policy.browse(found or ())
        # sudo: usu.routing.policy - as above
        return policy.sudo()

    def _usu_sync_agents(self):
        """Every member has a row with the settings of their work at the desk."""
        if self.env.context.get("usu_from_agent"):
            return
        # sudo: usu.routing.agent - follows the members, whoever changes them
        Agent = self.env["usu.routing.agent"].sudo().with_context(active_test=False)
        # sudo: helpdesk.ticket.team - agents follow the members
        for desk in self.sudo():
            agents = Agent.search([("desk_id", "=", desk.id)])
            members = desk.user_ids.filtered(lambda user: not user.share)
            missing = members - agents.user_id
            Agent.create([{"desk_id": desk.id, "user_id": user.id} for user in missing])
            back = agents.filtered(lambda a, m=members: a.user_id in m and not a.active)
            gone = agents.filtered(lambda a, m=members: a.user_id not in m and a.active)
            back.with_context(usu_from_agent=True).write({"active": True})
            gone.write({"active": False})

    @api.model
    def _usu_default(self):
        """The desk for what names none: the company's first that has members."""
        # sudo: helpdesk.ticket.team - adapters work for visitors
        Desk = self.sudo()
        domain = [("company_id", "in", [self.env.company.id, False])]
        return (
            Desk.search(domain + [("user_ids", "!=", False)], limit=1)
            or Desk.search(domain, limit=1)
            or Desk._usu_ensure_desk()
        )

    @api.model
    def _usu_ensure_desk(self):
        """A fresh database has no desk: make one with the administrator in it."""
        domain = [("company_id", "in", [self.env.company.id, False])]
        desk = self.search(domain, limit=1)
        if desk:
            return desk
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        return self.create(
            {
                "name": self.env._("Reception"),
                "user_ids": [(4, admin.id)] if admin else [],
                "user_id": admin.id if admin else False,
            }
        )

    def _usu_has_queue(self):
        """Does an open request wait for an employee at one of these desks?"""
        self.env["helpdesk.ticket"].flush_model(["usu_open", "user_id", "team_id"])
        return bool(
            self.ids
            and self.env.execute_query(
                SQL(
                    "SELECT 1 FROM helpdesk_ticket WHERE usu_open AND user_id IS NULL"
                    " AND usu_token IS NOT NULL AND team_id IN %s LIMIT 1",
                    tuple(self.ids),
                )
            )
        )

    def _usu_deadline(self, seconds, now):
        """The moment when so many seconds of the desk's hours have passed; None for
        no limit. Naive UTC."""
        if not seconds:
            return None
        # sudo: resource.calendar - hours only
        calendar = self.sudo().usu_calendar_id
        if calendar.attendance_ids:
            # sudo: resource.calendar - the hours of the desk
            moment = calendar.sudo().plan_hours(
                seconds / 3600, pytz.utc.localize(now), compute_leaves=True
            )
            if moment:
                return moment.astimezone(pytz.utc).replace(tzinfo=None)
        return now + timedelta(seconds=seconds)

    def _usu_tell_due(self, seconds):
        """A timer of this desk ends in so many seconds. Odoo's own jobs look once a
        minute; for a client who waits in a chat that is long. So a few browsers that
        are open at the desk are told, and call `wake_due` when the time has come."""
        if not self or seconds > DUE_SECONDS:
            return
        self.env["mail.presence"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT u.partner_id FROM helpdesk_ticket_team_res_users_rel m
                  JOIN mail_presence p ON p.user_id = m.res_users_id
                  JOIN res_users u ON u.id = m.res_users_id
                 WHERE m.helpdesk_ticket_team_id = %s AND p.status != 'offline'
                   AND p.last_poll > %s
                 ORDER BY p.last_poll DESC, u.id LIMIT %s
                """,
                self.id,
                fields.Datetime.now() - timedelta(seconds=PRESENCE_SECONDS),
                DUE_BROWSERS,
            )
        )
        # sudo: res.partner - only to reach their browsers
        for partner in self.env["res.partner"].sudo().browse([row[0] for row in rows]):
            partner._bus_send("usu_routing/due", {"seconds": max(round(seconds), 0)})

    def action_usu_preview(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who would get it now?"),
            "res_model": "usu.routing.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_desk_id": self.id},
        }
