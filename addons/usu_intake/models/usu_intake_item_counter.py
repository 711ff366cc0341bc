from odoo import api, models

from .usu_intake_item_triage import REVIEW_GROUP

FOR_PEOPLE = ["|", ("heap", "=", False), ("heap", "not in", ("automatic", "spam"))]


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    @api.model
    def get_waiting(self):
        """How many items wait for a person, for the menu bar.

        Public: counts what the reader may read; an index answers it.

        :return: ``{"triage": n, "error": n}``; False for those who do not review
        """
        if not self.env.user.has_group(REVIEW_GROUP):
            return False
        return {
            state: self.search_count([("state", "=", state), *FOR_PEOPLE])
            for state in ("triage", "error")
        }
