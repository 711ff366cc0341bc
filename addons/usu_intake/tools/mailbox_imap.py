"""Letters of an IMAP folder by UID, read without touching them.

Source: RFC 3501 (UID, UIDVALIDITY, BODY.PEEK), RFC 2177 (IDLE). Works on the
connection Odoo's ``fetchmail.server`` opens, so that OAuth log-ins keep working.
"""

import binascii
import imaplib
import re

_SIZE = re.compile(
    rb"UID (\d+)[^)]*RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)[^)]*UID (\d+)"
)
_UID = re.compile(rb"UID (\d+)")


class MailboxError(Exception):
    """The mailbox cannot be read now; its letters stay where they are."""


class ImapFolder:
    """:param connection: a logged-in ``imaplib.IMAP4``
    :param str name: the folder, as people write it
    """

    def __init__(self, connection, name="INBOX"):
        self.connection = connection
        self.name = name
        self.uidvalidity = None

    def open(self):
        name = encode_folder(self.name).replace("\\", r"\\").replace('"', r"\"")
        quoted = f'"{name}"'
        result, _data = self.connection.select(quoted)
        if result != "OK":
            raise MailboxError(f"the folder {self.name} cannot be opened")
        value = self.connection.response("UIDVALIDITY")[1]
        self.uidvalidity = int(value[0]) if value and value[0] else 0
        return self.uidvalidity

    def news(self, after, limit):
        """``[(uid, size)]`` of letters with a UID above ``after``, oldest first."""
        data = self._uid("SEARCH", None, f"UID {after + 1}:*")
        # "n:*" always names the newest letter, even below n
        uids = sorted(uid for uid in map(int, b" ".join(data).split()) if uid > after)
        uids = uids[:limit]
        if not uids:
            return []
        lines = self._uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        sizes = dict(_read_size(line) for line in lines if line)
        # a letter without a size was removed in the meantime
        return [(uid, sizes[uid]) for uid in uids if uid in sizes]

    def fetch(self, uid, limit=None):
        """The letter, or its first ``limit`` bytes; None where it has gone."""
        what = "BODY.PEEK[]" if limit is None else f"BODY.PEEK[]<0.{limit}>"
        for piece in self._uid("FETCH", str(uid), f"(UID {what})"):
            if isinstance(piece, tuple) and len(piece) > 1:
                match = _UID.search(piece[0])
                if match is None or int(match[1]) == uid:
                    return piece[1]
        return None

    def exists(self, uid):
        return bool(b" ".join(self._uid("SEARCH", None, f"UID {uid}")).split())

    def mark_seen(self, uids):
        if uids:
            self._uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", "(\\Seen)")

    def _uid(self, command, *arguments):
        try:
            result, data = self.connection.uid(command, *arguments)
        except imaplib.IMAP4.error as error:
            raise MailboxError(str(error)) from error
        if result != "OK":
            raise MailboxError(f"{command} was refused: {data!r:.200}")
        return [piece for piece in data if piece is not None]


def _read_size(line):
    line = line if isinstance(line, bytes) else line[0]
    match = _SIZE.search(line)
    if not match:
        return None, 0
    return int(match[1] or match[4]), int(match[2] or match[3])


def encode_folder(name):
    """Modified UTF-7 (RFC 3501, 5.1.3)."""
    result, pending = [], []

    def flush():
        if pending:
            text = "".join(pending).encode("utf-16-be")
            coded = binascii.b2a_base64(text).rstrip(b"\n=").replace(b"/", b",")
            result.append(f"&{coded.decode()}-")
            pending.clear()

    for char in name:
        if " " <= char <= "~":
            flush()
            result.append("&-" if char == "&" else char)
        else:
            pending.append(char)
    flush()
    return "".join(result)
