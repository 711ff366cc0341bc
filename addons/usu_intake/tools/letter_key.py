"""One key per letter, whichever mailbox it lies in and however often it comes."""

import hashlib

_STABLE = (b"message-id", b"from", b"to", b"cc", b"date", b"subject")


def letter_key(raw):
    """``letter:<sha256>`` over what the sender wrote.

    :param bytes raw:
    :return: str, equal for copies that differ only in what transport added
        (``Received``, ``Delivered-To``, line ends). Two letters that merely carry the
        same Message-ID differ: nobody can suppress a letter by sending its id first.
    """
    head, _separator, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    digest = hashlib.sha256()
    for line in _stable_headers(head):
        digest.update(line + b"\n")
    digest.update(b"\n" + body.strip())
    return f"letter:{digest.hexdigest()}"


def _stable_headers(head):
    lines, keep = [], False
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if keep:
                lines[-1] += b" " + line.strip()
            continue
        name, _colon, value = line.partition(b":")
        name = name.strip().lower()
        keep = name in _STABLE
        if keep:
            lines.append(name + b":" + value.strip())
    return sorted(lines)
