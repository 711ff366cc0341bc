from dataclasses import replace

from odoo import models

from ..models.usu_routing_staff import HrFacts


class UsuRoutingSimulation(models.TransientModel):
    _inherit = "usu.routing.simulation"

    def _workers(self):
        workers = super()._workers()
        facts = self.env["usu.routing.staff"]._hr_facts(
            [worker.id for worker in workers], self.desk_id.company_id
        )
        return tuple(self._hr_worker(w, facts.get(w.id, HrFacts())) for w in workers)

    def _hr_worker(self, worker, found):
        skills = worker.skills | found.skills
        return replace(worker, cost=found.cost or worker.cost, skills=skills)
