from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import address as addressing


class UsuIntakeItemLink(models.TransientModel):
    """Say which client, or which request, letters belong to."""

    _name = "usu.intake.item.link"
    _description = "Letters Belong To"

    item_ids = fields.Many2many("usu.intake.item", required=True)
    partner_id = fields.Many2one("res.partner", "Client")
    ticket_id = fields.Many2one("helpdesk.ticket", "Request")
    remember = fields.Selection(
        [
            ("no", "Only this time"),
            ("address", "Remember the address"),
            ("domain", "Remember the whole domain"),
        ],
        default="address",
        required=True,
        help="Later letters from there are processed by themselves. A forged letter "
        "is still held back.",
    )
    senders = fields.Char(compute="_compute_senders")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        items = self.env["usu.intake.item"].browse(
            self.env.context.get("default_item_ids", [])
        )
        if len(items) == 1:
            suggested = items.suggested_partner_ids
            values["partner_id"] = suggested.id if len(suggested) == 1 else False
            values["ticket_id"] = items.thread_id._filtered_access("read").id
        return values

    @api.depends("item_ids")
    def _compute_senders(self):
        for wizard in self:
            senders = {item.sender for item in wizard.item_ids if item.sender}
            wizard.senders = ", ".join(sorted(senders))

    @api.onchange("ticket_id")
    def _onchange_ticket_id(self):
        if self.ticket_id.partner_id:
            self.partner_id = self.ticket_id.partner_id

    def action_apply(self):
        self.ensure_one()
        if not self.partner_id and not self.ticket_id:
            raise UserError(self.env._("Choose a client or a request."))
        self.partner_id.check_access("read")
        self.ticket_id.check_access("read")
        items = self.item_ids._for_review()
        for item in items:
            item._accept(partner=self.partner_id, ticket=self.ticket_id)
            if self.partner_id and item.sender and self.remember == "address":
                item._remember_address(self.partner_id)
        if self.partner_id and self.remember == "domain":
            domains = {
                addressing.domain_of(item.sender) for item in items if item.sender
            }
            items._remember("domain", domains, rule="client", partner=self.partner_id)
        return items[:1]._open_request() if len(items) == 1 else True
