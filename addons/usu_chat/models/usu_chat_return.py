from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

ACTION = "chat_return"
LINK_DAYS = 14
PATIENCE = timedelta(minutes=3)


class UsuChatReturn(models.AbstractModel):
    """Brings visitors who left back to their answer: a link by e-mail or text message.

    When an employee answers, the dialogue gets a time at which the visitor is told,
    unless they read the answer before. The message itself says nothing of what was
    written; the link opens the dialogue once, for whoever holds it.
    """

    _name = "usu.chat.return"
    _description = "Way back into a Dialogue"

    @api.model
    def _plan(self, dialogue):
        """An answer was posted: tell the visitor if they do not read it soon."""
        if dialogue.usu_tell_at or not self._reach(dialogue):
            return
        now = fields.Datetime.now()
        dialogue.usu_tell_at = now if dialogue.usu_visitor_left else now + PATIENCE
        # sudo: ir.cron - wakes the job at the moment it is due
        cron = self.env.ref("usu_chat.ir_cron_usu_chat_return").sudo()
        cron._trigger(dialogue.usu_tell_at)

    @api.model
    def _reach(self, dialogue):
        """:return: ``("email", address)``, ``("phone", number)`` or None

        Only what was given in this very dialogue, or the account of who is logged in:
        the card of a client whose telephone a stranger typed is not used.
        """
        given = {
            answer.role: answer.value
            for answer in dialogue.usu_answer_ids
            if answer.role in ("email", "phone") and answer.value
        }
        partner = self._visitor(dialogue).partner_id
        email = email_normalize(given.get("email") or partner.email or "")
        if email:
            return "email", email
        phone = given.get("phone") or partner.phone
        if phone and dialogue.livechat_channel_id.usu_text_visitors:
            return "phone", phone
        return None

    @api.model
    def _visitor(self, dialogue):
        return dialogue.channel_member_ids.filtered(
            lambda member: member.livechat_member_type == "visitor"
        )[:1]

    @api.model
    def _has_read(self, dialogue):
        answers = dialogue.message_ids.filtered(
            lambda m: m.message_type == "comment" and dialogue._usu_side(m) == "agent"
        )
        answers -= answers._filter_empty()
        last = max(answers.ids, default=0)
        return self._visitor(dialogue).seen_message_id.id >= last

    @api.model
    def _cron_tell(self, limit=100):
        """Tell the visitors whose time has come; each is told once for an answer."""
        due = self.env["discuss.channel"].search(
            [("usu_tell_at", "<=", fields.Datetime.now())], limit=limit, order="id"
        )
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for dialogue in due:
            dialogue = dialogue.try_lock_for_update()
            if not dialogue:
                continue
            if not self._has_read(dialogue):
                self._tell(dialogue)
            dialogue.usu_tell_at = False
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _tell(self, dialogue):
        reach = self._reach(dialogue)
        if not reach:
            return
        lang = dialogue.livechat_lang_id.code or self.env.lang
        self = self.with_context(lang=lang)
        desk = dialogue.livechat_channel_id.usu_desk_id
        company = desk.company_id or self.env.company
        link = self._link(dialogue)
        if reach[0] == "email":
            self._mail(reach[1], company, link)
        else:
            self._text(reach[1], company, link)

    @api.model
    def _link(self, dialogue):
        guest = self._visitor(dialogue).guest_id
        livechat = dialogue.livechat_channel_id
        if not guest:
            return livechat.web_page
        token = self.env["usu.guard"]._sign(
            ACTION,
            {"dialogue": dialogue.id, "guest": guest.id},
            timedelta(days=LINK_DAYS).total_seconds(),
        )
        return f"{livechat.get_base_url()}/usu_chat/return/{token}"

    @api.model
    def _mail(self, address, company, link):
        body = self.env["ir.qweb"]._render(
            "usu_chat.return_mail",
            {"company": company, "link": link, "days": LINK_DAYS},
            minimal_qcontext=True,
        )
        self.env["mail.mail"].create(
            {
                "subject": self.env._(
                    "%(company)s has answered you", company=company.name
                ),
                "email_from": company.email_formatted or company.catchall_formatted,
                "email_to": address,
                "body_html": body,
                "auto_delete": True,
            }
        )
        # sudo: ir.cron - the letter leaves soon, not with the next full hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _text(self, number, company, link):
        body = self.env._(
            "%(company)s has answered you: %(link)s", company=company.name, link=link
        )
        self.env["sms.sms"].create({"number": number, "body": body})

    @api.model
    def _come_back(self, token, once=True):
        """:return: the dialogue and the guest of a link, or ``(None, None)``"""
        found = self.env["usu.guard"]._redeem(ACTION, token, once=once) or {}
        # sudo: discuss.channel, mail.guest - the token says that they belong together
        dialogue = self.env["discuss.channel"].sudo().browse(found.get("dialogue"))
        dialogue = dialogue.exists()
        guest = dialogue.channel_member_ids.guest_id.filtered(
            lambda guest: guest.id == found.get("guest")
        )
        return (dialogue, guest) if guest else (None, None)
