"""HTML of a letter into readable text, in one pass and without rendering anything.

A quotation (as the mail programs mark it) starts with the line ``QUOTE_MARK``; links
show where they really lead.
"""

from html.parser import HTMLParser

QUOTE_MARK = "\x1e"
_BLOCKS = frozenset(
    "address article blockquote br center div dl dt fieldset form h1 h2 h3 h4 h5 h6 "
    "header hr li ol p pre section table tr ul".split()
)
_HIDDEN = frozenset("head script style template title noscript svg math".split())
_QUOTE_CLASSES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote")
_QUOTE_IDS = ("appendonsend", "divRplyFwdMsg", "reply-intro", "mail-editor-reference")


class _TextMaker(HTMLParser):
    def __init__(self, limit):
        super().__init__(convert_charrefs=True)
        self.pieces = []
        self.left = limit
        self.hidden = 0
        self.links = []

    def handle_starttag(self, tag, attrs):
        if tag in _HIDDEN:
            self.hidden += 1
            return
        values = {name: value or "" for name, value in attrs}
        if _starts_quote(tag, values):
            self._add(f"\n{QUOTE_MARK}\n")
        elif tag in _BLOCKS:
            self._add("\n")
        elif tag in ("td", "th"):
            self._add(" \t")
        if tag == "a":
            self.links.append((values.get("href", "").strip(), len(self.pieces)))
        elif tag == "img" and values.get("alt"):
            self._add(f"[{values['alt'][:200]}]")

    def handle_startendtag(self, tag, attrs):
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag == "a" and self.links:
            href, start = self.links.pop()
            shown = "".join(self.pieces[start:]).strip()
            if href.lower().startswith(("http://", "https://")) and (
                href.rstrip("/") not in (shown, shown.rstrip("/"))
            ):
                self._add(f" <{href[:500]}> ")
        elif tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data):
        if not self.hidden:
            self._add(data.replace("\r", "").replace("\n", " "))

    def _add(self, piece):
        if self.left > 0:
            self.pieces.append(piece[: self.left])
            self.left -= len(piece)


def _starts_quote(tag, values):
    if tag == "blockquote":
        return True
    if tag != "div":
        return False
    return values.get("id") in _QUOTE_IDS or any(
        name in values.get("class", "") for name in _QUOTE_CLASSES
    )


def html_to_text(html, limit=200_000):
    """Readable text of an HTML body.

    :param str html: any input; broken markup is read as browsers do, roughly
    :param int limit: characters of text kept
    :return: str, at most one empty line in a row
    """
    maker = _TextMaker(limit)
    maker.feed(_without_comments(html))
    maker.close()
    lines, empty = [], True
    for line in "".join(maker.pieces).split("\n"):
        line = " ".join(line.split()) if line != QUOTE_MARK else line
        if line or not empty:
            lines.append(line)
        empty = not line
    return "\n".join(lines).strip("\n")


def _without_comments(html):
    """In one pass; the parser looks for the end of each unclosed one anew."""
    pieces, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        pieces.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(pieces)
        at = end + 3
    return "".join([*pieces, html[at:]])
