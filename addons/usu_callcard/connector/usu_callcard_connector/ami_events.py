"""Asterisk's manager events (AMI, Asterisk 13 and up) as facts.

Source: docs.asterisk.org, Asterisk 16 to 22 manager events; read 2026-11. Every channel
event carries a snapshot of its channel, so that nearly all can be learnt from any one.
"""

from . import text
from .switchboard import RING, UP, Transfer

STATES = {"0": "Down", "1": "Reserved", "3": "Dialing", "4": RING, "5": "Ringing"}
STATES |= {"6": UP, "7": "Busy"}
OUTGOING_LINE = {"AppDial", "AppDial2", "AppQueue"}
FROM_DID = {"FROM_DID", "__FROM_DID"}
# What the reducer reads; a driver may drop everything else
KINDS = frozenset(
    "AgentCalled AgentConnect AgentComplete AttendedTransfer BlindTransfer BridgeEnter "
    "BridgeLeave CoreShowChannel CoreShowChannelsComplete DialBegin DialEnd DialState "
    "Hangup Hold LocalBridge NewCallerid NewConnectedLine Newchannel Newexten Newstate "
    "Pickup QueueCallerAbandon QueueCallerJoin QueueCallerLeave Rename Unhold "
    "VarSet".split()
)


class AmiFacts:
    def __init__(self, board):
        self.board = board
        self._listed, self._since = set(), None  # a list of channels under way

    def feed(self, event, at):
        kind = text.one(event.get("Event"))
        if kind in KINDS:
            handler = getattr(self, "_" + kind.lower(), None)
            channel = self._see(event, "", at)
            if handler:
                handler(event, channel, at)

    def _see(self, event, prefix, at):
        """The channel whose fields begin with ``prefix``, with what is said of it."""
        get = _getter(event, prefix)
        uid = get("Uniqueid")
        if not uid:
            return None
        return self.board.see(
            uid,
            at,
            name=get("Channel"),
            linkedid=get("Linkedid"),
            state=STATES.get(get("ChannelState"), ""),
        )

    def _see_all(self, event, prefixes, at):
        """uids of the channels an event with several of them names."""
        found = {}
        for prefix in prefixes:
            channel = self._see(event, prefix, at)
            found[prefix] = channel.uid if channel else ""
        return found

    # Channels

    def _newchannel(self, event, channel, at):
        if channel is None:
            return
        get = _getter(event, "")
        self.board.created(
            channel,
            STATES.get(get("ChannelState"), ""),
            text.number(get("CallerIDNum")),
            text.name(get("CallerIDName")),
            get("Exten"),
            get("Context"),
        )

    def _place(self, event, channel, at):
        """A channel of which we may have missed the beginning."""
        if channel is None:
            return
        get = _getter(event, "")
        if not channel.created:
            if not channel.number and channel.inbound is not False:
                channel.number = text.number(get("CallerIDNum"))
            self.board.placed(channel, get("Context"), get("Exten"))
        # FreePBX and others look the name up in the dialplan, after the beginning
        if channel.inbound and not channel.caller_name:
            channel.caller_name = text.name(get("CallerIDName"))

    _newstate = _newcallerid = _newconnectedline = _place

    def _newexten(self, event, channel, at):
        self._place(event, channel, at)
        if text.one(event.get("Application")) == "Queue":
            self.board.queue(channel, at, text.one(event.get("AppData")).split(",")[0])

    def _varset(self, event, channel, at):
        if channel is None:
            return
        variable = text.one(event.get("Variable"))
        if variable in FROM_DID:
            channel.did = channel.did or text.number(event.get("Value"))
        elif variable == "MIXMONITOR_FILENAME":
            channel.recording = text.one(event.get("Value"))[:500]

    def _rename(self, event, channel, at):
        if channel is not None and event.get("Newname"):
            channel.name = text.one(event["Newname"])

    def _localbridge(self, event, channel, at):
        for half in ("LocalOne", "LocalTwo"):
            self._see(event, half, at)

    def _hangup(self, event, channel, at):
        self._place(event, channel, at)
        text_of = text.one(event.get("Cause-txt"))
        self.board.hangup(channel, at, text.one(event.get("Cause")), text_of)

    # Dialling

    def _dialbegin(self, event, channel, at):
        self._place(event, channel, at)
        dest = self._see(event, "Dest", at)
        own = text.number(event.get("DestCallerIDNum"))
        self.board.dial(channel, dest, at, event.get("DialString"), own)

    def _dialend(self, event, channel, at):
        dest = self._see(event, "Dest", at)
        status = text.one(event.get("DialStatus"))
        self.board.dial_end(channel, dest, at, status)

    _dialstate = _dialend

    def _pickup(self, event, channel, at):
        target = self._see(event, "Target", at)
        if channel and target:
            self.board.join(channel.uid, target.uid, at)

    # Talking

    def _bridgeenter(self, event, channel, at):
        self._place(event, channel, at)
        self._move(event, channel, at, True)

    def _bridgeleave(self, event, channel, at):
        self._move(event, channel, at, False)

    def _move(self, event, channel, at, entered):
        holding = text.one(event.get("BridgeTechnology")) == "holding_bridge"
        bridge = text.one(event.get("BridgeUniqueid"))
        self.board.move(channel, bridge, at, entered, holding)

    def _hold(self, event, channel, at):
        self.board.hold(channel, at, True)

    def _unhold(self, event, channel, at):
        self.board.hold(channel, at, False)

    def _blindtransfer(self, event, channel, at):
        if text.one(event.get("Result")) not in ("Success", ""):
            return
        uids = self._see_all(event, ("Transferer", "Transferee"), at)
        to = text.one(event.get("Extension"))
        if uids["Transferer"]:
            moved = Transfer("blind", at, uids["Transferer"], to=to)
            moved.transferee = uids["Transferee"]
            self.board.transfer(moved)

    def _attendedtransfer(self, event, channel, at):
        if text.one(event.get("Result")) not in ("Success", ""):
            return
        names = ("OrigTransferer", "SecondTransferer", "Transferee", "TransferTarget")
        uids = self._see_all(event, names, at)
        if uids["OrigTransferer"]:
            self.board.transfer(Transfer("attended", at, *uids.values()))

    # Queues

    def _queuecallerjoin(self, event, channel, at):
        self._place(event, channel, at)
        self.board.queue(channel, at, text.one(event.get("Queue")))

    _queuecallerleave = _queuecallerabandon = _queuecallerjoin

    def _agentcalled(self, event, channel, at):
        self._see(event, "Dest", at)
        self.board.queue(channel, at, text.one(event.get("Queue")))

    _agentconnect = _agentcomplete = _agentcalled

    # A list of what is alive, asked for after a connection was made

    def _coreshowchannel(self, event, channel, at):
        self._listed.add(text.one(event.get("Uniqueid")))
        self._since = at if self._since is None else min(self._since, at)
        if channel is None:
            return
        if text.one(event.get("Application")) in OUTGOING_LINE:
            channel.inbound = False
            if not channel.created and channel.dialled_at is None:
                channel.dialled_at = at
                channel.own_number = text.number(event.get("CallerIDNum"))
        self._place(event, channel, at)
        if text.one(event.get("Application")) == "Queue":
            data = text.one(event.get("ApplicationData"))
            self.board.queue(channel, at, data.split(",")[0])
        bridge = text.one(event.get("BridgeId"))
        if bridge and bridge not in channel.moves:
            self.board.move(channel, bridge, at, True)

    def _coreshowchannelscomplete(self, event, channel, at):
        since = at if self._since is None else self._since
        self.board.only_alive(self._listed, at, since)
        self._listed, self._since = set(), None


def _getter(event, prefix):
    """Field reader for one of an event's channels.

    The state and numbers of a second channel carry its prefix (DestChannelState).
    """

    def get(field):
        value = text.one(event.get(prefix + field))
        return "" if value in ("<unknown>", "<null>") else value

    return get
