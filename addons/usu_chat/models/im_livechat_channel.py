from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext, plaintext2html

from odoo.addons.usu_guard.tools import network
from odoo.addons.usu_routing.tools.values import Contact

from ..tools.opening import Opening

MODES = [
    ("logo", "Logo of the organisation"),
    ("employee", "Photo of one employee"),
    ("responsible", "Photo of whoever answers"),
    ("own", "A picture of its own"),
]


class ImLivechatChannel(models.Model):
    """A live chat channel bound to a desk is the reception's site chat.

    Everything this addon does hangs on ``usu_desk_id``: without a desk a channel works
    as plain live chat.
    """

    _inherit = "im_livechat.channel"

    usu_desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        "Desk",
        index="btree_not_null",
        help="Whose employees answer here. With a desk the chat is always offered, "
        "protected, and its dialogues become requests that the desk distributes.",
    )
    usu_question_ids = fields.One2many(
        "usu.chat.question", "livechat_channel_id", "Questionnaire", copy=True
    )
    usu_duty_user_id = fields.Many2one(
        "res.users",
        "On Duty",
        domain="[('share', '=', False)]",
        help="Holds the dialogues that nobody could take yet. Empty: the leader of the "
        "desk.",
    )
    usu_picture_mode = fields.Selection(MODES, "Picture of the Chat", default="logo")
    usu_picture_user_id = fields.Many2one(
        "res.users", "Employee Shown", domain="[('share', '=', False)]"
    )
    usu_picture = fields.Image("Own Picture", max_width=256, max_height=256)
    usu_picture_preview = fields.Image(
        "Preview", compute="_compute_usu_picture_preview", compute_sudo=True
    )
    usu_visitor_may_delete = fields.Boolean(
        "Visitors May Change Their Messages",
        default=True,
        help="Whether a visitor may delete or change what they wrote.",
    )
    usu_show_last_seen = fields.Boolean(
        "Show Visitors When Staff Were Online", default=True
    )
    usu_message_limit = fields.Integer(
        "Longest Message", default=4000, help="Characters a visitor may send at once."
    )
    usu_upload_limit_mb = fields.Integer("Largest File (MB)", default=10)
    usu_text_visitors = fields.Boolean(
        "Text Messages to Visitors",
        help="Visitors who left a telephone number but no e-mail address, and did not "
        "wait for the answer, get a link to it by text message.",
    )
    usu_sites = fields.Text(
        "Only on These Sites",
        help="One a line: clinic.example or *.clinic.example. Empty: wherever the "
        "general list of sites allows it.",
    )
    usu_transcript = fields.Boolean(
        "Conversation by E-mail",
        default=True,
        help="Visitors who gave an e-mail address may have the conversation sent.",
    )
    usu_launcher_code = fields.Char(
        "Light Button", compute="_compute_usu_launcher_code"
    )
    usu_keep_days = fields.Integer(
        "Keep Dialogues (days)",
        default=0,
        help="Dialogues in which nobody has written for so long, whose request is "
        "closed, are erased with their answers and visitors. 0: they are kept.",
    )
    usu_address_days = fields.Integer(
        "Keep Addresses (days)",
        default=90,
        help="After this time the visitor's IP address and pages are erased.",
    )

    _usu_limits_positive = models.Constraint(
        "CHECK(usu_message_limit > 0 AND usu_upload_limit_mb > 0"
        " AND usu_address_days > 0 AND usu_keep_days >= 0)",
        "Limits of the chat must be above zero.",
    )

    def _compute_usu_launcher_code(self):
        for channel in self:
            base = channel.get_base_url()
            channel.usu_launcher_code = (
                f'<script defer src="{base}/usu_chat/static/src/launcher/launcher.js"'
                f' data-channel="{channel.id}"></script>'
            )

    @api.constrains("usu_sites")
    def _check_usu_sites(self):
        for channel in self:
            channel._usu_site_list()

    def _usu_site_list(self):
        sites = []
        for line in (self.usu_sites or "").split():
            try:
                sites.append(network.clean_site(line))
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” is no site. Write for example clinic.example.", line
                    )
                ) from error
        return sites

    @api.depends("usu_picture_mode", "usu_picture_user_id", "usu_picture")
    def _compute_usu_picture_preview(self):
        for channel in self:
            channel.usu_picture_preview = channel._usu_picture_source()

    def _usu_picture_source(self):
        """The picture of the chat; for "whoever answers" the logo, until one does."""
        self.ensure_one()
        if self.usu_picture_mode == "own" and self.usu_picture:
            return self.usu_picture
        if self.usu_picture_mode == "employee" and self.usu_picture_user_id:
            return self.usu_picture_user_id.avatar_256
        company = self.usu_desk_id.company_id or self.env.company
        return company.logo or company.partner_id.avatar_256

    def _usu_duty_user(self):
        self.ensure_one()
        desk = self.usu_desk_id
        return (
            self.usu_duty_user_id
            or desk.user_id
            or desk.usu_agent_ids.user_id[:1]
            or desk.user_ids[:1]
            or self.user_ids[:1]
            or self.env.ref("base.user_admin")
        )

    # ------------------------------------------------------------
    # What the browser is told
    # ------------------------------------------------------------

    def _is_livechat_available(self):
        # The value is baked into pages that are cached for an hour, so it must not
        # follow anybody's presence; the live state comes with init_livechat.
        return bool(self.usu_desk_id) or super()._is_livechat_available()

    def _get_channel_infos(self):
        infos = super()._get_channel_infos()
        if self.usu_desk_id:
            company = self.usu_desk_id.company_id or self.env.company
            infos["usu_desk"] = True
            infos["usu_title"] = company.name
            infos["usu_picture_mode"] = self.usu_picture_mode
            infos["usu_picture_version"] = int(self.write_date.timestamp())
        return infos

    def _usu_state(self):
        """Whether somebody answers now and when next, for the visitor's browser."""
        self.ensure_one()
        state = self.env["usu.routing"]._desk_state(self.usu_desk_id)

        def iso(moment):
            return moment and fields.Datetime.to_string(moment)

        return {
            "open": bool(state.open),
            "staffed": bool(state.staffed),
            "closes_at": iso(state.closes_at),
            "next_opening": iso(state.next_opening),
        }

    def _usu_launcher_words(self):
        """The words of ``launcher.js``, which has no translations of its own; the
        chat's ``opening_words.js`` says the same."""
        return {
            "open": self.env._("Open the chat."),
            "online": self.env._("Online now"),
            "when": self.env._("We answer %(when)s", when="{when}"),
            "today": self.env._("today at %(hour)s", hour="{hour}"),
            "tomorrow": self.env._("tomorrow at %(hour)s", hour="{hour}"),
            "day": self.env._("on %(day)s at %(hour)s", day="{day}", hour="{hour}"),
            "soon": self.env._("We answer as soon as somebody is free"),
            "leave": self.env._("Leave a message, we will answer"),
        }

    def _usu_store_state(self, store):
        store.add_global_values(usu_chat_state=self._usu_state())

    # ------------------------------------------------------------
    # Opening a dialogue
    # ------------------------------------------------------------

    def _usu_contact(self, opening, partner=None):
        by_role = opening.by_role
        return Contact(
            partner_id=partner.id if partner else None,
            name=by_role.get("name", "") or (partner.name if partner else ""),
            phone=by_role.get("phone", ""),
            email=by_role.get("email", ""),
            country_code=opening.country_code,
            lang=opening.lang,
        )

    def _usu_route(self, opening, partner=None):
        """Hand the beginning dialogue to the desk; its answer lands in ``opening``."""
        self.ensure_one()
        contact = self._usu_contact(opening, partner)
        subject = opening.by_role.get("subject", "")
        title = subject or opening.first_text or self.env._("Question from the chat")
        # The visitor waits: no line in the request's history says that it was made.
        routing = self.env["usu.routing"].with_context(mail_create_nolog=True)
        opening.receipt = routing._receive(
            contact,
            desk=self.usu_desk_id,
            channel="chat",
            title=title.splitlines()[0][:120],
            external_id=f"chat:{opening.uuid}",
            values={"description": plaintext2html(opening.first_text or title)},
            create_client=bool(contact.name and (contact.phone or contact.email)),
        )
        user = self.env["res.users"].browse(opening.receipt.user_id or ())
        opening.operator = user or self._usu_duty_user()

    def _usu_route_dialogue(self, dialogue):
        """A chatbot hands over: its dialogue becomes a request now."""
        self.ensure_one()
        texts = dialogue.message_ids.sorted("id").filtered(
            lambda m: dialogue._usu_side(m) == "visitor"
        )
        opening = Opening(
            uuid=dialogue.uuid,
            by_role={a.role: a.value for a in dialogue.usu_answer_ids if a.role},
            first_text="\n".join(html2plaintext(m.body) for m in texts)[:2000],
            lang=dialogue.livechat_lang_id.code or "",
            country_code=dialogue.country_id.code or "",
        )
        self._usu_route(opening, dialogue.livechat_customer_partner_ids[:1])
        dialogue.usu_request_id = opening.receipt.request_id
        return opening.operator

    def _get_operator_info(self, /, **kwargs):
        opening = self.env.context.get("usu_opening")
        script_id = kwargs.get("chatbot_script_id")
        has_script = script_id and script_id in self.rule_ids.chatbot_script_id.ids
        if not self.usu_desk_id or has_script:
            return super()._get_operator_info(**kwargs)
        user = opening.operator if opening else self._usu_duty_user()
        return {
            "agent": user,
            "chatbot_script": self.env["chatbot.script"],
            "operator_partner": user.partner_id,
            "operator_model": "res.users",
        }

    def _get_channel_name(self, /, **kwargs):
        opening = self.env.context.get("usu_opening")
        name = opening and opening.by_role.get("name")
        agent = kwargs.get("agent")
        if name and agent:
            return f"{name} {agent.livechat_username or agent.name}"
        return super()._get_channel_name(**kwargs)
