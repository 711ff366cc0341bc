from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import answers


class UsuChatQuestion(models.Model):
    _name = "usu.chat.question"
    _description = "Question before the chat"
    _order = "sequence, id"

    livechat_channel_id = fields.Many2one(
        "im_livechat.channel", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    help_text = fields.Char("Hint", translate=True)
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("longtext", "Long text"),
            ("email", "E-mail"),
            ("phone", "Telephone"),
            ("choice", "Choice"),
            ("date", "Date"),
            ("yesno", "Yes or no"),
            ("consent", "Consent"),
        ],
        required=True,
        default="text",
    )
    role = fields.Selection(
        [
            ("name", "Name of the client"),
            ("phone", "Telephone of the client"),
            ("email", "E-mail of the client"),
            ("subject", "Subject of the request"),
        ],
        "Tells the",
        help="What the answer is used for when the client is looked up and the "
        "request is made. Empty: the answer is only shown to the staff.",
    )
    required = fields.Boolean()
    active = fields.Boolean(default=True)
    choice_ids = fields.One2many(
        "usu.chat.question.choice", "question_id", "Choices", copy=True
    )
    consent_text = fields.Text(
        translate=True, help="What the visitor agrees to, in full."
    )
    consent_version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Grows whenever the text of the consent is changed; stored with every "
        "answer.",
    )
    shown_if_id = fields.Many2one(
        "usu.chat.question",
        "Only if",
        ondelete="set null",
        index="btree_not_null",
        domain="[('livechat_channel_id', '=', livechat_channel_id),"
        " ('kind', 'in', ('yesno', 'choice')), ('id', '!=', id)]",
        help="An earlier question; this one appears when it was answered with yes, or "
        "with the given choice.",
    )
    shown_if_kind = fields.Selection(
        related="shown_if_id.kind", string="Kind of the Condition"
    )
    shown_if_choice_id = fields.Many2one(
        "usu.chat.question.choice",
        "Is answered with",
        ondelete="set null",
        index="btree_not_null",
        domain="[('question_id', '=', shown_if_id)]",
    )

    @api.constrains("kind", "role")
    def _check_role(self):
        fitting = {"phone": ("phone",), "email": ("email",)}
        for question in self:
            kinds = fitting.get(question.role)
            if kinds and question.kind not in kinds:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” tells the %(role)s and must have that type.",
                        question=question.name,
                        role=question.role,
                    )
                )

    @api.constrains("shown_if_id", "sequence")
    def _check_shown_if_id(self):
        for question in self.filtered("shown_if_id"):
            before = question.livechat_channel_id.usu_question_ids
            before = before.sorted(lambda q: (q.sequence, q.id))
            order = before.ids
            if (
                question.shown_if_id not in before
                or question.id not in order
                or order.index(question.shown_if_id.id) >= order.index(question.id)
            ):
                raise ValidationError(
                    self.env._(
                        "“%(question)s” depends on a question that does not stand "
                        "before it. Move it down, or choose another condition.",
                        question=question.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _update_field_translations(self, *args, **kwargs):
        self.env.registry.clear_cache()
        return super()._update_field_translations(*args, **kwargs)

    def write(self, vals):
        self.env.registry.clear_cache()
        changed = self.browse()
        if "consent_text" in vals:
            changed = self.filtered(
                lambda q: q.kind == "consent" and q.consent_text != vals["consent_text"]
            )
        result = super().write(vals)
        for question in changed:
            question.consent_version += 1
        return result

    def _as_values(self):
        """The questions as plain values for the check."""
        return [
            answers.Question(
                id=question.id,
                kind=question.kind,
                required=question.required,
                choices=tuple(str(choice_id) for choice_id in question.choice_ids.ids),
                shown_if=question.shown_if_id.id or None,
                shown_value=question._shown_value(),
            )
            for question in self
        ]

    def _shown_value(self):
        if self.shown_if_id.kind == "choice":
            return str(self.shown_if_choice_id.id)
        return "yes"

    def _for_browser(self):
        """The questions as the visitor's form needs them, in the context's language."""
        return [
            {
                "id": question.id,
                "label": question.name,
                "hint": question.help_text or "",
                "kind": question.kind,
                "role": question.role or "",
                "required": question.required,
                "choices": [
                    {"id": str(choice.id), "label": choice.name}
                    for choice in question.choice_ids
                ],
                "consent": question.consent_text or "",
                "shown_if": question.shown_if_id.id or None,
                "shown_value": question._shown_value(),
            }
            for question in self
        ]
