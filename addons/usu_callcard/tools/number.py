"""Telephone numbers as people read them."""

import re

import phonenumbers

# fewer digits than this are an extension or a service number, never a client
MIN_LINE_DIGITS = 7


def digits(number):
    """The ASCII digits of a number, whatever alphabet it is written in."""
    found = re.findall(r"\d", number or "")
    return "".join(str(int(digit)) for digit in found)


def _parsed(e164):
    try:
        return phonenumbers.parse(e164 or "", None)
    except phonenumbers.NumberParseException:
        return None


def international(e164):
    """``+7 916 123-45-67`` for ``+79161234567``; "" for anything that is not E.164."""
    parsed = _parsed(e164)
    if not parsed:
        return ""
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def region(e164):
    """ISO code of the number's country, "" when it has none."""
    parsed = _parsed(e164)
    code = parsed and phonenumbers.region_code_for_number(parsed)
    return code if code and code != "001" else ""


def same_line(one, other):
    """Whether two ways of writing name the same line of the clinic.

    Providers send the number dialled with and without country code, so the shorter may
    be the end of the longer.
    """
    one, other = digits(one), digits(other)
    if not one or not other:
        return False
    if one == other:
        return True
    if min(len(one), len(other)) < MIN_LINE_DIGITS:
        return False
    return one.endswith(other[-9:]) or other.endswith(one[-9:])
