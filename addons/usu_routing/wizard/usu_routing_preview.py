from odoo import api, fields, models

from ..tools.judge import NAMED
from ..tools.values import CHANNELS


class UsuRoutingPreview(models.TransientModel):
    """A dry run: who would get a request now, and why not the others."""

    _name = "usu.routing.preview"
    _description = "Who Would Get It Now?"

    desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        default=lambda self: self.env["helpdesk.ticket.team"].search([], limit=1),
    )
    channel = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]
        ._fields["usu_channel"]
        ._description_selection(self.env),
        default=CHANNELS[0],
        required=True,
    )
    partner_id = fields.Many2one("res.partner", string="Client")
    level = fields.Integer(string="Level Needed")
    skill_ids = fields.Many2many("usu.routing.skill", string="Skills")
    result = fields.Char(compute="_compute_line_ids")
    line_ids = fields.One2many(
        "usu.routing.preview.line", "preview_id", compute="_compute_line_ids"
    )

    @api.depends("desk_id", "channel", "partner_id", "level", "skill_ids")
    def _compute_line_ids(self):
        Line = self.env["usu.routing.preview.line"]
        for preview in self:
            if not preview.desk_id or not preview.channel:
                preview.line_ids, preview.result = False, False
                continue
            vals_list, preview.result = preview._dry_run()
            preview.line_ids = Line.browse()
            for vals in vals_list:
                preview.line_ids += Line.new({**vals, "preview_id": preview})

    def _dry_run(self):
        """:return: ``(values of the lines, one sentence)``"""
        # sudo: helpdesk.ticket.team - the choice itself runs so as well
        chooser = self.env["usu.routing.chooser"].sudo()
        steps, winner, names = chooser._preview(
            self.desk_id.sudo()._origin or self.desk_id.sudo(),  # sudo: as above
            channel=self.channel,
            partner=self.partner_id.sudo()._origin,  # sudo: res.partner - as above
            level=self.level,
            skills=frozenset(self.skill_ids._origin.ids),
        )
        Decision = self.env["usu.routing.decision"]
        lines, result = [], None
        for number, (rule, order, trail) in enumerate(steps, 1):
            # sudo: usu.routing.step - its words
            step = self.env["usu.routing.step"].sudo().browse(rule.id)
            named = rule.strategy in NAMED
            lines.append(
                {
                    "name": f"{number}. {step.sentence}",
                    "is_step": True,
                    "decides": rule == winner,
                    "why_not": named and not order and self._nobody_meant(trail),
                }
            )
            if rule == winner and order:
                result = Decision._strategy_words(rule.strategy, names[order[0]])
            lines += [
                {
                    "name": names[line["id"]],
                    "load": f"{line['load']:g} / {line['capacity']:g}",
                    "rank": line["rank"] or 0,
                    "why_not": line["excluded"]
                    and Decision._excluded_words(line["excluded"]),
                    "decides": rule == winner and line["rank"] == 1,
                }
                for line in trail
                if not (named and line["excluded"] == "not_meant")
            ]
            if rule == winner:
                break
        return lines, result or self.env._("Nobody: it would wait in the desk's queue.")

    def _nobody_meant(self, trail):
        if any(line["excluded"] != "not_meant" for line in trail):
            return False
        return self.env._("there is nobody this step means")


class UsuRoutingPreviewLine(models.TransientModel):
    _name = "usu.routing.preview.line"
    _description = "Candidate of a Dry Run"

    preview_id = fields.Many2one("usu.routing.preview", ondelete="cascade", index=True)
    name = fields.Char(string="Step, Employee")
    is_step = fields.Boolean()
    load = fields.Char(help="Open requests: a chat weighs 1, a call 3, a letter 0.2.")
    rank = fields.Integer()
    why_not = fields.Char(string="Why not")
    decides = fields.Boolean()
