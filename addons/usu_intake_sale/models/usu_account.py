from odoo import api, models
from odoo.tools import format_date, formatLang

SHOWN = 20


class UsuAccount(models.AbstractModel):
    _inherit = "usu.account"

    @api.model
    def _usu_account_sections(self, partner):
        sections = super()._usu_account_sections(partner)
        orders = self._own_orders(partner)
        if orders:
            sections.append(
                {
                    "key": "orders",
                    "title": self.env._("My orders"),
                    "sequence": 40,
                    "template": "usu_intake_sale.account_orders",
                    "data": [
                        {
                            "name": order.name,
                            "date": format_date(self.env, order.date_order),
                            "amount": formatLang(
                                self.env,
                                order.amount_total,
                                currency_obj=order.currency_id,
                            ),
                            "url": order.get_portal_url(),
                        }
                        for order in orders[:SHOWN]
                    ],
                }
            )
        return sections

    @api.model
    def _usu_account_export(self, partner):
        data = super()._usu_account_export(partner)
        data["orders"] = [
            {
                "number": order.name,
                "date": order.date_order.isoformat() + "Z",
                "amount": order.amount_total,
                "currency": order.currency_id.name,
                "lines": order.order_line.mapped("name"),
            }
            for order in self._own_orders(partner)
        ]
        return data

    @api.model
    def _own_orders(self, partner):
        # sudo: sale.order - the client's own
        orders = self.env["sale.order"].sudo()
        return orders.search(
            [("partner_id", "=", partner.id), ("state", "in", ("sent", "sale"))],
            order="date_order desc",
        )
