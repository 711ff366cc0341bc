"""Steps of a call, as cloud providers tell them, to snapshots as connectors send them.

Pure: the call as it is known and one step give the next snapshot, in the form of
docs/developer/contracts.md. A step that comes too late changes nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """``kind``: ``ring``, ``answer`` or ``hangup``; what is not told is empty."""

    call: str
    kind: str
    direction: str
    number: str = ""
    did: str = ""
    queue: str = ""
    ringing: tuple = ()
    extension: str = ""
    cause: str = ""
    outcome: str = ""


def _iso(moment):
    return f"{moment.isoformat(timespec='milliseconds')}Z" if moment else None


def _join(*lists):
    return list(dict.fromkeys(text for texts in lists for text in texts if text))


def follow(known, step, now):
    """The snapshot after ``step``, or None when it changes nothing.

    :param dict known: ``seq, state, direction, number, did, queue, rang, ringing,
        answered_by, extension, started_at, answered_at`` of the call so far, lists and
        naive UTC times; empty for a new call
    :param Step step: what is told now
    :param datetime now: UTC, naive
    """
    if known.get("state") == "ended":
        return None
    direction = known.get("direction") or step.direction
    snapshot = {
        "call": step.call,
        "seq": known.get("seq", -1) + 1,
        "type": step.kind,
        "at": _iso(now),
        "direction": direction,
        "number": known.get("number") or step.number,
        "did": known.get("did") or step.did,
        "queue": known.get("queue") or step.queue,
        "rang": list(known.get("rang", ())),
        "ringing": list(known.get("ringing", ())),
        "answered_by": list(known.get("answered_by", ())),
        "extension": known.get("extension") or "",
        "started_at": _iso(known.get("started_at") or now),
        "answered_at": _iso(known.get("answered_at")),
    }
    _TAKE[step.kind](snapshot, step, now)
    started = known.get("started_at") or now
    answered = known.get("answered_at") or now
    if snapshot["answered_at"]:
        snapshot["wait_seconds"] = max((answered - started).total_seconds(), 0)
    return snapshot


def _ring(snapshot, step, now):
    if snapshot["direction"] == "outgoing":
        snapshot["extension"] = snapshot["extension"] or step.extension
        return
    snapshot["rang"] = _join(snapshot["rang"], step.ringing)
    if not snapshot["answered_at"]:
        snapshot["ringing"] = _join(snapshot["ringing"], step.ringing)
    else:
        # told late: somebody speaks already
        snapshot["type"] = "update"


def _answer(snapshot, step, now):
    alone = snapshot["ringing"] if len(snapshot["ringing"]) == 1 else [""]
    by = step.extension or snapshot["extension"] or alone[0]
    if snapshot["direction"] == "outgoing":
        # what was dialled is told as the one who answers: that is the client
        by = snapshot["extension"] or step.extension
        by = "" if by == snapshot["number"] else by
    snapshot["answered_by"] = _join(snapshot["answered_by"], [by])
    if snapshot["direction"] == "incoming":
        snapshot["rang"] = _join(snapshot["rang"], [by])
    snapshot["extension"] = by
    snapshot["ringing"] = []
    snapshot["answered_at"] = snapshot["answered_at"] or _iso(now)


def _hangup(snapshot, step, now):
    if step.outcome == "answered" and not snapshot["answered_at"]:
        # the provider never told of the answer
        _answer(snapshot, step, now)
        snapshot["answered_at"] = snapshot["started_at"]
    answered = bool(snapshot["answered_at"])
    snapshot["outcome"] = "answered" if answered else step.outcome or "missed"
    snapshot["ringing"] = []
    snapshot["ended_at"] = _iso(now)
    snapshot["cause"] = step.cause


_TAKE = {"ring": _ring, "answer": _answer, "hangup": _hangup}
