from odoo import fields, models

from odoo.addons.usu_routing.tools import strategies

from ..tools.strategies import calm_expert


class UsuRoutingStep(models.Model):
    _inherit = "usu.routing.step"

    strategy = fields.Selection(
        selection_add=[("calm_expert", "The calmest expert")],
        ondelete={"calm_expert": "set least_loaded"},
    )

    def _usu_rank_calm_expert(self, agents, request, now):
        return strategies.rank(calm_expert.__name__, agents, request, now)
