import logging

from odoo import api, fields, models

from ..tools import strategies
from ..tools.judge import StepRule
from ..tools.values import LIVE, channel_class

_logger = logging.getLogger(__name__)


class UsuRoutingStep(models.Model):
    """One step of a policy: who is meant, who counts as available, how long to wait.

    Another addon adds a strategy with ``selection_add`` on ``strategy`` (and
    ``ondelete``) and a method ``_usu_rank_<key>(agents, request, now)`` that returns
    ids, best first.
    """

    _name = "usu.routing.step"
    _description = "Step of a Distribution Policy"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "usu.routing.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    strategy = fields.Selection(
        [
            ("owner", "Responsible of the client's open request"),
            ("permanent", "Permanent responsible of the client"),
            ("previous", "Who answered the client last time"),
            ("least_loaded", "The least busy"),
            ("round_robin", "In turn"),
            ("longest_idle", "The longest without work"),
            ("fewest_today", "The fewest requests today"),
            ("most_experienced", "The most experienced first"),
            ("cheapest", "The cheapest first"),
            ("head", "The head distributes by hand"),
            ("queue", "The desk's queue"),
        ],
        required=True,
        default="least_loaded",
    )
    availability = fields.Selection(
        [
            ("online", "Present now"),
            ("shift", "On shift"),
            ("any", "Present or not"),
        ],
        required=True,
        default="online",
        help="Present now: the browser is open, not away, not “Do Not Disturb”, on "
        "shift. On shift: by the working hours, whether the browser is open or not. "
        "Paused people and those on leave never get anything.",
    )
    scope = fields.Selection(
        [
            ("all", "Everything"),
            ("live", "Chat, Telegram and calls"),
            ("written", "Letters, forms, orders"),
        ],
        string="For",
        required=True,
        default="all",
    )
    min_level = fields.Integer(string="Level at Least")
    skill_ids = fields.Many2many("usu.routing.skill", string="Skills")
    respect_capacity = fields.Boolean(default=True)
    wait_seconds = fields.Integer(
        string="Wait (seconds)",
        help="Chat, Telegram, calls: how long this person may stay silent before the "
        "next thing happens. 0: for ever.",
    )
    wait_written_minutes = fields.Integer(
        string="Wait for Letters (minutes)",
        help="The same for letters, forms and orders; counted in the desk's hours.",
    )
    on_timeout = fields.Selection(
        [
            ("again", "Somebody else by this step, then the next"),
            ("next", "Go on with the next step"),
            ("head", "Tell the head, leave it there"),
            ("queue", "Back to the queue"),
        ],
        required=True,
        default="next",
        string="Then",
    )
    sentence = fields.Char(compute="_compute_sentence", string="In Words")

    _check_wait = models.Constraint(
        "CHECK(wait_seconds >= 0 AND wait_written_minutes >= 0)",
        "A waiting time cannot be negative.",
    )
    _check_level = models.Constraint(
        "CHECK(min_level >= 0 AND min_level <= 5)", "Levels go from 1 to 5."
    )

    @api.depends(
        "strategy", "availability", "scope", "min_level", "skill_ids", "wait_seconds",
        "wait_written_minutes", "on_timeout", "respect_capacity",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_sentence(self):
        _ = self.env._
        meant = dict(self._fields["strategy"]._description_selection(self.env))
        there = {
            "online": _("present now"),
            "shift": _("on shift"),
            "any": _("present or not"),
        }
        for step in self:
            words = meant.get(step.strategy, step.strategy or "")
            if step.strategy == "queue":
                step.sentence = _("%(who)s: whoever is free first gets it.", who=words)
                continue
            words += ", " + there.get(step.availability, "")
            if step.min_level:
                words += ", " + _("level %(level)s or higher", level=step.min_level)
            if step.skill_ids:
                words += ", " + ", ".join(step.skill_ids.mapped("name"))
            if step.scope == "live":
                words += " " + _("(chat, Telegram, calls only)")
            elif step.scope == "written":
                words += " " + _("(letters and forms only)")
            step.sentence = words + step._timeout_words()

    @api.depends("sentence")
    def _compute_display_name(self):
        for step in self:
            step.display_name = step.sentence

    def _timeout_words(self):
        _ = self.env._
        then = {
            "again": _("somebody else"),
            "next": _("the next step"),
            "head": _("the head is told"),
            "queue": _("back to the queue"),
        }.get(self.on_timeout, "")
        live = self.scope != "written" and self.wait_seconds
        written = self.scope != "live" and self.wait_written_minutes * 60
        if live and written:
            return _(
                "; no answer in %(live)s (letters: %(written)s): %(then)s.",
                live=self._duration(live),
                written=self._duration(written),
                then=then,
            )
        if live or written:
            words = self._duration(live or written)
            return _("; no answer in %(time)s: %(then)s.", time=words, then=then)
        return "."

    def _duration(self, seconds):
        if seconds % 3600 == 0:
            return self.env._("%s h", seconds // 3600)
        if seconds % 60 == 0:
            return self.env._("%s min", seconds // 60)
        return self.env._("%s s", seconds)

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        self.env.registry.clear_cache()  # usu.routing.policy: plain rules
        return steps

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()  # usu.routing.policy: plain rules
        return result

    def unlink(self):
        self.env.registry.clear_cache()  # usu.routing.policy: plain rules
        return super().unlink()

    # --------------------------------------------------------------- for the judge

    def _rules(self):
        """The steps as plain values, in order."""
        return [
            StepRule(
                id=step.id,
                strategy=step.strategy or "",
                availability=step.availability,
                ignore_manual=step.policy_id.ignore_manual,
                scope=step.scope,
                capacity=step.respect_capacity,
                level=step.min_level,
                skills=frozenset(step.skill_ids.ids),
            )
            for step in self.sorted(lambda s: (s.sequence, s.id))
        ]

    def _wait_for(self, channel):
        """Seconds this step waits on a channel, 0 for ever."""
        if not self:
            return 0
        if channel_class(channel) in LIVE:
            return self.wait_seconds
        return self.wait_written_minutes * 60

    @api.model
    def _rank(self, strategy, agents, request, now):
        """Order agents by a strategy; one that is not there finds nobody."""
        method = getattr(self, f"_usu_rank_{strategy}", None)
        if method is None:
            _logger.warning("Unknown routing strategy %s: step left out", strategy)
            return []
        return method(agents, request, now)

    def _usu_rank_owner(self, agents, request, now):
        return strategies.rank("owner", agents, request, now)

    def _usu_rank_permanent(self, agents, request, now):
        return strategies.rank("permanent", agents, request, now)

    def _usu_rank_previous(self, agents, request, now):
        return strategies.rank("previous", agents, request, now)

    def _usu_rank_least_loaded(self, agents, request, now):
        return strategies.rank("least_loaded", agents, request, now)

    def _usu_rank_round_robin(self, agents, request, now):
        return strategies.rank("round_robin", agents, request, now)

    def _usu_rank_longest_idle(self, agents, request, now):
        return strategies.rank("longest_idle", agents, request, now)

    def _usu_rank_fewest_today(self, agents, request, now):
        return strategies.rank("fewest_today", agents, request, now)

    def _usu_rank_most_experienced(self, agents, request, now):
        return strategies.rank("most_experienced", agents, request, now)

    def _usu_rank_cheapest(self, agents, request, now):
        return strategies.rank("cheapest", agents, request, now)

    def _usu_rank_head(self, agents, request, now):
        return strategies.rank("head", agents, request, now)

    def _usu_rank_queue(self, agents, request, now):
        return strategies.rank("queue", agents, request, now)
