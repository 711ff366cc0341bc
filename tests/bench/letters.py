"""Letters per second: stored, processed, triaged, beside Odoo's bare message_process.

    ./usu bench letters [LETTERS]

All in one process on one database, alternating, so that the ratios mean something on
a busy machine. ``stored`` comes from a real Dovecot over IMAP, one commit per letter.
"""

import json
import sys
from pathlib import Path

import env

HERE = Path(__file__).resolve().parent


def main(argv):
    from tests.dovecot import Dovecot

    numbers = [int(a) for a in argv if a.isdigit()]
    count = numbers[0] if numbers else (40 if "--quick" in argv else 200)
    with env.scratch() as db, Dovecot() as post:
        code = (
            f"import sys; sys.path[:0] = [{str(env.ROOT)!r}]\n"
            f"COUNT = {count}\nIMAP = {post.imap_port}\nROOT = {str(post.root)!r}\n"
            f"exec(open({str(HERE / '_letters_rate.py')!r}).read())\n"
        )
        printed = env.shell(db, code)
    lines = [x for x in printed.splitlines() if "RESULT " in x]
    if not lines:
        sys.exit(f"usu bench letters: no result\n{printed[-2000:]}")
    result = json.loads(lines[-1].split("RESULT ", 1)[1])
    _table(result)
    print(json.dumps(result))
    return 0


def _table(result):
    base = result["message_process"]["per_second"]
    print(f"{'letters':24}{'per second':>12}{'CPU ms each':>14}{'x bare Odoo':>14}")
    for name, row in result.items():
        rate = row["per_second"]
        print(f"{name:24}{rate:12.1f}{row['cpu_ms']:14.1f}{rate / base:14.2f}")
