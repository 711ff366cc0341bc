"""Webhooks of telephone systems in the cloud, translated to our own events.

A provider is data: where its payload names the call, the numbers and the telephones,
what its words mean, and how it proves who it is. Each tells one step of a call at a
time; ``tools/steps.py`` makes snapshots of the steps.

Sources, read 2026-11: Zammad, API, Generic CTI (docs.zammad.org); Zadarma, API,
incoming call notifications (as given by a reseller); Twilio, TwiML Voice <Number> and
<Client>, Webhooks Security. Not tried against the providers themselves.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from .steps import Step


@dataclass(frozen=True)
class Hook:
    """What came in, at which address. A field sent several times is a list."""

    values: dict
    signature: str = ""
    url: str = ""


def _first(values, names, default=""):
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        if value:
            return str(value)
    return default


def _all(values, names):
    found = []
    for name in names:
        value = values.get(name) or []
        found += value if isinstance(value, list) else [value]
    return tuple(str(item) for item in found if item)


def _sha1(key, text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha1)


def _same(one, other):
    return hmac.compare_digest(one.encode(), other.encode())


def by_address(hook, key):
    """The secret part of the address is the only proof there is."""
    return True


def zadarma_signed(hook, key):
    """base64 of the hexadecimal HMAC-SHA1 over the fields of the event, joined."""
    fields = ZADARMA_SIGNED.get(hook.values.get("event"))
    if not fields or not key:
        return False
    text = "".join(str(hook.values.get(name) or "") for name in fields)
    expected = base64.b64encode(_sha1(key, text).hexdigest().encode()).decode()
    return _same(expected, hook.signature)


def twilio_signed(hook, key):
    """base64 of the HMAC-SHA1 over the address and the sorted fields of the form."""
    if not key:
        return False
    text = hook.url
    for name, value in sorted(hook.values.items()):
        several = value if isinstance(value, list) else [value]
        text += "".join(f"{name}{one}" for one in sorted(set(several)))
    expected = base64.b64encode(_sha1(key, text).digest()).decode()
    return _same(expected, hook.signature)


@dataclass(frozen=True)
class Provider:
    """How to read one provider's payload.

    Each ``*_in`` lists names of fields, the first that holds something counts.
    ``numbers`` says for each direction where the client's and the own number stand.
    """

    proof: object
    signature_header: str
    event_in: tuple
    events: dict
    call_in: tuple
    direction_in: tuple
    directions: dict
    numbers: dict
    ringing_in: tuple = ()
    extension_in: tuple = ()
    queue_in: tuple = ()
    cause_in: tuple = ()
    outcomes: dict = field(default_factory=dict)
    needs_key: bool = True

    def step(self, values):
        """One step of a call, or None for an event that says nothing to us.

        :param dict values: the payload; a field sent several times is a list
        """
        event = _first(values, self.event_in)
        kind = self.events.get(event)
        call = _first(values, self.call_in)
        if not kind or not call:
            return None
        said = _first(values, self.direction_in)
        direction = self.directions.get(said, "incoming")
        number_in, did_in = self.numbers[direction]
        cause = _first(values, self.cause_in)
        return Step(
            call=call,
            kind=kind,
            direction=direction,
            number=_first(values, number_in),
            did=_first(values, did_in),
            queue=_first(values, self.queue_in),
            ringing=_plain(_all(values, self.ringing_in)),
            extension=(_plain(_all(values, self.extension_in)) or ("",))[0],
            cause=cause,
            outcome=self.outcomes.get(cause, ""),
        )


def _plain(extensions):
    """``sip:101@clinic`` is the telephone 101."""
    return tuple(
        re.sub(r"^(sips?|client):", "", text).partition("@")[0] for text in extensions
    )


class Legs(Provider):
    """Twilio tells of each leg as a call of its own: ``ParentCallSid`` binds them.

    The first leg is the client's (or the employee's, who dials from a browser: ``From``
    is ``client:...`` then); its answer is a machine's. The legs dialled from it tell
    who rings and who answers; that one of them ended says nothing: others may ring.
    A telephone number that is dialled is an employee's mobile in a call that is known
    to come in, otherwise the client of a call out; who dials is then the ``extension``
    which the address of the callback carries.
    """

    def step(self, values):
        kind = self.events.get(_first(values, self.event_in))
        call = _first(values, self.call_in)
        if not kind or not call:
            return None
        child = bool(_first(values, ("ParentCallSid",)))
        if kind == ("hangup" if child else "answer"):
            return None
        there, here = _first(values, ("From",)), _first(values, ("To",))
        browser = there.startswith(("client:", "sip:"))
        ordered = _first(values, ("Direction",)) == "outbound-api"
        number = child and here[:1] in "+0123456789"
        out = browser or ordered or number
        own = here if child and not (number and kind == "ring") else ""
        extension = _first(values, self.extension_in, there if browser else own)
        return Step(
            call=call,
            kind=kind,
            direction="outgoing" if out else "incoming",
            number=here if out else there,
            did="" if child or browser else (there if ordered else here).lstrip("+"),
            ringing=_plain((here,)) if child else (),
            extension=_plain((extension,))[0],
            cause=_first(values, self.event_in),
            outcome=self.outcomes.get(_first(values, self.event_in), ""),
        )


_ZADARMA_IN = ("caller_id", "called_did", "call_start")
_ZADARMA_OUT = ("internal", "destination", "call_start")
ZADARMA_SIGNED = {
    "NOTIFY_START": _ZADARMA_IN,
    "NOTIFY_INTERNAL": _ZADARMA_IN,
    "NOTIFY_END": _ZADARMA_IN,
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": _ZADARMA_OUT,
    "NOTIFY_OUT_END": _ZADARMA_OUT,
}

PROVIDERS = {
    "zammad": Provider(
        proof=by_address,
        needs_key=False,
        signature_header="",
        event_in=("event",),
        events={"newCall": "ring", "answer": "answer", "hangup": "hangup"},
        call_in=("callId", "call_id"),
        direction_in=("direction",),
        directions={"in": "incoming", "out": "outgoing"},
        numbers={
            "incoming": (("from",), ("to",)),
            "outgoing": (("to",), ("from",)),
        },
        ringing_in=("user[]", "user"),
        extension_in=("answeringNumber", "answering_number", "user[]", "user"),
        queue_in=("queue",),
        cause_in=("cause",),
        outcomes={"busy": "busy", "noAnswer": "missed", "cancel": "missed"},
    ),
    "zadarma": Provider(
        proof=zadarma_signed,
        signature_header="Signature",
        event_in=("event",),
        events={
            "NOTIFY_START": "ring",
            "NOTIFY_INTERNAL": "ring",
            "NOTIFY_ANSWER": "answer",
            "NOTIFY_END": "hangup",
            "NOTIFY_OUT_START": "ring",
            "NOTIFY_OUT_END": "hangup",
        },
        call_in=("pbx_call_id",),
        direction_in=("event",),
        directions={"NOTIFY_OUT_START": "outgoing", "NOTIFY_OUT_END": "outgoing"},
        numbers={
            "incoming": (("caller_id",), ("called_did",)),
            "outgoing": (("destination",), ("caller_id",)),
        },
        ringing_in=("internal",),
        extension_in=("internal", "last_internal"),
        cause_in=("disposition",),
        outcomes={
            "answered": "answered",
            "busy": "busy",
            "cancel": "missed",
            "no answer": "missed",
            "failed": "missed",
        },
    ),
    "twilio": Legs(
        proof=twilio_signed,
        signature_header="X-Twilio-Signature",
        event_in=("CallStatus",),
        events={
            "initiated": "ring",
            "ringing": "ring",
            "in-progress": "answer",
            **dict.fromkeys(
                ("completed", "busy", "no-answer", "failed", "canceled"), "hangup"
            ),
        },
        call_in=("ParentCallSid", "CallSid"),
        direction_in=(),
        directions={},
        numbers={},
        extension_in=("extension",),
        outcomes={"busy": "busy", "no-answer": "missed", "canceled": "missed"},
    ),
}
