"""Asks Telegram for updates.

``odoo-bin --addons-path=ADDONS usu_telegram_poll -c odoo.conf -d DB``; the path first,
because Odoo looks for commands of addons before it reads its configuration.
"""

import logging
import signal
import sys
import threading

from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

_logger = logging.getLogger(__name__)

LOOK = 10  # seconds between looks for bots that were connected since


class UsuTelegramPoll(Command):
    """Receive for Telegram bots in polling mode: one thread per bot, as many of these
    processes on as many nodes as you like; one of them is active for each bot."""

    name = "usu_telegram_poll"

    def run(self, args):
        config.parser.prog = self.prog
        config.parse_config(args, setup_logging=True)
        names = config["db_name"]
        if not names:
            sys.exit("usu_telegram_poll: name the database (-d)")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
        registries = {name: Registry(name) for name in names}
        threads = {}
        while not stop.is_set():
            for name, registry in registries.items():
                if "usu.intake.bot" not in registry:
                    sys.exit(f"usu_telegram_poll: {name} has no usu_intake")
                # the addon is loaded only now
                from odoo.addons.usu_intake.tools.bot_poller import Poller, bots

                for bot_id in bots(registry):
                    key = (name, bot_id)
                    if key not in threads or not threads[key].is_alive():
                        poller = Poller(registry, bot_id, stop)
                        threads[key] = threading.Thread(target=poller.run, daemon=True)
                        threads[key].start()
            stop.wait(LOOK)
        for thread in threads.values():
            thread.join(5)
