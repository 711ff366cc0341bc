"""Letters come at once.

``odoo-bin --addons-path=ADDONS usu_mail_listen -c odoo.conf -d DB``; the path first,
because Odoo looks for commands of addons before it reads its configuration.
"""

import signal
import sys
import threading

from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

LOOK = 30  # seconds between looks for mailboxes that were added since


class UsuMailListen(Command):
    """Wait at the IMAP folders of the front desk (IDLE) and wake the collection at
    once. Optional: without it letters are collected once a minute."""

    name = "usu_mail_listen"

    def run(self, args):
        config.parser.prog = self.prog
        config.parse_config(args, setup_logging=True)
        names = config["db_name"]
        if not names:
            sys.exit("usu_mail_listen: name the database (-d)")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
        registries = {name: Registry(name) for name in names}
        threads = {}
        while not stop.is_set():
            for name, registry in registries.items():
                if "usu.intake.folder" not in registry:
                    sys.exit(f"usu_mail_listen: {name} has no usu_intake")
                # the addon is loaded only now
                from odoo.addons.usu_intake.tools.idle_listener import (
                    IdleListener,
                    mailboxes,
                )

                for folder_id in mailboxes(registry):
                    key = (name, folder_id)
                    if key not in threads or not threads[key].is_alive():
                        listener = IdleListener(registry, folder_id, stop)
                        threads[key] = threading.Thread(
                            target=listener.run, daemon=True
                        )
                        threads[key].start()
            stop.wait(LOOK)
        for thread in threads.values():
            thread.join(3)
