"""Which endpoints are trunks (the world outside) and which are telephones.

By setting where there is one. Without, by evidence: each observation about an endpoint
counts once, however often it is made, and the heavier side wins. Evidence only ever
adds up, so the order of events does not matter.
"""

import re
from fnmatch import fnmatch

from . import text

EXTENSION = r"\d{2,6}"
# Channels that are no telephone and no trunk
PSEUDO = {
    "Local",
    "Announcer",
    "AsyncGoto",
    "Bridge",
    "CBAnn",
    "CBRec",
    "ConfBridgeAnnouncer",
    "ConfBridgeRecorder",
    "Message",
    "MulticastRTP",
    "Parked",
    "Recorder",
    "Snoop",
    "Surrogate",
    "UnicastRTP",
    "",
}
OUTSIDE_CONTEXT = re.compile(
    r"pstn|trunk|(^|[-_])did([-_]|$)|incoming|inbound|external|provider|outside|public",
    re.IGNORECASE,
)
INSIDE_CONTEXT = re.compile(
    r"internal|from-queue|users?$|phones?$|local|office|staff", re.IGNORECASE
)
MAX_ENDPOINTS = 5000
LONG = 7  # digits of a number that no extension has


class Endpoints:
    """
    :param trunks: names of trunk endpoints, ``*`` allowed, with or without the
        technology (``PJSIP/provider``); when given, every other endpoint is a telephone
    :param contexts: dialplan contexts where calls from outside arrive
    :param extensions: regular expression of this PBX's internal numbers
    """

    def __init__(self, trunks=(), contexts=(), extensions=None):
        self.trunks = tuple(trunks)
        self.contexts = frozenset(contexts)
        self.given = bool(extensions)
        self.pattern = re.compile(f"(?:{extensions or EXTENSION})$")
        self._evidence = {}  # endpoint -> {observation: weight for "trunk"}
        self._kinds = {}

    def is_extension_number(self, value):
        return bool(value and self.pattern.match(value))

    def note(self, channel, observation, weight):
        if channel.endpoint:
            key = self._key(channel)
            self._evidence.setdefault(key, {})[observation] = weight
            self._kinds.pop(key, None)
            while len(self._evidence) > MAX_ENDPOINTS:  # ISDN has one for each caller
                self._evidence.pop(next(iter(self._evidence)))
                self._kinds.clear()

    def kind(self, channel):
        """What it is: "trunk", "extension", None for channels that are neither."""
        if channel.tech in PSEUDO:
            return None
        key = self._key(channel)
        if key not in self._kinds:
            self._kinds[key] = self._judge(channel, key)
        return self._kinds[key]

    def number(self, channel):
        """What people call this telephone: 101, also where its account is a word."""
        endpoint = channel.endpoint
        if self.is_extension_number(endpoint):
            return endpoint
        if self.is_extension_number(channel.own_number):
            return channel.own_number
        return endpoint

    def _key(self, channel):
        return channel.tech, channel.endpoint

    def _judge(self, channel, key):
        tech, endpoint = key
        if self.trunks:
            named = any(
                fnmatch(endpoint, trunk) or fnmatch(f"{tech}/{endpoint}", trunk)
                for trunk in self.trunks
            )
            if named or not self.contexts:
                return "trunk" if named else "extension"
        evidence = self._evidence.get(key, {})
        if "context given" in evidence:
            return "trunk"
        if self.contexts and "context seen" in evidence:
            return "extension"
        if self.given:
            return "extension" if self.is_extension_number(endpoint) else "trunk"
        weight = sum(evidence.values())
        if self.is_extension_number(endpoint):
            weight -= 2
        elif len(text.digits(endpoint)) >= LONG:
            weight += 2
        else:
            weight += 1
        return "trunk" if weight > 0 else "extension"

    # Observations

    def saw_creation(self, channel):
        """A new channel: its context, and who called what."""
        if channel.context:
            self._saw_context(channel)
        if channel.number and channel.number == channel.endpoint:
            self.note(channel, "calls itself so", -2)
        if not channel.inbound:
            return
        number, exten = text.digits(channel.number), text.digits(channel.exten)
        if len(number) >= LONG and len(exten) >= LONG:
            self.note(channel, "outside number calls a long number", 2)
        elif self.is_extension_number(channel.number):
            self.note(channel, "calls with a short number", -1)

    def saw_later(self, channel):
        """A channel under way: transfers may have put a client anywhere inside."""
        if channel.context in self.contexts:
            self.note(channel, "context given", 3)
        elif OUTSIDE_CONTEXT.search(channel.context):
            self.note(channel, "context of outside calls", 3)

    def _saw_context(self, channel):
        self.note(channel, "context seen", 0)
        if channel.context in self.contexts:
            self.note(channel, "context given", 3)
        elif OUTSIDE_CONTEXT.search(channel.context):
            self.note(channel, "context of outside calls", 3)
        elif INSIDE_CONTEXT.search(channel.context):
            self.note(channel, "context of telephones", -2)

    def saw_dial(self, caller, dest, dialstring):
        """Somebody was dialled: by a number behind an endpoint, or as a telephone."""
        if dest.outside:
            self.note(dest, "dialled with a number behind it", 3)
            if caller and caller.inbound:
                self.note(caller, "dials outside", -2)
            return
        if dialstring:
            self.note(dest, "dialled as a telephone", -2)
        if self.is_extension_number(dest.own_number):
            self.note(dest, "has a short number", -1)
        if caller and caller.inbound and len(text.digits(caller.exten)) >= LONG:
            self.note(caller, "long number leads to a telephone", 2)
