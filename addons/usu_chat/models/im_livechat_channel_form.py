from odoo import api, models, tools
from odoo.exceptions import UserError

from odoo.addons.phone_validation.tools import phone_validation

from ..tools import answers, returning
from ..tools.form import Form


class ImLivechatChannel(models.Model):
    """The questionnaire and limits of a chat, kept in memory: every visitor asks."""

    _inherit = "im_livechat.channel"  # pylint: disable=R8180

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if any(name.startswith("usu_") for name in vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _usu_with_desk(self):
        """:return: ids of the channels that are bound to a desk"""
        # sudo: im_livechat.channel - whether a desk stands behind a chat is no secret
        return frozenset(self.sudo().search([("usu_desk_id", "!=", False)]).ids)

    @api.model
    def _usu_at_desk_ids(self, channel_id):
        """The channel of this id (anything a browser sent) if it has a desk (sudo)."""
        known = isinstance(channel_id, int) and channel_id in self._usu_with_desk()
        # sudo: im_livechat.channel - visitors may use a chat that is offered to them
        return self.sudo().browse(channel_id if known else ())

    def _usu_cached_form(self):
        self.ensure_one()
        return self._usu_form_of(self.id, self.env.lang)

    @api.model
    @tools.ormcache("channel_id", "lang")
    def _usu_form_of(self, channel_id, lang):
        # sudo: im_livechat.channel - what every visitor of the chat is shown
        channel = self.with_context(lang=lang).sudo().browse(channel_id)
        questions = channel.usu_question_ids
        return Form(
            rules=tuple(questions._as_values()),
            lines=tuple(questions._for_browser()),
            texts={q.id: (q.consent_text, q.consent_version) for q in questions},
            message_limit=channel.usu_message_limit,
            may_delete=channel.usu_visitor_may_delete,
            transcript=channel.usu_transcript,
            sites=tuple(channel._usu_site_list()),
        )

    def _usu_form(self, known=None):
        """What the browser needs to ask; ``known``: role -> what is known already."""
        form = self._usu_cached_form()
        known = known or {}
        return {
            "questions": [
                {**line, "value": known.get(line["role"]) or ""}
                if known
                else dict(line)
                for line in form.lines
            ],
            "message_limit": form.message_limit,
            "may_delete": form.may_delete,
        }

    def _usu_given_before(self, guest):
        """What this guest answered before in a chat of the same company."""
        # sudo: usu.chat.answer - the guest's own answers
        answers_sudo = self.env["usu.chat.answer"].sudo()
        company = self.usu_desk_id.company_id
        mine = answers_sudo.search(
            [
                ("dialogue_id.channel_member_ids.guest_id", "=", guest.id),
                (
                    "dialogue_id.livechat_channel_id.usu_desk_id.company_id",
                    "=",
                    company.id,
                ),
                ("role", "in", returning.ROLES),
            ],
            order="id desc",
            limit=30,
        )
        return returning.latest((answer.role, answer.value) for answer in mine)

    def _usu_check_answers(self, given):
        def phone_valid(text):
            try:
                return bool(phone_validation.phone_parse(text, self._usu_country(text)))
            except UserError:
                return False

        return answers.check(self._usu_cached_form().rules, given, phone_valid)

    def _usu_country(self, phone):
        """Where a number is from; one with its country code is not asked for."""
        if phone.lstrip().startswith("+"):
            return None
        company = self.usu_desk_id.company_id or self.env.company
        return company.country_id.code

    def _usu_in_words(self, line, value):
        """A clean value as staff read it."""
        if line["kind"] == "choice":
            labels = {choice["id"]: choice["label"] for choice in line["choices"]}
            return labels.get(value, value)
        if line["kind"] in ("yesno", "consent"):
            return self.env._("Yes") if value == "yes" else self.env._("No")
        return value

    def _usu_by_role(self, values):
        """The answers that tell something about the client: role -> words."""
        return {
            line["role"]: self._usu_in_words(line, values[line["id"]])
            for line in self._usu_cached_form().lines
            if line["role"] and line["id"] in values
        }

    def _usu_answer_vals(self, opening):
        form = self._usu_cached_form()
        vals = []
        for place, line in enumerate(form.lines, 1):
            if line["id"] not in opening.values:
                continue
            text, version = form.texts[line["id"]]
            consent = line["kind"] == "consent"
            vals.append(
                {
                    "question_id": line["id"],
                    "sequence": place,
                    "label": line["label"],
                    "kind": line["kind"],
                    "role": line["role"] or False,
                    "value": self._usu_in_words(line, opening.values[line["id"]]),
                    "consent_text": text if consent else False,
                    "consent_version": version if consent else 0,
                }
            )
        return vals
