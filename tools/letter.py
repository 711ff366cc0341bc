"""./usu letter known | unknown | FILE: a letter reaches the demonstration clinic.

It goes the way a mail server hands letters over: Odoo's mail gateway method, which
passes it to the intake queue; the queue's cron works on it within seconds.
"""

import sys
import xmlrpc.client
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid
from pathlib import Path

import run

SENDERS = {
    "known": ("Priya Sharma <priya@mail.example>", "pass"),
    "unknown": ("Somebody New <somebody@elsewhere.example>", "none"),
}


def compose(kind):
    sender, verdict = SENDERS[kind]
    domain = sender.rpartition("@")[2].rstrip(">")
    letter = EmailMessage()
    # what the clinic's own mail server writes on top after it has checked the sender
    letter["Authentication-Results"] = (
        f"mx.clinic.example; dmarc={verdict} header.from={domain}"
    )
    letter["Received"] = "from mail.example by mx.clinic.example; " + format_datetime(
        localtime()
    )
    letter["From"] = sender
    letter["To"] = "desk@clinic.example"
    letter["Subject"] = "A question about my appointment"
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = make_msgid(domain=domain)
    letter.set_content("Good day,\n\nmay I come an hour later on Friday?\n\nThank you")
    return letter.as_bytes()


def main(argv):
    if len(argv) != 1:
        sys.exit("usu letter: known, unknown, or a file that holds a letter")
    if argv[0] in SENDERS:
        raw = compose(argv[0])
    elif Path(argv[0]).is_file():
        raw = Path(argv[0]).read_bytes()
    else:
        sys.exit(f"usu letter: there is no file {argv[0]}")
    running = run.alive()
    if not running:
        sys.exit("usu letter: the demonstration is not running: ./usu run")
    proxy = xmlrpc.client.ServerProxy(f"{running['url']}/xmlrpc/2/object")
    gate = xmlrpc.client.ServerProxy(f"{running['url']}/xmlrpc/2/common")
    uid = gate.authenticate(run.DB, "admin", "admin", {})
    if not uid:
        sys.exit("usu letter: admin's password is not 'admin' any more")
    proxy.execute_kw(
        *(run.DB, uid, "admin", "mail.thread", "message_process"),
        ["helpdesk.ticket", xmlrpc.client.Binary(raw)],
    )
    print("delivered: see Helpdesk in a few seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
