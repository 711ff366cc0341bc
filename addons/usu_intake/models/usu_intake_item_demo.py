from pathlib import Path

from odoo import api, models
from odoo.tools import file_open, file_path

from ..tools.letter_reader import LetterReader

FOLDER = "usu_intake/demo/letters"


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    @api.model
    def _load_demo(self):
        """Letters of the demonstration clinic, sorted as real ones are."""
        server = self.env.ref("usu_intake.fetchmail_server_demo")
        names = sorted(path.name for path in Path(file_path(FOLDER)).iterdir())
        with LetterReader() as reader:
            for name in names:
                with file_open(f"{FOLDER}/{name}", "rb") as file:
                    item, new = self._store_letter(file.read(), server=server)
                if new:
                    item._process(reader)
        # one that nobody could read, to show the heap
        item, new = self._store_letter(_unreadable(), server=server)
        if new:
            with LetterReader() as reader:
                item._process(reader)


def _unreadable():
    """A letter nested deeper than any program reads."""
    head = (
        b"From: Scanner <scan@office.example>\nTo: desk@clinic.example\n"
        b"Subject: Scanned documents\nDate: Mon, 2 Mar 2026 10:20:00 +0000\n"
        b"Message-ID: <demo-6@office.example>\n"
    )
    part = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    return head + b"".join(part % (depth, depth) for depth in range(2_000))
