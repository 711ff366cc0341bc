"""Asterisk's REST interface events (ARI, Asterisk 13 and up) as facts.

ARI knows no linked id and no queue events: channels are joined by Dial, Local halves,
bridges and transfers, and a queue is seen by the dialplan's application. Source:
docs.asterisk.org, ARI data models, Asterisk 16 to 22; read 2026-11.
"""

from . import text
from .ami_events import FROM_DID, OUTGOING_LINE
from .switchboard import Transfer

LINKED = "CHANNEL(linkedid)"  # where ari.conf says channelvars=CHANNEL(linkedid)


class AriFacts:
    def __init__(self, board):
        self.board = board
        self._kinds = {
            "ChannelCreated": self._created,
            "ChannelDialplan": self._dialplan,
            "ChannelVarset": self._variable,
            "ChannelDestroyed": self._destroyed,
            "ChannelEnteredBridge": self._entered,
            "ChannelLeftBridge": self._left,
            "ChannelHold": self._hold,
            "ChannelUnhold": self._unhold,
            "BridgeBlindTransfer": self._blind,
            "BridgeAttendedTransfer": self._attended,
            "Dial": self._dial,
        }

    def feed(self, event, at):
        channel = self._see(event.get("channel"), at)
        handler = self._kinds.get(str(event.get("type")))
        if handler:
            handler(event, channel, at)

    def _see(self, snapshot, at):
        """A channel and what its snapshot says."""
        if not isinstance(snapshot, dict) or not snapshot.get("id"):
            return None
        variables = snapshot.get("channelvars") or {}
        channel = self.board.see(
            str(snapshot["id"]),
            at,
            name=str(snapshot.get("name") or ""),
            linkedid=str(variables.get(LINKED) or ""),
            state=str(snapshot.get("state") or ""),
        )
        if channel is None:
            return None
        place = snapshot.get("dialplan") or {}
        if place.get("app_name") in OUTGOING_LINE and channel.inbound is None:
            channel.inbound = False
        if place.get("app_name") == "Queue":
            self.board.queue(channel, at, str(place.get("app_data")).split(",")[0])
        if channel.inbound is not False:
            self._mended(channel, snapshot)
        return channel

    def _mended(self, channel, snapshot):
        """Name and number of a channel that called us, when not known yet."""
        caller = snapshot.get("caller") or {}
        channel.caller_name = channel.caller_name or text.name(caller.get("name"))
        if not channel.created:
            place = snapshot.get("dialplan") or {}
            channel.number = channel.number or text.number(caller.get("number"))
            context = str(place.get("context") or "")
            self.board.placed(channel, context, str(place.get("exten") or ""))

    def _created(self, event, channel, at):
        if channel is None:
            return
        snapshot = event["channel"]
        caller, place = snapshot.get("caller") or {}, snapshot.get("dialplan") or {}
        self.board.created(
            channel,
            str(snapshot.get("state") or ""),
            text.number(caller.get("number")),
            text.name(caller.get("name")),
            str(place.get("exten") or ""),
            str(place.get("context") or ""),
        )

    def _dialplan(self, event, channel, at):
        if event.get("dialplan_app") == "Queue":
            name = str(event.get("dialplan_app_data") or "").split(",")[0]
            self.board.queue(channel, at, name)

    def _variable(self, event, channel, at):
        if channel is None:
            return
        if event.get("variable") in FROM_DID:
            channel.did = channel.did or text.number(event.get("value"))
        elif event.get("variable") == "MIXMONITOR_FILENAME":
            channel.recording = str(event.get("value"))[:500]

    def _destroyed(self, event, channel, at):
        cause = str(event.get("cause") or "")
        self.board.hangup(channel, at, cause, str(event.get("cause_txt") or ""))

    def _dial(self, event, _channel, at):
        caller, peer = (
            self._see(event.get("caller"), at),
            self._see(event.get("peer"), at),
        )
        status = str(event.get("dialstatus") or "")
        number = ((event.get("peer") or {}).get("caller") or {}).get("number")
        if status in ("", "RINGING", "PROGRESS"):
            self.board.dial(
                caller, peer, at, event.get("dialstring"), text.number(number)
            )
        self.board.dial_end(caller, peer, at, status)

    def _entered(self, event, channel, at):
        self._move(event, channel, at, True)

    def _left(self, event, channel, at):
        self._move(event, channel, at, False)

    def _move(self, event, channel, at, entered):
        bridge = event.get("bridge") or {}
        holding = bridge.get("bridge_type") == "holding"
        self.board.move(channel, str(bridge.get("id") or ""), at, entered, holding)

    def _hold(self, event, channel, at):
        self.board.hold(channel, at, True)

    def _unhold(self, event, channel, at):
        self.board.hold(channel, at, False)

    def _blind(self, event, channel, at):
        if channel is None or event.get("result") not in ("Success", None):
            return
        transferee = self._see(event.get("transferee"), at)
        moved = Transfer("blind", at, channel.uid, to=str(event.get("exten") or ""))
        moved.transferee = transferee.uid if transferee else ""
        self.board.transfer(moved)

    def _attended(self, event, _channel, at):
        if event.get("result") not in ("Success", None):
            return
        names = ("transferer_first_leg", "transferer_second_leg", "transferee")
        found = [self._see(event.get(n), at) for n in (*names, "transfer_target")]
        if found[0]:
            uids = [one.uid if one else "" for one in found]
            self.board.transfer(Transfer("attended", at, *uids))

    # A list of what is alive: GET /channels and GET /bridges

    def alive(self, channels, bridges, at):
        for snapshot in channels:
            self._see(snapshot, at)
        for bridge in bridges:
            for uid in bridge.get("channels", ()):
                channel = self.board.channel(uid, at)
                if channel is not None and bridge["id"] not in channel.moves:
                    self._move({"bridge": bridge}, channel, at, True)
        self.board.only_alive({str(one["id"]) for one in channels}, at, at)
