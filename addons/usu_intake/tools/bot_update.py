"""What an update of the Bot API means, as plain values.

Pure functions over the raw dict: no client library, no records. Whatever is not
understood is kept as kind ``other`` instead of failing.

Source: Bot API, objects Update, Message, Contact, ChatMemberUpdated; read 2026-11.
"""

from dataclasses import dataclass

FILES = ("document", "voice", "audio", "video", "video_note", "sticker", "animation")
MEMBERS_GONE = ("kicked", "left")


@dataclass(frozen=True)
class Event:
    """:param str kind: ``text`` | ``command`` | ``contact`` | ``location`` | ``file``
        | ``words`` (a message of a kind that is told in words) | ``edit`` | ``button``
        | ``blocked`` | ``unblocked`` | ``group`` (not a private chat) | ``other``
    :param str text: text or caption; of a command what follows it
    :param str command: without slash
    :param dict file: ``{id, name, size, kind, mime}``
    :param int reply_to: message id the message quotes
    """

    kind: str
    chat_id: int = 0
    message_id: int = 0
    person: tuple = ()
    text: str = ""
    command: str = ""
    contact: dict | None = None
    location: tuple = ()
    file: dict | None = None
    reply_to: int = 0
    callback: str = ""
    date: int = 0

    def name(self):
        _id, first, last, _user, _lang = self.person or (0, "", "", "", "")
        return " ".join(part for part in (first, last) if part)


def update_id(update):
    """Its number, or None if it is no update."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def chat_of(update):
    """Id of the chat an update belongs to, 0 if to none."""
    for value in _dicts(update):
        chat = value.get("chat") or _dict(value.get("message")).get("chat")
        if isinstance(chat, dict):
            return _int(chat.get("id"))
    for value in _dicts(update):
        if isinstance(value.get("from"), dict):
            return _int(value["from"].get("id"))
    return 0


def read(update):
    """:return: `Event`"""
    if message := _dict(update.get("message")):
        return _message(message)
    if message := _dict(update.get("edited_message")):
        event = _message(message)
        if event.kind in ("group", "other"):
            return event
        return _with(event, kind="edit", text=_text(message))
    if query := _dict(update.get("callback_query")):
        return _button(query)
    if change := _dict(update.get("my_chat_member")):
        return _membership(change)
    return Event("other", chat_id=chat_of(update))


def _message(message):
    chat, base = _dict(message.get("chat")), _base(message)
    if chat.get("type") != "private":
        return Event("group", chat_id=_int(chat.get("id")))
    if _dict(message.get("from")).get("is_bot"):
        return Event("other", chat_id=base["chat_id"])
    text = _text(message)
    if contact := _dict(message.get("contact")):
        return Event("contact", contact=contact, text=text, **base)
    if place := _dict(message.get("location")):
        where = (place.get("latitude"), place.get("longitude"))
        title = _dict(message.get("venue")).get("title")
        return Event("location", location=where, text=str(title or ""), **base)
    if file := _file(message):
        return Event("file", file=file, text=text, **base)
    if text.startswith("/"):
        command, _space, rest = text[1:].partition(" ")
        name = command.partition("@")[0].lower()
        return Event("command", command=name, text=rest.strip(), **base)
    if text:
        return Event("text", text=text, **base)
    if words := _words(message):
        return Event("words", text=words, **base)
    return Event("other", chat_id=base["chat_id"])


def _base(message):
    sender = _dict(message.get("from"))
    reply = _dict(message.get("reply_to_message"))
    return {
        "chat_id": _int(_dict(message.get("chat")).get("id")),
        "message_id": _int(message.get("message_id")),
        "person": _person(sender),
        "reply_to": _int(reply.get("message_id")),
        "date": _int(message.get("date")),
    }


def _person(sender):
    return (
        _int(sender.get("id")),
        *(
            str(sender.get(key) or "")[:200]
            for key in ("first_name", "last_name", "username", "language_code")
        ),
    )


def _file(message):
    photos = message.get("photo")
    if isinstance(photos, list) and photos and isinstance(photos[-1], dict):
        photo = max(
            (p for p in photos if isinstance(p, dict)),
            key=lambda p: _int(p.get("width")),
        )
        return _file_values(photo, "photo", "photo.jpg", "image/jpeg")
    names = {
        "voice": ("voice.ogg", "audio/ogg"),
        "audio": ("audio.mp3", "audio/mpeg"),
        "video": ("video.mp4", "video/mp4"),
        "video_note": ("video.mp4", "video/mp4"),
        "animation": ("animation.mp4", "video/mp4"),
        "sticker": ("sticker.webp", "image/webp"),
        "document": ("document", "application/octet-stream"),
    }
    for kind in reversed(FILES):
        if value := _dict(message.get(kind)):
            return _file_values(value, kind, *names[kind])
    return None


def _file_values(value, kind, name, mime):
    return {
        "id": str(value.get("file_id") or ""),
        "kind": kind,
        "size": _int(value.get("file_size")),
        "name": str(value.get("file_name") or name)[:200],
        "mime": str(value.get("mime_type") or mime)[:100],
    }


def _words(message):
    """Messages without text that a person can still be told about."""
    if poll := _dict(message.get("poll")):
        return f"[{poll.get('question') or 'poll'}]"
    if dice := _dict(message.get("dice")):
        return f"{dice.get('emoji') or '🎲'} {dice.get('value') or ''}".strip()
    if _dict(message.get("story")):
        return "[story]"
    return ""


def _button(query):
    message = _dict(query.get("message"))
    chat = _dict(message.get("chat"))
    if chat and chat.get("type") != "private":
        return Event("group", chat_id=_int(chat.get("id")))
    person = _person(_dict(query.get("from")))
    return Event(
        "button",
        chat_id=_int(chat.get("id")) or person[0],
        message_id=_int(message.get("message_id")),
        person=person,
        text=str(query.get("data") or "")[:64],
        callback=str(query.get("id") or ""),
    )


def _membership(change):
    chat = _dict(change.get("chat"))
    if chat.get("type") != "private":
        return Event("group", chat_id=_int(chat.get("id")))
    status = _dict(change.get("new_chat_member")).get("status")
    kind = "blocked" if status in MEMBERS_GONE else "unblocked"
    person = _person(_dict(change.get("from")))
    return Event(kind, chat_id=_int(chat.get("id")), person=person)


def _text(message):
    value = message.get("text") or message.get("caption") or ""
    return value.strip() if isinstance(value, str) else ""


def _dicts(update):
    return [value for value in update.values() if isinstance(value, dict)]


def _dict(value):
    return value if isinstance(value, dict) else {}


def _int(value):
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _with(event, **values):
    return Event(**{**event.__dict__, **values})
