"""Letters: nothing lost, nothing twice, nothing escapes.

    ./usu prove letters FOLDER [KNOWN_ADDRESSES_FILE]

puts every file of a folder through queue and processing on a scratch database and
prints one JSON line. Without a folder: hostile letters made on the spot, kill -9 at
every point of the way against a real Dovecot, and (without ``--quick``) the public
corpora, fetched through npm, apt and pip into the cache.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import env

HERE = Path(__file__).resolve().parent
BUDGET = 5.0  # seconds one letter may take


def main(argv):
    quick = "--quick" in argv
    paths = [a for a in argv if not a.startswith("-")]
    if paths:
        folder = Path(paths[0]).resolve()
        if not folder.is_dir():
            sys.exit(f"usu prove letters: {folder} is no folder")
        known = _addresses(paths[1]) if len(paths) > 1 else []
        result = through(folder, known)
        print(json.dumps(result))
        return int(bool(result["uncaught"] or result["lost"]))
    bad = made_up(60 if quick else 400)
    bad += killed(24 if quick else 300)
    if not quick:
        bad += corpora()
    print(json.dumps({"held": not bad, "broken": bad}))
    return int(bool(bad))


def through(folder, known=()):
    """Result of ``_letters_run`` for a folder on a scratch database."""
    with env.scratch() as db:
        return _shell(db, "_letters_run.py", FOLDER=str(folder), KNOWN=list(known))


def made_up(count):
    sys.path.insert(0, str(HERE))
    from _letters_hostile import hostile

    folder = Path(tempfile.mkdtemp(prefix="usu-letters-"))
    try:
        for name, raw in hostile(count):
            (folder / name).write_bytes(raw)
        return _judge("hostile letters", through(folder))
    finally:
        shutil.rmtree(folder)


def killed(count):
    """kill -9 at every point, IMAP and POP3, then to the end: each letter once."""
    from tests.dovecot import Dovecot

    bad = []
    for kind in ("imap", "pop"):
        with env.scratch() as db, Dovecot() as post:
            result = _shell(
                db,
                "_letters_kill.py",
                KIND=kind,
                COUNT=count,
                PORT=post.imap_port if kind == "imap" else post.pop_port,
                POST=post,
            )
        print(f"kill -9, {kind}: {json.dumps(result)}", flush=True)
        if result["lost"] or result["doubled"] or result["kills"] < result["points"]:
            bad.append(f"exactly once ({kind})")
    return bad


def corpora():
    sys.path.insert(0, str(HERE))
    from _letters_corpora import fetch

    bad = []
    for name, folder in fetch(env.CACHE / "letters").items():
        if folder is None:
            print(f"{name}: not reachable here, left out", flush=True)
            continue
        bad += _judge(name, through(folder), spam="spam-" in name)
    return bad


def _judge(name, result, spam=False):
    """Names of the properties that do not hold."""
    print(f"{name}: {json.dumps(result)}", flush=True)
    bad = [
        f"{name}: {key}"
        for key in ("uncaught", "lost", "raw_unreadable")
        if result[key]
    ]
    if result["slowest_seconds"] > BUDGET:
        bad.append(f"{name}: slower than {BUDGET} s")
    if any(result[k] for k in ("new_partners", "new_tickets", "new_messages")):
        bad.append(f"{name}: strangers left records")
    if result["new_attachments"] > result["letters"]:
        bad.append(f"{name}: attachments")
    if spam and result["bytes_in_database"] > 1.2 * result["bytes"]:
        bad.append(f"{name}: larger in the database than outside")
    return bad


def _shell(db, script, **names):
    post = names.pop("POST", None)
    if post:
        names |= {"ROOT": str(post.root), "IMAP": post.imap_port}
    head = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    code = f"import sys; sys.path[:0] = [{str(env.ROOT)!r}, {str(HERE)!r}]\n"
    # one exec: the interactive shell stumbles over empty lines inside functions
    code += head + f"exec(open({str(HERE / script)!r}).read())\n"
    printed = env.shell(db, code)
    lines = [x for x in printed.splitlines() if "RESULT " in x]
    if not lines:
        sys.exit(f"usu prove letters: {script} printed no result\n{printed[-2000:]}")
    return json.loads(lines[-1].split("RESULT ", 1)[1])


def _addresses(path):
    lines = Path(path).read_text().splitlines()
    return sorted({x.strip().lower() for x in lines if "@" in x})
