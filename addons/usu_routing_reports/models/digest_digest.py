from odoo import fields, models
from odoo.exceptions import AccessError

ACTION = "usu_routing_reports.usu_routing_report_action"


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_usu_requests = fields.Boolean("Front Desk: Requests Received")
    kpi_usu_requests_value = fields.Integer(compute="_compute_kpi_usu_requests_value")
    kpi_usu_service_level = fields.Boolean("Front Desk: Service Level (%)")
    kpi_usu_service_level_value = fields.Float(
        compute="_compute_kpi_usu_service_level_value"
    )
    kpi_usu_first_answer = fields.Boolean("Front Desk: Median First Answer (min)")
    kpi_usu_first_answer_value = fields.Float(
        compute="_compute_kpi_usu_first_answer_value"
    )
    kpi_usu_missed = fields.Boolean("Front Desk: Requests Never Answered")
    kpi_usu_missed_value = fields.Integer(compute="_compute_kpi_usu_missed_value")
    kpi_usu_repeats = fields.Boolean("Front Desk: Repeat Contacts (%)")
    kpi_usu_repeats_value = fields.Float(compute="_compute_kpi_usu_repeats_value")

    def _compute_kpi_usu_requests_value(self):
        self._usu_kpi("kpi_usu_requests_value", "__count")

    def _compute_kpi_usu_service_level_value(self):
        self._usu_kpi("kpi_usu_service_level_value", "service_level:avg")

    def _compute_kpi_usu_first_answer_value(self):
        self._usu_kpi("kpi_usu_first_answer_value", "answer_p50:avg")

    def _compute_kpi_usu_missed_value(self):
        self._usu_kpi("kpi_usu_missed_value", "missed:sum")

    def _compute_kpi_usu_repeats_value(self):
        self._usu_kpi("kpi_usu_repeats_value", "repeat_rate:avg")

    def _usu_kpi(self, fname, aggregate, model="usu.routing.report"):
        """One figure of the desks that the recipient may see; whoever is no head of a
        desk gets none: the digest leaves the line out.

        One query for each: the digest asks for one field after the other in changing
        weeks and forgets that field alone in between."""
        if not self.env.user.has_group("usu_routing.usu_routing_group_head"):
            raise AccessError(self.env._("These figures are for heads of desks."))
        start, end, companies = self._get_kpi_compute_parameters()
        for digest in self:
            domain = [
                ("company_id", "in", (digest.company_id or companies).ids),
                ("date", ">=", start),
                ("date", "<", end),
            ]
            [[figure]] = self.env[model]._read_group(domain, [], [aggregate])
            digest[fname] = figure or 0

    def _compute_kpis_actions(self, company, user):
        names = (
            "requests", "service_level", "first_answer", "missed", "repeats"
        )  # fmt: skip
        mine = {f"kpi_usu_{name}": ACTION for name in names}
        return super()._compute_kpis_actions(company, user) | mine
