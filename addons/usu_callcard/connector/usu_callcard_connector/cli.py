"""The command line.

usu_callcard_connector [run] [--config FILE]   connect and go on for ever
usu_callcard_connector --check                 try both ends, say what is wrong
usu_callcard_connector reduce FILE ...         the calls in recorded streams
"""

import argparse
import json
import logging
import re
import signal
import sys
from datetime import datetime

from .config import ConfigError, load
from .reducer import Reducer

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d{4}$")
STEP = 0.001  # seconds between events of a recording without times


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="usu_callcard_connector",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", default="run", choices=["run", "reduce"])
    parser.add_argument("files", nargs="*", help="recordings (.ami.jsonl, .ari.jsonl)")
    parser.add_argument("--config", help="INI file; the environment wins over it")
    parser.add_argument("--check", action="store_true", help="try both ends and stop")
    parser.add_argument("--trunk", action="append", default=[], help="a trunk's name")
    parser.add_argument("--context", action="append", default=[], help="of calls in")
    parser.add_argument("--extensions", help="pattern of internal numbers")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    if options.command == "reduce":
        return reduce(options)
    if options.check:
        from .check import check

        return check(options.config, say)
    return run(options.config)


def say(text, stream=None):
    (stream or sys.stdout).write(f"{text}\n")


def run(path):
    from .service import Service

    try:
        service = Service(load(path))
    except (ConfigError, OSError) as why:
        say(why, sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    service.run()
    return 0


def reduce(options):
    if not options.files:
        say("reduce: which recording?", sys.stderr)
        return 2
    for path in options.files:
        try:
            calls = reduce_file(
                path, options.trunk, options.context, options.extensions
            )
        except (OSError, ValueError) as why:
            say(f"{path}: {why}", sys.stderr)
            return 1
        for call in calls:
            say(json.dumps(call, ensure_ascii=False))
    return 0


def reduce_file(path, trunks=(), contexts=(), extensions=None):
    """The calls of one recording as dicts; times are seconds since its start."""
    reducer = Reducer(trunks, contexts, extensions)
    at = 0.0
    for event in read(path):
        at = moment(event, at)
        reducer.feed(event, at)
    found = []
    for call in reducer.calls(at):
        record = vars(call)
        for name in ("seq", "type", "at", "live", "ringing", "on_hold"):
            record.pop(name)
        for name, value in record.items():
            if name.endswith("_at") and value is not None:
                record[name] = round(value, 3)
        found.append(record)
    return found


def read(path):
    """The events of a recording; lines that are none are left out."""
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                inner = event.get("event")
                if isinstance(inner, dict):  # wrapped: {"t": 1.2, "event": {...}}
                    event = {"t": event.get("t"), **inner}
                yield event


def moment(event, before):
    """When an event of a recording happened, in seconds."""
    for name in ("t", "time", "ts"):
        if isinstance(event.get(name), int | float):
            return float(event[name])
    stamp = event.get("timestamp")
    if isinstance(stamp, str) and STAMP.match(stamp):
        return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
    return before + STEP
