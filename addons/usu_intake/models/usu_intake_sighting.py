from odoo import fields, models
from odoo.tools import SQL


class UsuIntakeSighting(models.Model):
    """Where a letter lies: one item can be seen in several mailboxes."""

    _name = "usu.intake.sighting"
    _description = "Place of a Letter"

    item_id = fields.Many2one(
        "usu.intake.item", required=True, index=True, ondelete="cascade"
    )
    server_id = fields.Many2one("fetchmail.server", required=True, ondelete="cascade")
    place = fields.Char(
        required=True, help="Folder, UIDVALIDITY and UID, or the UIDL of POP3."
    )

    _place = models.UniqueIndex("(server_id, place)")

    def _note(self, item, server, place):
        """Insert; a place already known is left alone."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO usu_intake_sighting (
                    item_id, server_id, place,
                    create_uid, create_date, write_uid, write_date)
                VALUES (%s, %s, %s, %s, now() AT TIME ZONE 'UTC', %s,
                    now() AT TIME ZONE 'UTC')
                ON CONFLICT (server_id, place) DO NOTHING
                """,
                *(item.id, server.id, place, self.env.uid, self.env.uid),
            )
        )
