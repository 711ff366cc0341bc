import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

GC_BATCH = 50_000
REFS = {
    "user_id": "user_ref",
    "desk_id": "desk_ref",
    "step_id": "step_ref",
    "policy_id": "policy_ref",
    "partner_id": "partner_ref",
    "actor_id": "actor_ref",
}


class UsuRoutingDecision(models.Model):
    """Why somebody became responsible: reservation and audit trail in one row.

    Rows are only ever inserted, in a transaction of their own, while the request that
    caused them is still being worked on. Nothing in here may therefore lock or refer
    to a row of that request: the references are plain numbers without foreign keys.
    A row of kind ``void`` takes back the row whose token is its ``previous_token``.
    """

    _name = "usu.routing.decision"
    _description = "Distribution Decision"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "reason"

    token = fields.Char(required=True, readonly=True)
    previous_token = fields.Char(readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("assign", "Given"),
            ("keep", "Left with the responsible"),
            ("queue", "Queued"),
            ("escalate", "Passed on, no answer"),
            ("hand_over", "Handed over"),
            ("preferred", "Already at work"),
            ("manual", "Given by hand"),
            ("take", "Taken"),
            ("void", "Taken back"),
        ],
        required=True,
        readonly=True,
    )
    gives = fields.Boolean(readonly=True)
    strategy = fields.Char(readonly=True)
    channel = fields.Selection(selection="_channels", readonly=True)
    user_ref = fields.Integer(readonly=True)
    desk_ref = fields.Integer(readonly=True)
    step_ref = fields.Integer(readonly=True)
    policy_ref = fields.Integer(readonly=True)
    partner_ref = fields.Integer(readonly=True)
    request_ref = fields.Integer(readonly=True)
    actor_ref = fields.Integer(readonly=True)
    company_ref = fields.Integer(readonly=True)
    candidates = fields.Json(readonly=True)
    note = fields.Text(readonly=True)
    duration_ms = fields.Float(readonly=True)

    user_id = fields.Many2one(
        "res.users", compute="_compute_refs", search="_search_user", string="Employee"
    )
    desk_id = fields.Many2one("helpdesk.ticket.team", compute="_compute_refs")
    step_id = fields.Many2one("usu.routing.step", compute="_compute_refs")
    policy_id = fields.Many2one("usu.routing.policy", compute="_compute_refs")
    partner_id = fields.Many2one(
        "res.partner", compute="_compute_refs", string="Client"
    )
    actor_id = fields.Many2one("res.users", compute="_compute_refs", string="By")
    reason = fields.Char(compute="_compute_reason")
    trail = fields.Text(compute="_compute_trail", string="Considered")

    _token_unique = models.UniqueIndex("(token)")
    _previous = models.Index("(previous_token) WHERE previous_token IS NOT NULL")
    _given = models.Index("(user_ref, date) WHERE gives")
    _dated = models.Index("(date)")
    _remembers = models.Index("(date) WHERE candidates IS NOT NULL")

    @api.model
    def _channels(self):
        """Those of a request, with what other addons add."""
        field = self.env["helpdesk.ticket"]._fields["usu_channel"]
        return field._description_selection(self.env)

    @api.depends(*REFS.values())
    def _compute_refs(self):
        for fname, ref in REFS.items():
            # sudo: names only; archived and foreign-company people are still named
            Model = self.env[self._fields[fname].comodel_name].sudo()
            there = set(Model.browse({r for r in self.mapped(ref) if r}).exists()._ids)
            for decision in self:
                decision[fname] = decision[ref] if decision[ref] in there else False

    def _search_user(self, operator, value):
        if operator not in ("in", "not in", "=", "!="):
            return NotImplemented
        return [("user_ref", operator, value)]

    @api.depends("kind", "strategy", "user_ref", "actor_ref")
    @api.depends_context("lang")
    def _compute_reason(self):
        for decision in self:
            decision.reason = self._reason_words(
                decision.kind,
                decision.strategy,
                # sudo: res.users - the name of whoever was chosen or acted
                decision.sudo().user_id.name or "",
                # sudo: res.users - as above
                decision.sudo().actor_id.name or "",
            )

    @api.model
    def _reason_words(self, kind, strategy, who, actor=""):
        """A decision as one sentence, in the reader's language."""
        _ = self.env._
        if kind == "keep":
            return _("%(who)s is responsible for the open request.", who=who)
        if kind == "queue":
            return _("Nobody could answer; the request waits in the desk's queue.")
        if kind == "preferred":
            return _("%(who)s was already dealing with the client.", who=who)
        if kind == "take":
            return _("%(who)s took the request.", who=who)
        if kind == "void":
            return _("Taken back: the request was not completed.")
        if kind == "manual":
            if not who:
                return _("%(actor)s put it back in the queue.", actor=actor)
            return _("%(actor)s gave it to %(who)s by hand.", actor=actor, who=who)
        why = self._strategy_words(strategy, who)
        if kind == "escalate":
            return _("No answer in time. %(why)s", why=why)
        if kind == "hand_over":
            return _("Handed over by %(actor)s. %(why)s", actor=actor, why=why)
        return why

    @api.model
    def _strategy_words(self, strategy, who):
        _ = self.env._
        words = {
            "owner": _("%(who)s is responsible for the open request.", who=who),
            "permanent": _("%(who)s is this client's permanent responsible.", who=who),
            "previous": _("%(who)s answered this client last time.", who=who),
            "least_loaded": _("%(who)s is the least busy of those available.", who=who),
            "round_robin": _("It is the turn of %(who)s.", who=who),
            "longest_idle": _("%(who)s has been without work the longest.", who=who),
            "fewest_today": _("%(who)s got the fewest requests today.", who=who),
            "most_experienced": _(
                "%(who)s is the most experienced of those available.", who=who
            ),
            "cheapest": _("%(who)s is the first line for such questions.", who=who),
            "head": _("%(who)s, the head of the desk, distributes by hand.", who=who),
        }
        return words.get(strategy) or _("%(who)s was chosen.", who=who)

    @api.depends("candidates")
    @api.depends_context("lang")
    def _compute_trail(self):
        names = self._names()
        for decision in self:
            decision.trail = "\n".join(
                self._candidate_words(line, names.get(line["id"], "?"))
                for line in decision.candidates or []
            )

    def _names(self):
        ids = {line["id"] for d in self for line in d.candidates or []}
        # sudo: res.users - names of the people considered
        users = self.env["res.users"].sudo().browse(ids).exists()
        return {user.id: user.name for user in users}

    @api.model
    def _candidate_words(self, line, name):
        _ = self.env._
        if line.get("excluded"):
            return _(
                "%(name)s: no, %(why)s",
                name=name,
                why=self._excluded_words(line["excluded"]),
            )
        return _(
            "%(rank)s. %(name)s (load %(load)s of %(capacity)s)",
            rank=line["rank"],
            name=name,
            load=line["load"],
            capacity=line["capacity"],
        )

    @api.model
    def _excluded_words(self, reason):
        _ = self.env._
        words = {
            "inactive": _("the account is archived"),
            "switched_off": _("does not receive requests"),
            "paused": _("paused at this desk"),
            "out_of_office": _("out of the office"),
            "on_leave": _("on leave"),
            "off_shift": _("not on shift"),
            "offline": _("not present"),
            "away": _("away from the screen"),
            "status_away": _("status “Away”"),
            "status_busy": _("status “Do Not Disturb”"),
            "status_offline": _("status “Offline”"),
            "no_capacity": _("has as many as allowed at once"),
            "level": _("not experienced enough for this request"),
            "skills": _("lacks a skill this request needs"),
            "tried": _("had it and did not answer"),
            "not_member": _("not a member of the desk"),
            "not_meant": _("not meant by this step"),
        }
        return words.get(reason, reason)

    @api.model
    def _new_token(self):
        return uuid.uuid4().hex

    @api.model
    def _chain(self, token):
        """All decisions that led to the one with this token, newest first."""
        if not token:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE chain(id, previous_token, depth) AS (
                    SELECT id, previous_token, 1 FROM usu_routing_decision
                     WHERE token = %s
                    UNION ALL
                    SELECT d.id, d.previous_token, c.depth + 1
                      FROM usu_routing_decision d
                      JOIN chain c ON d.token = c.previous_token
                     WHERE c.depth < 200)
                SELECT id FROM chain ORDER BY depth
                """,
                token,
            )
        )
        return self.browse([row[0] for row in rows])

    @api.autovacuum
    def _gc_candidates(self):
        """Forget whom old decisions considered; who was chosen and why stays."""
        # sudo: res.company - the longest retention of all companies decides
        companies = self.env["res.company"].sudo()
        [[days]] = companies._read_group([], [], ["usu_decision_days:max"])
        limit = fields.Datetime.now() - timedelta(days=max(days or 0, 1))
        self.env.cr.execute(
            SQL(
                "UPDATE usu_routing_decision SET candidates = NULL WHERE id IN"
                " (SELECT id FROM usu_routing_decision"
                "   WHERE date < %s AND candidates IS NOT NULL ORDER BY date LIMIT %s)",
                limit,
                GC_BATCH,
            )
        )
