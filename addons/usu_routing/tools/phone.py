"""Telephone numbers as people write them and exchanges deliver them -> E.164.

A number can be read in more than one way: 79161234567 is a Russian number without its
plus, and 6598765432 is an Indian mobile number or one of Singapore without its plus.
`variants` therefore returns every valid reading, the likeliest first; `normalise`
the first of them. What cannot be a client's number (short and internal numbers,
withheld numbers, words, SIP accounts) has no reading and matches nobody.

Pure functions over strings.
"""

import re
import unicodedata

import phonenumbers

SHORT = 6  # as many digits or fewer: an extension or a service number
E164_MAX = 15
# Dialled after the number: pauses, feature codes. Extensions are phonenumbers' matter.
_AFTER = re.compile(r"(?<=\d)\s*(?:[,;*#]|[pwPW](?=\d)).*$")
_EXTENSION = re.compile(
    r"(?<=[\d)\s])\s*(?:,\s*)?(?:доб(?:ав)?\w*|вн(?:утр)?\w*|дод\w*|ext\w*|extn|int\w*"
    r"|x|анг|ներք\w*|एक्स\w*)[\s.:]*\d{1,7}\s*$",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^\s*(?:sips?|tel|callto)\s*:", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")
_LETTERS = re.compile(r"[^\W\d_]")


def _plain(raw):
    """Digits of every script as ASCII, one plus in front, no extension, no name."""
    text = unicodedata.normalize("NFKC", str(raw or "")).strip()
    bracket = _IN_BRACKETS.search(text)
    text = bracket.group(1) if bracket else text
    text = _SCHEME.sub("", text).partition("@")[0].strip()
    text = "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c
        for c in text
    )
    text = _AFTER.sub("", _EXTENSION.sub("", text))
    if _LETTERS.search(text):
        return "", False
    plus = bool(re.match(r"^[\s(\[\"']*\+", text))
    return re.sub(r"\D", "", text.replace("(0)", "") if plus else text), plus


def _valid(digits, region):
    try:
        number = phonenumbers.parse(digits, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _trunk(region):
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region or "", None)
    return (metadata and metadata.national_prefix) or ""


def variants(raw, region=""):
    """Every valid reading of a number in E.164, the likeliest first.

    :param str raw: as written or delivered; may be empty, short, a word, a SIP URI
    :param str region: ISO country code in which a national number is read
    :return: list of E.164 numbers without repeats; empty: matches nobody
    """
    digits, plus = _plain(raw)
    if len(digits) <= SHORT or len(digits) > E164_MAX + 5:
        return []
    readings = []
    for prefix in ("00", "810", "011") if not plus else ():
        if digits.startswith(prefix):
            readings.append(_valid(f"+{digits[len(prefix) :]}", None))
    whole = _valid(f"+{digits}", None)
    national = "" if plus or not region else _valid(digits, region)
    # What is a whole number at home, or has the trunk prefix in front, is that: an
    # Indian mobile number 6598765432 is not one of Singapore, and 8 495 1234567 in
    # Moscow not one of Vietnam. Other long ones carry their country code.
    trunk = _trunk(region)
    at_home = national and (len(digits) <= 10 or (trunk and digits.startswith(trunk)))
    readings += [national, whole] if at_home else [whole, national]
    return list(dict.fromkeys(number for number in readings if number))


def normalise(raw, region=""):
    """The likeliest reading in E.164, empty if it is no client's number."""
    return next(iter(variants(raw, region)), "")


def tail(raw):
    """The last nine digits, by which a number is recognised whose prefix was cut or
    added on its way; empty if there are fewer."""
    digits, _plus = _plain(raw)
    return digits[-9:] if len(digits) >= 9 else ""


def looks_whole(raw):
    """A number without any valid reading may still be a client's whose prefix the
    exchange mangled; words, short and endless ones may not."""
    digits, _plus = _plain(raw)
    return 9 <= len(digits) <= E164_MAX + 3
