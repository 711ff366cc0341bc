"""One small clinic with a mailbox, and letters for it."""

from datetime import datetime, timezone
from email.message import EmailMessage
from email.utils import format_datetime

from odoo.tests import TransactionCase, new_test_user

from ..models import usu_intake_item_letter
from ..tools.letter_reader import LetterReader

KNOWN = "anna@home.test"
STAFF = "head@clinic.test"
SERVER = "mx.clinic.test"


def letter(
    sender=f"Anna Petrova <{KNOWN}>",
    subject="A question",
    body="Good day, is there a free hour on Friday?",
    headers=(),
    message_id="<one@home.test>",
    files=(),
):
    """A letter as bytes; ``headers`` stand at the top, as a mail server adds them."""
    message = EmailMessage()
    for name, value in headers:
        message[name] = value
    if sender:
        message["From"] = sender
    message["To"] = "desk@clinic.test"
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc))
    if message_id:
        message["Message-ID"] = message_id
    message.set_content(body)
    for name, content in files:
        message.add_attachment(
            content, maintype="application", subtype="pdf", filename=name
        )
    return bytes(message)


def vouched(domain="home.test", result="pass"):
    """The header by which the clinic's own server confirms (or denies) a sender."""
    return (
        "Authentication-Results",
        f"{SERVER}; dkim={result} header.d={domain}; "
        f"dmarc={result} header.from={domain}",
    )


class IntakeCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.head = new_test_user(
            cls.env,
            "intake_head",
            "base.group_user,usu_routing.usu_routing_group_head",
            email=STAFF,
            name="Head of Desk",
        )
        cls.employee = new_test_user(
            cls.env,
            "intake_employee",
            "base.group_user,usu_routing.usu_routing_group_user",
            email="maria@clinic.test",
            name="Maria Keller",
        )
        cls.desk = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Reception",
                "user_ids": [(6, 0, (cls.head + cls.employee).ids)],
            }
        )
        cls.client_anna = cls.env["res.partner"].create(
            {"name": "Anna Petrova", "email": KNOWN}
        )
        cls.mailbox = cls.env["fetchmail.server"].create(
            {
                "name": "Reception mailbox",
                "server_type": "imap",
                "server": "127.0.0.1",
                "port": 9,
                "user": "desk@clinic.test",
                "password": "secret",
                "state": "done",
                "usu_intake": True,
                "usu_team_id": cls.desk.id,
                "usu_address": "desk@clinic.test",
                "usu_authserv_id": SERVER,
                "usu_check_dkim": False,
            }
        )
        cls.reader = LetterReader(seconds=20)
        cls.addClassCleanup(cls.reader.close)
        # no test asks the world's DNS for keys
        cls.keys = {}
        cls.classPatch(
            usu_intake_item_letter.KEYS, "resolve", lambda name: cls.keys.get(name, "")
        )

    def store(self, raw, server=None):
        items = self.env["usu.intake.item"]
        return items._store_letter(raw, server=server or self.mailbox)[0]

    def receive(self, raw, server=None):
        """Store and process a letter; the item."""
        item = self.store(raw, server)
        item._process(self.reader)
        self.env.flush_all()
        return item

    def counts(self):
        return {
            name: self.env[name].search_count([])
            for name in (
                *("res.partner", "helpdesk.ticket", "mail.message"),
                *("ir.attachment", "mail.followers", "mail.mail"),
            )
        }
