from odoo import fields, models
from odoo.tools import SQL, formatLang


class UsuCall(models.Model):
    _inherit = "usu.call"

    def _usu_card_sections(self, partner):
        sections = super()._usu_card_sections(partner)
        if partner and self._usu_may_see_debt():
            sections["debt"] = self._usu_section_debt(partner)
        return sections

    def _usu_may_see_debt(self):
        """Accounting rights, or the clinic lets all who have the card see it."""
        if self.env["account.move.line"].has_access("read"):
            return True
        # sudo: ir.config_parameter - one switch
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return bool(parameters_sudo.get_param("usu_callcard_account.debt_for_all"))

    def _usu_section_debt(self, partner):
        """What the client's firm owes the reader's company, and what of it is late.

        Own sums over open receivable items: Odoo's ``credit`` needs accounting rights.
        """
        company = self.env.company
        today = fields.Date.context_today(self)
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        row = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(l.amount_residual), 0),
                       COALESCE(SUM(l.amount_residual)
                                FILTER (WHERE l.date_maturity < %(today)s), 0)
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE p.commercial_partner_id = %(client)s
                   AND l.company_id = %(company)s
                   AND a.account_type = 'asset_receivable'
                   AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE
                """,
                today=today,
                client=partner.commercial_partner_id.id,
                company=company.id,
            )
        )[0]
        total, late = row
        if company.currency_id.compare_amounts(total, 0) <= 0:
            return None
        has_late = company.currency_id.compare_amounts(late, 0) > 0
        return {
            "total": formatLang(self.env, total, currency_obj=company.currency_id),
            "late": has_late
            and formatLang(self.env, late, currency_obj=company.currency_id),
        }
