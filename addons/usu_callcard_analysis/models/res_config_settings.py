from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_call_recording_days = fields.Integer(
        string="Keep Recordings (days)",
        config_parameter="usu_callcard_analysis.recording_days",
        help="Older recordings and transcripts are deleted. 0 keeps them.",
    )
    usu_call_engine = fields.Selection(
        [("faster_whisper", "faster-whisper on this server"), ("http", "HTTP server")],
        string="Engine of Recognition",
        config_parameter="usu_callcard_analysis.engine",
    )
    usu_call_engine_model = fields.Char(
        string="Folder of the Model",
        config_parameter="usu_callcard_analysis.engine_model",
    )
    usu_call_engine_url = fields.Char(
        string="Address of the Engine",
        config_parameter="usu_callcard_analysis.engine_url",
    )
    usu_call_engine_key = fields.Char(
        string="Key of the Engine", config_parameter="usu_callcard_analysis.engine_key"
    )
    usu_call_engine_language = fields.Char(
        string="Language Spoken",
        config_parameter="usu_callcard_analysis.language",
        help="Two letters, like en or ru. Empty: the engine finds out.",
    )
    usu_call_engine_status = fields.Char(compute="_compute_usu_call_engine_status")
    usu_call_engine_ready = fields.Boolean(compute="_compute_usu_call_engine_status")

    @api.depends("usu_call_engine", "usu_call_engine_model", "usu_call_engine_url")
    def _compute_usu_call_engine_status(self):
        _ = self.env._
        words = {
            "not_installed": _(
                "The Python package faster-whisper is not installed on this server."
            ),
            "no_model": _("The folder holds no model for faster-whisper."),
            "no_url": _("Enter the address of the engine: http:// or https://"),
        }
        engines = self.env["usu.call.analysis"]
        for settings in self:
            engine = engines._usu_make_engine(
                settings.usu_call_engine,
                model_path=settings.usu_call_engine_model,
                url=settings.usu_call_engine_url,
            )
            problem = engine.problem() if engine else ""
            settings.usu_call_engine_ready = bool(engine) and not problem
            if not engine:
                status = _("No engine: talk, silence and interruptions are measured.")
            else:
                status = words.get(problem, problem) or _(
                    "Ready: what is said is written down."
                )
            settings.usu_call_engine_status = status
