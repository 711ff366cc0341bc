from odoo import api, fields, models

from ..tools import bot_words


class UsuIntakeBotAnswer(models.Model):
    """A question clients often ask, and its answer."""

    _name = "usu.intake.bot.answer"
    _description = "Answer of the Bot"
    _order = "sequence, id"
    _rec_name = "question"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    question = fields.Char(required=True, translate=True)
    words = fields.Char(
        translate=True,
        help="Other words clients use for it: price, cost, how much",
    )
    answer = fields.Text(required=True, translate=True)
    bot_id = fields.Many2one(
        "usu.intake.bot", ondelete="cascade", index="btree_not_null"
    )
    given_count = fields.Integer("Given", readonly=True)

    @api.model
    def _find_answer(self, bot, question):
        """The best answer in the language of the context, or empty."""
        answers = self.search([("bot_id", "in", [False, bot.id])])
        known = [(a.id, f"{a.question} {a.words or ''}") for a in answers]
        return self.browse(bot_words.rank(question, known)[:1])
