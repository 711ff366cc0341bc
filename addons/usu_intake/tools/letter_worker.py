"""The process that reads letters: ``python -m tools.letter_worker`` beside Odoo.

It imports nothing of Odoo, opens no file and no connection, and limits its own
memory; its parent kills it when a letter takes too long. Requests and answers go
through stdin and stdout: two big-endian lengths, JSON, raw bytes.
"""

import json
import resource
import struct
import sys

from . import dkim_check, letter

HEAD = struct.Struct(">II")


def serve(source, target):
    while head := source.read(HEAD.size):
        command_size, raw_size = HEAD.unpack(head)
        command = json.loads(source.read(command_size))
        raw = source.read(raw_size)
        values, blobs = answer(command, raw)
        values["blobs"] = [len(blob) for blob in blobs]
        data = json.dumps(values).encode()
        target.write(HEAD.pack(len(data), sum(values["blobs"])))
        target.write(data)
        for blob in blobs:
            target.write(blob)
        target.flush()


def answer(command, raw):
    try:
        if command["op"] == "dkim":
            return {"passed": dkim_check.passed(raw, command["keys"])}, []
        return letter.read(raw, with_files=command.get("with_files", False))
    # The one place where anything may happen: it is reported, never swallowed.
    except Exception as error:  # noqa: BLE001
        return _failure(error, raw)


def _failure(error, raw):
    values = {"error": f"{type(error).__name__}: {error}"[:500]}
    try:
        values["envelope"] = letter.read_headers(raw)
    except Exception as second:  # noqa: BLE001 - the first error is the one to tell
        values["envelope_error"] = type(second).__name__
    return values, []


if __name__ == "__main__":
    memory = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer)
