from datetime import timedelta

from odoo import fields, models
from odoo.tools import formatLang

SHOWN = 5
# a confirmed order is current for so long, unless something of it is still open
RECENT_DAYS = 90


class UsuCall(models.Model):
    _inherit = "usu.call"

    def _usu_card_sections(self, partner):
        sections = super()._usu_card_sections(partner)
        if partner:
            sections["orders"] = self._usu_section_orders(partner)
        return sections

    def _usu_section_orders(self, partner):
        """Quotations sent and current orders: stage, responsible employee, amount."""
        orders = self.env["sale.order"]
        openable = orders.has_access("read")
        # sudo: ir.config_parameter - one switch
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        for_all = parameters_sudo.get_param("usu_callcard_sale.orders_for_all")
        if not openable and not for_all:
            return None
        since = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
        client = partner.commercial_partner_id
        domain = [
            ("partner_id.commercial_partner_id", "=", client.id),
            ("company_id", "in", self.env.companies.ids),
            "|",
            ("state", "in", ("draft", "sent")),
            "&",
            ("state", "=", "sale"),
            "|",
            ("date_order", ">=", since),
            ("invoice_status", "=", "to invoice"),
        ]
        if for_all:
            # sudo: sale.order - the clinic shows these few facts to all operators
            orders = orders.sudo()
        return [
            {
                "id": order.id,
                "name": order.name,
                "stage": dict(order._fields["state"]._description_selection(self.env))[
                    order.state
                ],
                # sudo: res.users - the name of the responsible colleague
                "responsible": order.sudo().user_id.name or "",
                "amount": formatLang(
                    self.env, order.amount_total, currency_obj=order.currency_id
                ),
                "openable": openable,
            }
            for order in orders.search(domain, limit=SHOWN, order="date_order desc")
        ]
