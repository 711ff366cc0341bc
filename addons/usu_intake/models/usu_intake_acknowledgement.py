from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class UsuIntakeAcknowledgement(models.Model):
    """Who was told today that a letter arrived: at most once per address and day."""

    _name = "usu.intake.acknowledgement"
    _description = "Acknowledgement Sent"

    address = fields.Char(required=True)
    day = fields.Date(required=True)

    _once = models.UniqueIndex("(address, day)")

    @api.model
    def _first_today(self, address):
        """True for the first call of the day; the unique index decides, not a look."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO usu_intake_acknowledgement (
                        address, day, create_uid, create_date, write_uid, write_date)
                    VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC', %s,
                        now() AT TIME ZONE 'UTC')
                    ON CONFLICT (address, day) DO NOTHING RETURNING id
                    """,
                    *(address, fields.Date.today(), self.env.uid, self.env.uid),
                )
            )
        )

    @api.autovacuum
    def _gc_acknowledgements(self):
        old = fields.Date.today() - timedelta(days=7)
        self.search([("day", "<", old)], limit=10_000).unlink()
