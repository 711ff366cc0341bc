"""Split a letter's text into what was written now and what hangs below it.

Line by line and by plain string methods only: linear in the length of the letter,
whatever the letter contains.
"""

from .html_text import QUOTE_MARK

#: Last words of the line by which mail programs introduce a quotation.
_INTRO_ENDS = (
    "wrote:",
    "writes:",
    "a \u00e9crit :",
    "a \u00e9crit:",
    "schrieb:",
    "escribi\u00f3:",
    "ha scritto:",
    "escreveu:",
    "schreef:",
    "napisa\u0142:",
    "napisa\u0142(a):",
    "\u043d\u0430\u043f\u0438\u0441\u0430\u043b:",
    "\u043d\u0430\u043f\u0438\u0441\u0430\u043b\u0430:",
    "\u043d\u0430\u043f\u0438\u0441\u0430\u043b(\u0430):",
    "\u043d\u0430\u043f\u0438\u0441\u0430\u043b (\u0430):",
    "\u043f\u0438\u0448\u0435\u0442:",
    "\u043d\u0430\u043f\u0438\u0441\u0430\u0432:",
    "\u0563\u0580\u0565\u056c \u0567\u055d",
    "\u0563\u0580\u0565\u056c \u0567:",
    "\u0928\u0947 \u0932\u093f\u0916\u093e:",
    "\u09b2\u09bf\u0996\u09c7\u099b\u09c7\u09a8:",
    "\u0a28\u0a47 \u0a32\u0a3f\u0a16\u0a3f\u0a06:",
    "\u0932\u0947\u0916\u094d\u0928\u0941\u092d\u092f\u094b:",
)
#: German puts the address after the verb: "Am ... schrieb Anna <anna@...>:".
_INTRO_VERBS = (" schrieb ", " skrev ", " wrote ", " \u043f\u0438\u0441\u0430\u043b")
_RULES = (
    "original message",
    "urspr\u00fcngliche nachricht",
    "message d'origine",
    "mensaje original",
    "messaggio originale",
    "\u0438\u0441\u0445\u043e\u0434\u043d\u043e\u0435 \u0441\u043e\u043e\u0431\u0449"
    "\u0435\u043d\u0438\u0435",
    "\u043f\u0435\u0440\u0435\u0441\u044b\u043b\u0430\u0435\u043c\u043e\u0435",
    "forwarded message",
)
#: First words of the header block Outlook puts above a quotation.
_FIELDS = (
    ("from:", "de :", "de:", "von:", "\u043e\u0442:", "\u043e\u0442 \u043a\u043e"),
    (
        "sent:",
        "date:",
        "envoy\u00e9",
        "gesendet:",
        "enviado",
        "\u0434\u0430\u0442\u0430",
    )
    + ("\u043e\u0442\u043f\u0440\u0430\u0432\u043b\u0435\u043d",),
    ("to:", "\u00e0 :", "an:", "para:", "\u043a\u043e\u043c\u0443:"),
    ("subject:", "objet", "betreff:", "asunto:", "\u0442\u0435\u043c\u0430:"),
)
_LONGEST = 400  # characters of a line that can be an introduction


def split(text):
    """Separate the new text from signature and quotation.

    :param str text: lines separated by ``\\n``
    :return: ``(new, rest)``; ``rest`` is "" where nothing is quoted. ``new`` is never
        empty unless the whole text is: a letter that is all quotation stays whole.
        Text written between quoted lines also stays whole.
    """
    lines = text.split("\n")
    cut = next((i for i in range(len(lines)) if _opens_rest(lines, i)), None)
    if cut is None:
        return text.replace(QUOTE_MARK, "").strip("\n"), ""
    rest = lines[cut:]
    if _answered_between(rest):
        return text.replace(QUOTE_MARK, "").strip("\n"), ""
    new = "\n".join(lines[:cut]).strip("\n")
    rest = "\n".join(line for line in rest if line != QUOTE_MARK).strip("\n")
    return (new, rest) if new.strip() else (rest, "")


def _opens_rest(lines, i):
    line = lines[i]
    if line == QUOTE_MARK or line == "-- " or line.startswith(">"):
        return True
    bare = line.strip()[:_LONGEST]
    if not bare or len(line) > _LONGEST:
        return False
    low = bare.lower()
    if bare.startswith(("--", "__")) and any(rule in low for rule in _RULES):
        return True
    if _is_intro(low):
        return True
    # the introduction wrapped to a second line, followed by the quotation
    if i + 1 < len(lines) and len(lines[i + 1]) <= _LONGEST:
        both = f"{low} {lines[i + 1].strip().lower()}"
        if _is_intro(both) and not _is_intro(lines[i + 1].strip().lower(), strict=True):
            return "@" in both or _quote_follows(lines, i + 2)
    return _is_header_block(lines, i)


def _is_intro(low, strict=False):
    if not low.endswith((":", "\u055d")):
        return False
    if strict:
        return low in _INTRO_ENDS
    has_day = any(char.isdigit() for char in low) or "<" in low or "@" in low
    if not has_day:
        return False
    return low.endswith(_INTRO_ENDS) or any(verb in low for verb in _INTRO_VERBS)


def _quote_follows(lines, i):
    following = next((line for line in lines[i : i + 3] if line.strip()), "")
    return following.startswith(">") or following == QUOTE_MARK


def _is_header_block(lines, i):
    if not lines[i].strip().strip("*").lower().startswith(_FIELDS[0]):
        return False
    block = [line.strip().strip("*").lower() for line in lines[i : i + 6]]
    kinds = sum(any(line.startswith(kind) for line in block) for kind in _FIELDS)
    return kinds >= 3


def _answered_between(rest):
    """True where own lines stand below ``>`` lines: an answer point by point."""
    quoted = False
    for line in rest:
        if line in ("-- ", QUOTE_MARK):
            return False
        if line.startswith(">"):
            quoted = True
        elif quoted and line.strip() and not _is_intro(line.strip().lower()):
            return True
    return False
