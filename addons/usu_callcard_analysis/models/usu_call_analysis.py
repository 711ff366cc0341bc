from odoo import api, fields, models
from odoo.exceptions import AccessError

RESULTS = {
    "speech": "speech_seconds",
    "silence": "silence_seconds",
    "longest_silence": "longest_silence_seconds",
    "talk_staff": "talk_staff_seconds",
    "talk_client": "talk_client_seconds",
    "both": "both_seconds",
    "interruptions_staff": "interruptions_staff",
    "interruptions_client": "interruptions_client",
    "longest_staff": "longest_staff_seconds",
    "longest_client": "longest_client_seconds",
    "response": "response_seconds",
    "silent_side": "silent_side",
}


class UsuCallAnalysis(models.Model):
    """What was measured of one recorded conversation.

    Only ``layout = 'sides'`` knows the two sides apart: of a mixed recording the
    figures by side are empty and mean nothing.
    """

    _name = "usu.call.analysis"
    _description = "Conversation"
    _order = "started_at desc, id desc"
    _rec_name = "call_id"

    recording_id = fields.Many2one(
        "usu.call.recording", index="btree_not_null", ondelete="set null", readonly=True
    )
    call_id = fields.Many2one(
        "usu.call", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="call_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        related="call_id.user_id", store=True, index=True, string="Employee"
    )
    partner_id = fields.Many2one(related="call_id.partner_id", string="Client")
    direction = fields.Selection(related="call_id.direction")
    started_at = fields.Datetime(related="call_id.started_at", store=True, index=True)
    desk_id = fields.Many2one(
        "helpdesk.ticket.team", readonly=True, index="btree_not_null"
    )
    layout = fields.Selection(
        [("sides", "Two channels"), ("mixed", "Mixed")], readonly=True
    )
    state = fields.Selection(
        [
            ("todo", "Waiting"),
            ("running", "At Work"),
            ("done", "Done"),
            ("error", "Failed"),
        ],
        required=True,
        readonly=True,
        default="todo",
    )
    error = fields.Char(readonly=True)
    tries = fields.Integer(readonly=True)
    position_seconds = fields.Float(string="Heard Until (s)", readonly=True)
    progress = fields.Integer(compute="_compute_progress")

    duration_seconds = fields.Float(string="Length (s)", readonly=True)
    speech_seconds = fields.Float(string="Anybody Speaks (s)", readonly=True)
    silence_seconds = fields.Float(
        string="Nobody Speaks (s)",
        readonly=True,
        help="The whole recording less the times in which anybody speaks.",
    )
    silence_share = fields.Float(
        string="Silence (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    longest_silence_seconds = fields.Float(
        string="Longest Pause (s)", readonly=True, aggregator="max"
    )
    talk_staff_seconds = fields.Float(string="Employee Speaks (s)", readonly=True)
    talk_client_seconds = fields.Float(string="Client Speaks (s)", readonly=True)
    staff_share = fields.Float(
        string="Employee's Share (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of the time both sides speak, added up.",
    )
    both_seconds = fields.Float(string="Both at Once (s)", readonly=True)
    interruptions_staff = fields.Integer(
        string="Employee Interrupts",
        readonly=True,
        help="How often the employee began while the client spoke and went on.",
    )
    interruptions_client = fields.Integer(string="Client Interrupts", readonly=True)
    longest_staff_seconds = fields.Float(
        string="Employee's Longest Monologue (s)", readonly=True, aggregator="max"
    )
    longest_client_seconds = fields.Float(
        string="Client's Longest Monologue (s)", readonly=True, aggregator="max"
    )
    response_seconds = fields.Float(
        string="Employee's Response (s)",
        readonly=True,
        aggregator="avg",
        help="From the client's last word to the employee's first; the median.",
    )
    silent_side = fields.Selection(
        [
            ("staff", "Employee not heard"),
            ("client", "Client not heard"),
            ("both", "Nobody heard"),
        ],
        readonly=True,
        help="A side that was never heard: perhaps a broken line.",
    )
    spans = fields.Json(readonly=True, help="Who spoke when: seconds, by side.")
    peaks = fields.Json(readonly=True, help="Loudness for the picture, by side.")

    _recording_unique = models.UniqueIndex(
        "(recording_id) WHERE recording_id IS NOT NULL"
    )
    _queue_index = models.Index("(id) WHERE state IN ('todo', 'running')")
    _report_index = models.Index("(company_id, started_at) WHERE state = 'done'")

    @api.depends("state", "position_seconds", "duration_seconds")
    def _compute_progress(self):
        for one in self:
            share = one.position_seconds / (one.duration_seconds or 1)
            one.progress = 100 if one.state == "done" else min(99, int(share * 100))

    @api.depends("call_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.call_id.display_name

    @api.model
    def _usu_queue(self, recordings):
        """Put recordings in line for the background work."""
        known = self.search([("recording_id", "in", recordings.ids)]).recording_id
        self.create(
            [
                {
                    "recording_id": recording.id,
                    "call_id": recording.call_id.id,
                    "layout": recording.layout,
                    "duration_seconds": recording.duration_seconds,
                    "desk_id": recording.desk_id.id,
                }
                for recording in recordings - known
            ]
        )
        self.env.ref("usu_callcard_analysis.usu_call_analysis_cron")._trigger()

    def _usu_restart(self):
        """Forget what was found and begin anew."""
        self.write({"state": "todo", "error": False, "tries": 0} | self._blank_vals())

    def _blank_vals(self):
        empty = {"position_seconds": 0.0, "spans": False, "peaks": False}
        return empty | dict.fromkeys(RESULTS.values(), False)

    def action_analyse_again(self):
        """Do it once more, with today's engine and lists."""
        self.check_access("read")
        if not self.env.user.has_group("usu_callcard.usu_callcard_group_all"):
            raise AccessError(self.env._("Ask the head of your desk to do this."))
        # sudo: usu.call.analysis - figures are written by the system only
        self.sudo().filtered("recording_id")._usu_restart()
        # sudo: ir.cron - the work is done in the background
        self.env.ref("usu_callcard_analysis.usu_call_analysis_cron").sudo()._trigger()

    def _usu_keep_measures(self, measures):
        """Store the pure function's result."""
        self.ensure_one()
        vals = {name: getattr(measures, key) for key, name in RESULTS.items()}
        vals["silent_side"] = measures.silent_side or False
        length = measures.duration or 1
        vals["silence_share"] = 100 * measures.silence / length
        talk = (measures.talk_staff or 0) + (measures.talk_client or 0)
        vals["staff_share"] = 100 * measures.talk_staff / talk if talk else False
        self.write(vals)
