from odoo.addons.usu_routing.tools.strategies import register, tie_key


@register("calm_expert")
def calm_expert(agents, request, now):
    """The fewest requests today; among equals the higher level."""
    ordered = sorted(agents, key=lambda a: (a.assigned_today, -a.level, tie_key(a)))
    return [agent.id for agent in ordered]
