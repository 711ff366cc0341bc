from odoo import models


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    def _reason_sentences(self):
        """Key of a reason -> sentence for the reviewer, in the reader's language."""
        return {**self._proof_sentences(), **self._filter_sentences()}

    def _proof_sentences(self):
        return {
            "dmarc_pass": self.env._(
                "Our mail server: the domain confirms the sender (DMARC)."
            ),
            "dmarc_fail": self.env._(
                "Our mail server: the domain denies the sender (DMARC)."
            ),
            "dkim_pass": self.env._(
                "Our mail server: signed by the sender's domain (DKIM)."
            ),
            "dkim_fail": self.env._(
                "Our mail server: the domain's signature is broken (DKIM)."
            ),
            "spf_pass": self.env._(
                "Our mail server: sent from a server of the domain (SPF)."
            ),
            "spf_fail": self.env._(
                "Our mail server: not sent by the domain's servers (SPF)."
            ),
            "no_result": self.env._(
                "Our mail server says nothing about the sender's domain."
            ),
            "own_dkim_pass": self.env._(
                "The signature of the sender's domain is good (DKIM)."
            ),
            "own_dkim_fail": self.env._(
                "The signature of the sender's domain is broken (DKIM)."
            ),
            "no_proof": self.env._(
                "Nothing proves that the sender is who the letter says."
            ),
            "foreign_reply_to": self.env._(
                "Answers would go to another domain (Reply-To)."
            ),
            "lookalike": self.env._("The address imitates a client's address."),
            "name_of_client": self.env._(
                "It bears the name of somebody we know, with an unknown address."
            ),
        }

    def _filter_sentences(self):
        return {
            "own_letter": self.env._("Our own letter came back."),
            "blocked": self.env._("The address or its domain is blocked."),
            "auto_submitted": self.env._("Written by a program (Auto-Submitted)."),
            "report": self.env._("A delivery report or read receipt."),
            "auto_sender": self.env._(
                "From an address that nobody reads (noreply, daemon)."
            ),
            "null_return_path": self.env._("From a mail server (empty Return-Path)."),
            "bulk": self.env._("Bulk mail (Precedence)."),
            "auto_reply": self.env._("An automatic reply."),
            "auto_suppress": self.env._("Asks robots not to answer."),
            "list": self.env._("From a mailing list or newsletter."),
            "from_none": self.env._("It names no sender."),
            "from_several_headers": self.env._(
                "It names its sender twice (two From lines)."
            ),
            "from_several_addresses": self.env._("It names several senders."),
            "from_malformed": self.env._("Its sender line is malformed."),
            "forged": self.env._(
                "Probably forged: the sender's domain speaks against it."
            ),
            "forged_header": self.env._(
                "It carries a forged mark of our own mail server (a trick)."
            ),
            "staff_unproved": self.env._(
                "It claims to be from a colleague and proves nothing."
            ),
            "staff_without_thread": self.env._(
                "From a colleague, belonging to no request."
            ),
            "staff_answer": self.env._("A colleague answered by e-mail."),
            "spam_flag": self.env._("The mail server marked it as spam."),
            "too_many": self.env._("Very many letters from this address."),
            "thread": self.env._("An answer to our letter."),
            "thread_number": self.env._("Its subject names the client's request."),
            "known_verified": self.env._("A known client, verified."),
            "known_unverified": self.env._("The address of a known client."),
            "unknown": self.env._("The address is unknown."),
            "by_hand": self.env._("Decided by hand."),
        }
