from odoo import fields, models


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_usu_calls_level = fields.Boolean("Front Desk: Calls Answered in Time (%)")
    kpi_usu_calls_level_value = fields.Float(
        compute="_compute_kpi_usu_calls_level_value"
    )
    kpi_usu_calls_missed = fields.Boolean("Front Desk: Missed Calls")
    kpi_usu_calls_missed_value = fields.Integer(
        compute="_compute_kpi_usu_calls_missed_value"
    )

    def _compute_kpi_usu_calls_level_value(self):
        self._usu_kpi(
            "kpi_usu_calls_level_value", "service_level:avg", "usu.call.report"
        )

    def _compute_kpi_usu_calls_missed_value(self):
        self._usu_kpi("kpi_usu_calls_missed_value", "missed:sum", "usu.call.report")

    def _compute_kpis_actions(self, company, user):
        action = "usu_callcard_reports.usu_call_report_action"
        return super()._compute_kpis_actions(company, user) | {
            "kpi_usu_calls_level": action,
            "kpi_usu_calls_missed": action,
        }
