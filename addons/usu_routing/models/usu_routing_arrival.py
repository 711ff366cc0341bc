from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

CLAIM_SECONDS = 30


class UsuRoutingArrival(models.Model):
    """One thing that arrived from outside, by the outside world's own id.

    The unique index makes a repeat harmless: a letter fetched twice, a webhook
    delivered twice, a visitor's double click.
    """

    _name = "usu.routing.arrival"
    _description = "Arrival"
    _log_access = False
    _rec_name = "external_id"

    channel = fields.Char(required=True)
    external_id = fields.Char(required=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, ondelete="cascade", index=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    _once = models.UniqueIndex("(channel, external_id)")

    @api.model
    def _find(self, channel, external_id):
        if not external_id:
            return self.env["helpdesk.ticket"]
        # sudo: usu.routing.arrival - the same answer whoever triggers it
        arrival = self.sudo().search(
            [("channel", "=", channel), ("external_id", "=", external_id)], limit=1
        )
        return arrival.ticket_id

    @api.model
    def _note(self, channel, external_id, ticket):
        """Two at once: the second waits here for the first, then fails to serialize,
        is repeated by Odoo and finds what the first one made."""
        if not external_id:
            return
        self.env["helpdesk.ticket"].flush_model()
        self.env.cr.execute(
            SQL(
                "INSERT INTO usu_routing_arrival (channel, external_id, ticket_id,"
                " date) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (channel, external_id) DO NOTHING",
                channel,
                external_id,
                ticket.id,
                fields.Datetime.now(),
            )
        )


class UsuRoutingClaim(models.Model):
    """Who is creating a request for this client right now.

    Four first letters of one new client at once would otherwise make four requests:
    none of the four transactions sees the other three.
    """

    _name = "usu.routing.claim"
    _description = "Claim on a New Request"
    _log_access = False

    key = fields.Char(required=True)
    token = fields.Char(required=True)
    date = fields.Datetime(required=True)

    _one = models.UniqueIndex("(key)")

    @api.autovacuum
    def _gc_claims(self):
        limit = fields.Datetime.now() - timedelta(seconds=CLAIM_SECONDS)
        self.env.cr.execute(SQL("DELETE FROM usu_routing_claim WHERE date < %s", limit))
