"""Two mono files of one call become one file with two channels: client, employee."""

import wave
from array import array
from pathlib import PurePosixPath

# endings of a recording's two files: what the client says, what the employee says
NAMED = (("-client", "-staff"),)
# what the recorded channel says and what is said to it (MixMonitor r and t; Monitor)
HEARD = (("-rx", "-tx"), ("-in", "-out"), ("_rx", "_tx"), ("_in", "_out"))
FRAMES = 1 << 16


def find_sides(path, direction, get):
    """The two one-sided files beside the mixed file ``path``.

    :param str direction: of the call. The dialplan runs on the channel that calls: on a
        call in that is the client's, on a call out the employee's
    :param get: function of a path on the PBX -> local file or None
    :return: (client's file, employee's file) or None
    """
    mixed = PurePosixPath(path)
    heard = HEARD
    if direction == "outgoing":
        heard = tuple((staff, client) for client, staff in HEARD)
    for client, staff in (*NAMED, *heard):
        names = [f"{mixed.stem}{ending}{mixed.suffix}" for ending in (client, staff)]
        found = [get(str(mixed.with_name(name))) for name in names]
        if all(found):
            return tuple(found)
    return None


def two_channels(client, staff, target):
    """Write both files into one; the shorter is followed by silence.

    :return: ``target``, or None when they do not fit together (no 16-bit mono WAV
        files, different rates): then the mixed file has to do
    """
    try:
        with wave.open(str(client)) as left, wave.open(str(staff)) as right:
            shape = left.getparams()[:3]
            if shape != right.getparams()[:3] or shape[:2] != (1, 2):
                return None
            with wave.open(str(target), "wb") as out:
                out.setnchannels(2)
                out.setsampwidth(2)
                out.setframerate(shape[2])
                _interleave(left, right, out)
    except (wave.Error, EOFError):
        return None
    return target


def _interleave(left, right, out):
    while True:
        parts = [array("h", side.readframes(FRAMES)) for side in (left, right)]
        count = max(map(len, parts))
        if not count:
            return
        for part in parts:
            part.extend(array("h", bytes(2 * (count - len(part)))))
        both = array("h", bytes(4 * count))
        both[0::2], both[1::2] = parts
        out.writeframesraw(both.tobytes())
