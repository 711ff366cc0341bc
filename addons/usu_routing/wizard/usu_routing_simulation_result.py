from odoo import fields, models


class UsuRoutingSimulationResult(models.TransientModel):
    _name = "usu.routing.simulation.result"
    _description = "Outcome of a Distribution Policy"
    _order = "sequence, id"

    simulation_id = fields.Many2one(
        "usu.routing.simulation", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    name = fields.Char(string="Policy", required=True, readonly=True)
    current = fields.Boolean(string="In Use", readonly=True)
    wait_p50 = fields.Float(
        string="Half Wait Less Than (min)", readonly=True, aggregator="max"
    )
    wait_p95 = fields.Float(
        string="95 % Wait Less Than (min)", readonly=True, aggregator="max"
    )
    wait_mean = fields.Float(string="Mean Wait (min)", readonly=True, aggregator="max")
    abandoned = fields.Float(string="Gave Up", readonly=True, aggregator="max")
    spread = fields.Float(
        string="Spread per Hour",
        readonly=True,
        aggregator="max",
        help="Requests per hour of the employee with the most, less that of the one "
        "with the fewest.",
    )
    fairness = fields.Float(
        readonly=True,
        aggregator="max",
        help="Of the working time: 100 % is equal for all.",
    )
    cost = fields.Float(
        string="Cost per Request",
        readonly=True,
        aggregator="max",
        groups="usu_routing.usu_routing_group_cost",
    )
    transfers = fields.Float(
        string="Handed Over", readonly=True, aggregator="max", help="Times per request."
    )
    continuity = fields.Float(
        string="To Own Responsible",
        readonly=True,
        aggregator="max",
        help="Returning clients answered by their own responsible.",
    )
    occupancy = fields.Float(string="Busy", readonly=True, aggregator="max")
    figures = fields.Json(readonly=True, groups="usu_routing.usu_routing_group_cost")
