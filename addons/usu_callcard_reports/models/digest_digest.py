from odoo import fields, models

ACTION = "usu_callcard_reports.usu_call_report_action"
KPIS = {
    "kpi_usu_calls_level": "service_level:avg",
    "kpi_usu_calls_missed": "missed:sum",
}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_usu_calls_level = fields.Boolean("Front Desk: Calls Answered in Time (%)")
    kpi_usu_calls_level_value = fields.Float(compute="_compute_kpi_usu_calls_values")
    kpi_usu_calls_missed = fields.Boolean("Front Desk: Missed Calls")
    kpi_usu_calls_missed_value = fields.Integer(compute="_compute_kpi_usu_calls_values")

    def _compute_kpi_usu_calls_values(self):
        self._usu_kpis("usu.call.report", KPIS)

    def _compute_kpis_actions(self, company, user):
        mine = dict.fromkeys(KPIS, ACTION)
        return super()._compute_kpis_actions(company, user) | mine
