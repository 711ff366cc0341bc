from odoo import models


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"

    def _reason_sentences(self):
        """Key of a reason -> sentence for the reviewer, in the reader's language."""
        return {**self._proof_sentences(), **self._filter_sentences()}

    def _proof_sentences(self):
        _ = self.env._
        return {
            "dmarc_pass": _("Our mail server: the domain confirms the sender (DMARC)."),
            "dmarc_fail": _("Our mail server: the domain denies the sender (DMARC)."),
            "dkim_pass": _("Our mail server: signed by the sender's domain (DKIM)."),
            "dkim_fail": _("Our mail server: the domain's signature is broken (DKIM)."),
            "spf_pass": _("Our mail server: sent from a server of the domain (SPF)."),
            "spf_fail": _("Our mail server: not sent by the domain's servers (SPF)."),
            "no_result": _("Our mail server says nothing about the sender's domain."),
            "own_dkim_pass": _("The signature of the sender's domain is good (DKIM)."),
            "own_dkim_fail": _("The signature of the sender's domain is broken (DKIM)."),
            "no_proof": _("Nothing proves that the sender is who the letter says."),
            "foreign_reply_to": _("Answers would go to another domain (Reply-To)."),
            "lookalike": _("The address imitates a client's address."),
            "name_of_client": _(
                "It bears the name of somebody we know, with an unknown address."
            ),
        }

    def _filter_sentences(self):
        _ = self.env._
        return {
            "own_letter": _("Our own letter came back."),
            "blocked": _("The address or its domain is blocked."),
            "auto_submitted": _("Written by a program (Auto-Submitted)."),
            "report": _("A delivery report or read receipt."),
            "auto_sender": _("From an address that nobody reads (noreply, daemon)."),
            "null_return_path": _("From a mail server (empty Return-Path)."),
            "bulk": _("Bulk mail (Precedence)."),
            "auto_reply": _("An automatic reply."),
            "auto_suppress": _("Asks robots not to answer."),
            "list": _("From a mailing list or newsletter."),
            "from_none": _("It names no sender."),
            "from_several_headers": _("It names its sender twice (two From lines)."),
            "from_several_addresses": _("It names several senders."),
            "from_malformed": _("Its sender line is malformed."),
            "forged": _("Probably forged: the sender's domain speaks against it."),
            "forged_header": _(
                "It carries a forged mark of our own mail server (a trick)."
            ),
            "staff_unproved": _("It claims to be from a colleague and proves nothing."),
            "staff_without_thread": _("From a colleague, belonging to no request."),
            "staff_answer": _("A colleague answered by e-mail."),
            "spam_flag": _("The mail server marked it as spam."),
            "too_many": _("Very many letters from this address."),
            "thread": _("An answer to our letter."),
            "thread_number": _("Its subject names the client's request."),
            "known_verified": _("A known client, verified."),
            "known_unverified": _("The address of a known client."),
            "unknown": _("The address is unknown."),
            "by_hand": _("Decided by hand."),
        }
