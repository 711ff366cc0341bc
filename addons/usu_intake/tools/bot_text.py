"""Texts on their way to Telegram.

Plain text is sent, without any markup, so that whatever an employee types arrives as
typed. Telegram counts UTF-16 units. Source: Bot API, sendMessage, read 2026-11.
"""

LIMIT = 4096
CAPTION = 1024


def units(text):
    """Length as Telegram counts it."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def split(text, limit=LIMIT):
    """Parts of at most ``limit`` units, cut at a line or word where there is one.

    Joined again (with the white space at the cuts) they are the text.
    """
    parts, text = [], text.strip()
    while units(text) > limit:
        end = _fits(text, limit)
        cut = max(text.rfind("\n", 0, end + 1), 0) or max(text.rfind(" ", 0, end), 0)
        if cut < end // 2:
            cut = end
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [part for part in [*parts, text] if part]


def _fits(text, limit):
    """Number of characters that fill ``limit`` units."""
    end, used = 0, 0
    for char in text:
        used += 2 if ord(char) > 0xFFFF else 1
        if used > limit:
            break
        end += 1
    return end
