from odoo import fields, models
from odoo.tools import formatLang

from odoo.addons.usu_routing.tools.values import Contact


class SaleOrder(models.Model):
    _inherit = "sale.order"

    usu_request_id = fields.Many2one(
        "helpdesk.ticket",
        "Request",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups="base.group_user",
    )

    def _action_confirm(self):
        result = super()._action_confirm()
        for order in self:
            if order._usu_is_request():
                order._usu_register()
        return result

    def action_usu_request(self):
        self.ensure_one()
        return self.usu_request_id._usu_open_action()

    def _usu_is_request(self):
        """Whether this order becomes a request of a desk."""
        self.ensure_one()
        # sudo: res.company - a setting
        wanted = self.company_id.sudo().usu_order_requests
        return wanted == "all" or (wanted == "client" and self._usu_by_client())

    def _usu_by_client(self):
        """Ordered on the site, signed or paid there, or confirmed by the client."""
        # sudo: sale.order - the client may not read all of it
        order = self.sudo()
        site = "website_id" in order._fields and order.website_id
        return bool(self.env.user.share or site or order.signed_on)

    def _usu_register(self):
        """Client and request, once for each order however often it is confirmed."""
        # sudo: res.company - a setting
        desk = self.company_id.sudo().usu_order_desk_id
        receipt = self.env["usu.routing"].with_company(self.company_id)._receive(
            Contact(partner_id=self.partner_id.id, name=self.partner_id.name or ""),
            desk=desk,
            channel="order",
            title=self.env._("Order %(number)s", number=self.name),
            body=self._usu_words(),
            external_id=f"sale:{self.id}",
        )  # fmt: skip
        # sudo: sale.order - noted on the order, whoever confirmed it
        self.sudo().usu_request_id = receipt.request_id

    def _usu_words(self):
        rows = [
            f"{line.product_uom_qty:g} × {line.name}"
            for line in self.order_line
            if not line.display_type
        ]
        total = formatLang(self.env, self.amount_total, currency_obj=self.currency_id)
        return "\n".join([*rows, self.env._("Total: %(total)s", total=total)])
