"""Bytes of unknown honesty into text that PostgreSQL can store.

Real letters name charsets that do not exist, name one and use another, or carry
NUL bytes. Nothing here raises.
"""

import base64
import binascii
import codecs
import quopri
import re

#: Text encodings of Python that no letter means, some of them quadratic.
_NOT_FOR_LETTERS = {
    "idna",
    "mbcs",
    "oem",
    "punycode",
    "raw_unicode_escape",
    "undefined",
    "unicode_escape",
}
#: Names found in letters -> the codec that is meant.
_ALIASES = {
    "ansi": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "ascii": "utf-8",
    "cp-850": "cp850",
    "gb2312": "gb18030",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
}
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s{1,80}(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text):
    """Without the characters PostgreSQL refuses (NUL, lone surrogates)."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def decode(data, charset=None):
    """Text of ``data``: declared charset, else UTF-8, else Windows' Latin.

    :param bytes data:
    :param str charset: the declared name, may be wrong, unknown or None
    :return: str that can be stored
    """
    for name in (charset, "utf-8"):
        codec = _codec(name)
        if not codec:
            continue
        try:
            return storable(data.decode(codec))
        except (UnicodeError, ValueError):
            continue
    codec = _codec(charset) or "utf-8"
    text = data.decode(codec, "replace")
    beyond_ascii = sum(byte > 127 for byte in data[:100_000])
    # a few broken characters: keep the declared charset; mostly broken: it was wrong
    if text[:100_000].count("\N{REPLACEMENT CHARACTER}") * 4 > beyond_ascii:
        text = data.decode("cp1252", "replace")
    return storable(text)


def _codec(name):
    name = (name or "").strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        info = codecs.lookup(name) if name and "\0" not in name else None
    except (LookupError, ValueError, UnicodeError):
        return None
    if info is None or info.name in _NOT_FOR_LETTERS or not info._is_text_encoding:
        return None
    return info.name


def header_text(value, limit=20_000):
    """A header's value for people: encoded words decoded, one line.

    :param str value: as the parser gives it, 8-bit bytes as surrogates
    :param int limit: characters looked at; the rest is left out
    """
    text = decode(value[:limit].encode("utf-8", "surrogateescape"))
    if "=?" in text:
        text = _BETWEEN_WORDS.sub(r"\1", text)
        text = _ENCODED_WORD.sub(_decode_word, text)
    return storable(" ".join(text.split()))


def _decode_word(match):
    charset, kind, payload = match.groups()
    data = payload.encode("utf-8", "replace")
    try:
        if kind in "bB":
            data = base64.b64decode(data + b"=" * (-len(data) % 4))
        else:
            data = quopri.decodestring(data, header=True)
    except (binascii.Error, ValueError):
        return match.group(0)
    # RFC 2231 section 5 allows "charset*language"
    return decode(data, charset.split("*")[0])
