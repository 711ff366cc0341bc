from odoo import fields, models
from odoo.exceptions import AccessError

ACTION = "usu_routing_reports.usu_routing_report_action"
KPIS = {
    "kpi_usu_requests": "__count",
    "kpi_usu_service_level": "service_level:avg",
    "kpi_usu_first_answer": "answer_p50:avg",
    "kpi_usu_missed": "missed:sum",
    "kpi_usu_repeats": "repeat_rate:avg",
}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_usu_requests = fields.Boolean("Front Desk: Requests Received")
    kpi_usu_requests_value = fields.Integer(compute="_compute_kpi_usu_values")
    kpi_usu_service_level = fields.Boolean("Front Desk: Service Level (%)")
    kpi_usu_service_level_value = fields.Float(compute="_compute_kpi_usu_values")
    kpi_usu_first_answer = fields.Boolean("Front Desk: Median First Answer (min)")
    kpi_usu_first_answer_value = fields.Float(compute="_compute_kpi_usu_values")
    kpi_usu_missed = fields.Boolean("Front Desk: Requests Never Answered")
    kpi_usu_missed_value = fields.Integer(compute="_compute_kpi_usu_values")
    kpi_usu_repeats = fields.Boolean("Front Desk: Repeat Contacts (%)")
    kpi_usu_repeats_value = fields.Float(compute="_compute_kpi_usu_values")

    def _compute_kpi_usu_values(self):
        self._usu_kpis("usu.routing.report", KPIS)

    def _usu_kpis(self, model, kpis):
        """Figures of the desks that the recipient may see, by one query for each
        digest; whoever is no head of a desk gets none: the digest leaves them out.

        :param dict kpis: ``{name: aggregate}`` of a report with ``date``
        """
        if not self.env.user.has_group("usu_routing.usu_routing_group_head"):
            raise AccessError(self.env._("These figures are for heads of desks."))
        start, end, companies = self._get_kpi_compute_parameters()
        for digest in self:
            domain = [
                ("company_id", "in", (digest.company_id or companies).ids),
                ("date", ">=", start),
                ("date", "<", end),
            ]
            [figures] = self.env[model]._read_group(domain, [], list(kpis.values()))
            for name, figure in zip(kpis, figures, strict=True):
                digest[f"{name}_value"] = figure or 0

    def _compute_kpis_actions(self, company, user):
        mine = dict.fromkeys(KPIS, ACTION)
        return super()._compute_kpis_actions(company, user) | mine
