"""Letters of a POP3 mailbox by UIDL; nothing is deleted before it is stored.

Source: RFC 1939. The numbers of POP3 change with every connection, the UIDL does not.
"""

import poplib

from .mailbox_imap import MailboxError


class PopMailbox:
    """:param connection: a logged-in ``poplib.POP3``"""

    def __init__(self, connection):
        self.connection = connection
        self.numbers = {}
        self.sizes = {}

    def open(self):
        """``[uidl]`` of what lies there, oldest first."""
        try:
            lines = self.connection.uidl()[1]
            sizes = self.connection.list()[1]
        except poplib.error_proto as error:
            raise MailboxError(str(error)) from error
        pairs = [line.decode("ascii", "replace").split(None, 1) for line in lines]
        self.numbers = {uidl: int(number) for number, uidl in pairs}
        self.sizes = dict(map(int, line.split()[:2]) for line in sizes)
        return list(self.numbers)

    def size(self, uidl):
        return self.sizes.get(self.numbers[uidl], 0)

    def fetch(self, uidl, lines=None):
        """The letter, or its header and the first ``lines`` lines."""
        number = self.numbers[uidl]
        try:
            if lines is None:
                data = self.connection.retr(number)[1]
            else:
                data = self.connection.top(number, lines)[1]
        except poplib.error_proto as error:
            raise MailboxError(str(error)) from error
        return b"\r\n".join(data) + b"\r\n"

    def delete(self, uidl):
        try:
            self.connection.dele(self.numbers[uidl])
        except poplib.error_proto as error:
            raise MailboxError(str(error)) from error

    def close(self):
        """QUIT: only now the server removes what was deleted."""
        try:
            self.connection.quit()
        except (poplib.error_proto, OSError) as error:
            raise MailboxError(str(error)) from error
