from odoo import fields, models
from odoo.tools import SQL


class UsuIntakeMailbox(models.Model):
    """Health of the mailboxes, without the accounts: for those who run the desk."""

    _name = "usu.intake.mailbox"
    _description = "Mailbox Health"
    _auto = False
    _order = "failing_since, name"

    name = fields.Char(readonly=True)
    address = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("ok", "In order"),
            ("failing", "Failing"),
            ("off", "Not confirmed"),
        ],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", "Desk", readonly=True)
    last_fetch = fields.Datetime("Read last", readonly=True)
    failing_since = fields.Datetime(readonly=True)
    failures = fields.Integer("Failures in a row", readonly=True)
    next_try = fields.Datetime(readonly=True)
    error_message = fields.Text("What it says", readonly=True)
    today = fields.Integer("Letters in 24 hours", readonly=True)
    waiting = fields.Integer("Not processed yet", readonly=True)
    triage = fields.Integer(readonly=True)
    errors = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.id, s.name, s.usu_address AS address, t.company_id,
                   s.usu_team_id AS team_id, s.date AS last_fetch,
                   s.usu_failing_since AS failing_since, s.usu_failures AS failures,
                   s.usu_next_try AS next_try, s.error_message,
                   CASE WHEN s.state != 'done' THEN 'off'
                        WHEN s.usu_failing_since IS NOT NULL THEN 'failing'
                        ELSE 'ok' END AS state,
                   COALESCE(i.today, 0) AS today, COALESCE(i.waiting, 0) AS waiting,
                   COALESCE(i.triage, 0) AS triage, COALESCE(i.errors, 0) AS errors
              FROM fetchmail_server s
              LEFT JOIN helpdesk_ticket_team t ON t.id = s.usu_team_id
              LEFT JOIN (
                   SELECT server_id,
                          count(*) FILTER (WHERE received_at
                              > now() AT TIME ZONE 'UTC' - interval '1 day') AS today,
                          count(*) FILTER (WHERE state = 'new') AS waiting,
                          count(*) FILTER (WHERE state = 'triage'
                              AND heap NOT IN ('spam', 'automatic')) AS triage,
                          count(*) FILTER (WHERE state = 'error') AS errors
                     FROM usu_intake_item
                    WHERE received_at > now() AT TIME ZONE 'UTC' - interval '31 days'
                    GROUP BY server_id) i ON i.server_id = s.id
             WHERE s.usu_intake AND s.active
            """
        )
