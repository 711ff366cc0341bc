from odoo import api, fields, models


class UsuBookingBlock(models.TransientModel):
    """Nobody books these doctors or rooms then; visits there are shown as conflicts."""

    _name = "usu.booking.block"
    _description = "Block Time"

    resource_ids = fields.Many2many(
        "resource.resource", string="Doctors and Rooms", required=True
    )
    start = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    stop = fields.Datetime(string="Until", required=True)
    name = fields.Char(string="Reason")
    conflict_ids = fields.Many2many("usu.booking", compute="_compute_conflict_ids")

    _forward = models.Constraint("CHECK (start < stop)", "It ends before it begins.")

    @api.depends("resource_ids", "start", "stop")
    def _compute_conflict_ids(self):
        for block in self:
            domain = [
                ("state", "=", "booked"),
                ("start", "<", block.stop),
                ("stop", ">", block.start),
                "|",
                ("resource_id", "in", block.resource_ids.ids),
                ("room_id", "in", block.resource_ids.ids),
            ]
            block.conflict_ids = (
                self.env["usu.booking"].search(domain)
                if block.start and block.stop
                else False
            )

    def action_block(self):
        self.ensure_one()
        self.env["usu.booking"]._check_staff()
        # sudo: resource.calendar.leaves - the desk may close a doctor's time
        leaves = self.env["resource.calendar.leaves"].sudo()
        for resource in self.resource_ids:
            leaves.create(
                {
                    "name": self.name or self.env._("Blocked"),
                    "resource_id": resource.id,
                    # sudo: resource.resource - its own working hours
                    "calendar_id": resource.sudo().calendar_id.id,
                    "company_id": resource.company_id.id,
                    "date_from": self.start,
                    "date_to": self.stop,
                }
            )
        conflicts = self.conflict_ids
        if not conflicts:
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits in the blocked time"),
            "res_model": "usu.booking",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", conflicts.ids)],
        }
