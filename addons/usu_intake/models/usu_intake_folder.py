from odoo import fields, models


class UsuIntakeFolder(models.Model):
    """A folder of an IMAP mailbox and how far it has been read."""

    _name = "usu.intake.folder"
    _description = "Mailbox Folder"
    _order = "server_id, id"

    server_id = fields.Many2one(
        "fetchmail.server", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(
        "Folder", required=True, default="INBOX", help="As the mail program shows it."
    )
    uidvalidity = fields.Float(
        "UIDVALIDITY",
        digits=(12, 0),
        readonly=True,
        help="Changes when the mail server has renumbered the folder; it is then read "
        "again from the start, and what is known is not stored twice.",
    )
    last_uid = fields.Float("Read up to", digits=(12, 0), readonly=True)

    _name_uniq = models.UniqueIndex("(server_id, name)")
