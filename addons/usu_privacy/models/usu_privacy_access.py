from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

KEEP_DAYS = 365


class UsuPrivacyAccess(models.Model):
    """Who opened what is nobody's daily business: addresses, exports."""

    _name = "usu.privacy.access"
    _description = "Look at Protected Data"
    _order = "date desc, id desc"
    _rec_name = "kind"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("address", "IP address"),
            ("recording", "Recording"),
            ("export", "Export of a client's data"),
            ("erasure", "Erasure of a client's data"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)

    _recent = models.Index("(user_id, model, res_id, kind, date)")

    @api.model
    def _opened(self, kind, records):
        """Note that the user opened ``records``; once an hour each.

        Extension point for every addon that shows something protected.
        """
        if self.env.uid == SUPERUSER_ID or not records:
            return
        if self.env.cr.readonly:
            # a look is also noted by a request that only reads
            with self.env.registry.cursor() as cr:
                self.with_env(self.env(cr=cr))._insert(kind, records)
        else:
            self._insert(kind, records)

    @api.model
    def _insert(self, kind, records):
        for record_id in records.ids:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO usu_privacy_access
                                (date, user_id, kind, model, res_id, company_id)
                    SELECT now() AT TIME ZONE 'UTC', %(user)s, %(kind)s, %(model)s,
                           %(id)s, %(company)s
                     WHERE NOT EXISTS (
                           SELECT 1 FROM usu_privacy_access
                            WHERE user_id = %(user)s AND model = %(model)s
                              AND res_id = %(id)s AND kind = %(kind)s
                              AND date > now() AT TIME ZONE 'UTC' - interval '1 hour')
                    """,
                    user=self.env.uid,
                    kind=kind,
                    model=records._name,
                    id=record_id,
                    company=self.env.company.id,
                )
            )

    @api.autovacuum
    def _gc_access(self):
        """Days by ``usu_privacy.keep_access_days`` (365)."""
        # sudo: ir.config_parameter - a number that only the administrator sets
        parameters = self.env["ir.config_parameter"].sudo()
        days = int(parameters.get_param("usu_privacy.keep_access_days", KEEP_DAYS))
        old = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        self.search([("date", "<", old)]).unlink()
