"""The second step: digits from a picture or a recording.

Pictures and recordings are made in advance by a scheduled action (a recording costs
more than half a second of computing). Each is shown to one visitor only, for five
minutes and three tries. The answer never leaves the server.
"""

import io
import json
import secrets

from captcha.audio import AudioCaptcha
from captcha.image import ImageCaptcha

from odoo import api, models
from odoo.tools import SQL

from ..tools import tokens

CODE_SECONDS = 300
TRIES = 3
LENGTH = 5
POOL = 40
LOW = 20
SCHEMA = """
    CREATE TABLE IF NOT EXISTS usu_guard_code_issue (
        id serial PRIMARY KEY, answer text NOT NULL, image bytea NOT NULL,
        audio bytea, token bytea UNIQUE, until float8, bound jsonb,
        tries integer NOT NULL DEFAULT 0, solved boolean NOT NULL DEFAULT false);
    CREATE INDEX IF NOT EXISTS usu_guard_code_issue_pool_idx
        ON usu_guard_code_issue (id) WHERE token IS NULL;
"""


class UsuGuardCode(models.AbstractModel):
    _name = "usu.guard.code"
    _description = "Code step of the guard"

    def init(self):
        result = super().init()
        self.env.cr.execute(SCHEMA)
        return result

    # ------------------------------------------------------------
    # The visitor's way: take a code, look at it, answer
    # ------------------------------------------------------------

    @api.model
    def _take(self, action, binding=""):
        """Give the visitor a code nobody has seen.

        :return: dict ``{token, audio}``; ``audio``: whether there is a recording
        """
        ledger = self.env["usu.guard.ledger"]
        token = secrets.token_urlsafe(18)
        bound = self.env["usu.guard"]._bound_to(action, binding)
        self._refill_soon(self._pool_size(self.env.cr))
        with ledger._transaction() as cr:
            if not self._pool_size(cr):
                # never leave a visitor without a code: a picture is made at once
                self._make(cr)
            cr.execute(
                SQL(
                    "UPDATE usu_guard_code_issue SET token = %s, until = %s, bound = %s"
                    " WHERE id = (SELECT id FROM usu_guard_code_issue"
                    "  WHERE token IS NULL ORDER BY audio IS NULL, id"
                    "  LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING audio IS NOT NULL",
                    ledger._digest("code", token),
                    ledger._now() + CODE_SECONDS,
                    json.dumps(bound),
                )
            )
            return {"token": token, "audio": cr.fetchone()[0]}

    @api.model
    def _media(self, token, kind):
        """:return: the picture (PNG) or the recording (WAV), or ``None``"""
        ledger = self.env["usu.guard.ledger"]
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM usu_guard_code_issue"
                " WHERE token = %s AND until > %s AND NOT solved AND tries < %s",
                SQL.identifier("audio" if kind == "audio" else "image"),
                ledger._digest("code", token),
                ledger._now(),
                TRIES,
            )
        )
        row = self.env.cr.fetchone()
        return bytes(row[0]) if row and row[0] else None

    @api.model
    def _answer(self, token, answer):
        """Judge what the visitor typed.

        :return: dict ``{proof}``, or ``{usu_error, tries}`` with ``code_wrong`` (tries
            left) or ``code_expired`` (a new code is needed)

        Trying and judging are one statement, so that parallel guesses are counted and
        a right answer counts once.
        """
        ledger = self.env["usu.guard.ledger"]
        # a visitor may type the digits of their own alphabet
        typed = "".join(str(int(c)) for c in str(answer)[:64] if c.isdecimal())
        with ledger._transaction() as cr:
            cr.execute(
                SQL(
                    "UPDATE usu_guard_code_issue"
                    " SET tries = tries + 1, solved = (answer = %s)"
                    " WHERE token = %s AND until > %s AND NOT solved AND tries < %s"
                    " RETURNING solved, tries, bound",
                    ledger._digest("answer", typed).hex(),
                    ledger._digest("code", token),
                    ledger._now(),
                    TRIES,
                )
            )
            row = cr.fetchone()
        if not row or (not row[0] and row[1] >= TRIES):
            return {"usu_error": "code_expired", "tries": 0}
        solved, tries, bound = row
        if not solved:
            return {"usu_error": "code_wrong", "tries": TRIES - tries}
        return {"proof": self._proof(bound)}

    def _proof(self, bound):
        ledger = self.env["usu.guard.ledger"]
        until = ledger._now() + CODE_SECONDS
        sealed = tokens.seal(
            ledger._derive("code"), "code", bound, until, secrets.token_hex(12)
        )
        return f"code.{sealed}"

    # ------------------------------------------------------------
    # The pool
    # ------------------------------------------------------------

    @api.model
    def _cron_fill(self):
        """Make codes until the pool is full; drop those that are over."""
        ledger = self.env["usu.guard.ledger"]
        cron = self.env["ir.cron"]
        with ledger._transaction() as cr:
            cr.execute(
                SQL("DELETE FROM usu_guard_code_issue WHERE until < %s", ledger._now())
            )
            missing = POOL - self._pool_size(cr)
        sound = AudioCaptcha()
        for left in range(missing - 1, -1, -1):
            with ledger._transaction() as cr:
                self._make(cr, sound)
            if not cron._commit_progress(1, remaining=left):
                break

    def _pool_size(self, cr):
        cr.execute("SELECT count(audio) FROM usu_guard_code_issue WHERE token IS NULL")
        return cr.fetchone()[0]

    def _refill_soon(self, size):
        cron = self.env.ref("usu_guard.ir_cron_fill_codes", raise_if_not_found=False)
        if cron and size < LOW and size % 5 == 0:
            # sudo: ir.cron - a visitor's code makes the pool refill itself
            cron.sudo()._trigger()

    def _make(self, cr, sound=None):
        digits = "".join(secrets.choice("0123456789") for _digit in range(LENGTH))
        image = io.BytesIO()
        picture = ImageCaptcha(width=240, height=90).generate_image(digits)
        picture.save(image, format="PNG")
        cr.execute(
            SQL(
                "INSERT INTO usu_guard_code_issue (answer, image, audio)"
                " VALUES (%s, %s, %s)",
                self.env["usu.guard.ledger"]._digest("answer", digits).hex(),
                image.getvalue(),
                bytes(sound.generate(digits)) if sound else None,
            )
        )
        return digits
