from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    usu_card_sound = fields.Boolean(
        string="Sound for Calls",
        default=True,
        help="A short sound in this browser when a call comes in.",
    )
    usu_extension_ids = fields.One2many(
        "usu.pbx.extension", "user_id", string="Extensions"
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "usu_card_sound", "usu_extension_ids"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "usu_card_sound"]

    def _usu_dial_extension(self):
        """The extension that rings when this employee clicks on a number."""
        self.ensure_one()
        # sudo: usu.pbx.extension - the employee's own telephone
        return (
            self.env["usu.pbx.extension"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.id),
                    ("pbx_id.active", "=", True),
                    ("pbx_id.dial_enabled", "=", True),
                ],
                limit=1,
            )
        )
