from odoo import models

from ..tools import thread_token, trust


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    def _acknowledge(self, request, letter, facts, receipt):
        """Tell the sender the number of the request and when an answer can come.

        Says nothing about the client. Two robots cannot play ping-pong: the letter is
        marked as automatic, automatic letters are never acknowledged, and an address
        gets one per day.
        """
        server = self.server_id
        if not server.usu_acknowledge or facts.verdict == trust.FORGED:
            return
        if not self.env["usu.intake.acknowledgement"]._first_today(facts.sender):
            return
        template = self.env.ref("usu_intake.mail_template_acknowledgement")
        lang = request.partner_id.lang or self.env.lang
        values = template.with_context(
            lang=lang, usu_next_opening=receipt.next_opening
        )._generate_template([request.id], ("subject", "body_html"))[request.id]
        message_id = request._usu_message_id()
        headers = {
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
            "Precedence": "auto_reply",
            "X-Usu-Loop": thread_token.loop_mark(request._usu_intake_secret()),
        }
        # sudo: mail.mail - one letter of ours to the address that wrote
        self.env["mail.mail"].sudo().create(
            {
                "subject": values["subject"],
                "body_html": values["body_html"],
                "email_to": facts.sender,
                "email_from": server.usu_address or request._usu_sender_address(),
                "reply_to": server.usu_address or False,
                "message_id": message_id,
                "references": " ".join(letter["message_id"]) or False,
                "headers": repr(headers),
                "auto_delete": True,
                "model": "helpdesk.ticket",
                "res_id": request.id,
            }
        )
        # sudo: ir.cron - the letter leaves soon, not with the next full hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
