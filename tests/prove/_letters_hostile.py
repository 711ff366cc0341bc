"""Letters nobody should send, made on the spot: deterministic, without a network."""

import random
import zlib

BASE = (
    b"From: X <x@stranger.test>\r\nTo: desk@clinic.test\r\nSubject: hostile\r\n"
    b"Date: Mon, 2 Mar 2026 09:30:00 +0000\r\n"
)


def hostile(count=300, seed=7):
    """Yield ``(name, raw)``: crafted ones first, then mutations of an ordinary one."""
    crafted = list(_crafted())
    yield from crafted
    dice = random.Random(seed)
    model = BASE + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + _parts(3)
    for number in range(max(0, count - len(crafted))):
        yield f"mutant{number:04}", _mutate(model, dice)


def _parts(count):
    part = b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\npart\r\n"
    return part * count + b"--b--\r\n"


def _crafted():
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
        for i in range(1_000)
    )
    bomb = zlib.compress(b"\0" * 10_000_000)
    yield "empty", b""
    yield "nul", b"\0" * 5_000
    yield "binary", bytes(range(256)) * 64
    yield "only_headers", BASE
    yield "no_headers", b"\r\n\r\nhello"
    yield "deep", BASE + deep
    yield (
        "many_parts",
        (BASE + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + _parts(10_000)),
    )
    yield "header_line_1mb", BASE + b"X-Long: " + b"a" * 1_000_000 + b"\r\n\r\nx"
    yield "subject_1mb", BASE.replace(b"hostile", b"=?utf-8?b?" * 100_000) + b"\r\nx"
    yield "from_1mb", b"From: " + b"a@b.test, " * 100_000 + b"\r\n\r\nx"
    yield (
        "to_1mb",
        BASE.replace(b"desk@", b"a@b.test, " * 100_000 + b"desk@") + b"\r\nx",
    )
    yield (
        "references_1mb",
        BASE + b"References: " + b"<a@b.test> " * 90_000 + b"\r\n\r\nx",
    )
    yield "received_many", b"Received: by x\r\n" * 20_000 + BASE + b"\r\nx"
    yield "header_many", b"X-A: b\r\n" * 50_000 + BASE + b"\r\nx"
    yield "quotes", BASE + b"\r\n" + b"On " * 300_000
    yield "quotes_lines", BASE + b"\r\n" + b"On a, b <c@d> wrote\r\n" * 40_000
    yield "angle_brackets", BASE + b"Content-Type: text/html\r\n\r\n" + b"<" * 300_000
    yield "comment", BASE + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000
    yield "divs", BASE + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000
    yield "links", BASE + b"Content-Type: text/html\r\n\r\n" + b"<a href=x>" * 60_000
    yield "entities", BASE + b"Content-Type: text/html\r\n\r\n" + b"&" * 300_000
    yield (
        "attributes",
        (BASE + b"Content-Type: text/html\r\n\r\n<p " + b"a=b " * 100_000 + b">x"),
    )
    yield "from_comments", b"From: " + b"(" * 50_000 + b"a@b.test\r\n\r\nx"
    yield "from_quotes", b"From: " + b'"' * 50_000 + b"a@b.test\r\n\r\nx"
    yield (
        "base64_junk",
        (BASE + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"!=A" * 200_000),
    )
    yield (
        "uuencode",
        BASE + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\nM",
    )
    yield "bomb", (BASE + b"Content-Type: application/zip; name=a.zip\r\n\r\n" + bomb)
    for year in (b"0000", b"0102", b"9999", b"99999999999"):
        date = b"Mon, 1 Jan %s 00:00:00 +0000" % year
        yield (
            f"year_{year.decode()}",
            (BASE.replace(b"Mon, 2 Mar 2026 09:30:00 +0000", date) + b"\r\nx"),
        )
    for name in (b"unknown-8bit", b"x" * 5_000, b"zip", b"idna", b"punycode", b"\0"):
        kind = b"Content-Type: text/plain; charset=" + name
        yield f"charset_{zlib.crc32(name):08x}", BASE + kind + b"\r\n\r\ncaf\xe9\xff"
    for value in (
        b"",
        b"<",
        b"@",
        b"a@",
        b"@b.test",
        b"\xff\xfe",
        b"=?utf-8?q?=00?= <a@b.test>",
    ):
        yield f"from_{value.hex()}", b"From: " + value + b"\r\nSubject: x\r\n\r\nx"


def _mutate(raw, dice):
    data = bytearray(raw)
    for _ in range(dice.randint(1, 12)):
        kind, at = dice.randrange(5), dice.randrange(len(data) or 1)
        if kind == 0:
            data[at : at + dice.randint(1, 30)] = b""
        elif kind == 1:
            data[at:at] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 30)))
        elif kind == 2:
            data[at:at] = data[at : at + dice.randint(1, 400)] * dice.randint(1, 20)
        elif kind == 3 and data:
            data[at % len(data)] = dice.randrange(256)
        else:
            data[at:at] = dice.choice((b"\r\n", b"\0", b"--b\r\n", b": ", b"=?", b'"'))
    return bytes(data)
