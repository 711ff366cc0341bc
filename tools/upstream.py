"""./usu upstream [SUITE ...]: the suites of Odoo and OCA with our addons installed.

Each suite runs twice: on the template without our addons (kept in the cache) and with
them. What fails only with them is our fault and fails the command. What fails in both
is named and tolerated.
"""

import json
import re
import sys

import env
import test

SUITES = {
    "helpdesk_mgmt": "/helpdesk_mgmt",
    "im_livechat": "/im_livechat",
    "website_livechat": "/website_livechat",
    # Odoo's unit tests in the browser, by the suite of the addon that we patch
    "Hoot @im_livechat": "/web:WebSuite.test_unit_desktop[@im_livechat]",
    "Hoot @mail/discuss_app": "/web:WebSuite.test_unit_desktop[@mail/discuss_app]",
}


# the bridge to website installs itself; the others wait for apps that are not there
ROOMS = ["usu_guard", "usu_routing", "usu_chat", "usu_intake", "usu_callcard"]


# what we changed on purpose, with the reason
MEANT = {
    # a GET closed anybody's ticket there; with us it takes a POST by its owner
    "TestHelpdeskPortal.test_close_ticket",
    "TestHelpdeskPortal.test_close_ticket_invalid_stage",
}


def failures(text):
    """Names of the tests that failed in a log of Odoo's runner."""
    return sorted(set(re.findall(r" (?:FAIL|ERROR): (?:Subtest )?(\S+)", text)))


def run(source, name, tags):
    db = f"up_{re.sub('[^a-z]+', '_', name.lower())}_{source[:4]}"
    env.cluster.drop(db)
    env.cluster.clone(source, db)
    try:
        result = test.odoo_tests(f"upstream {name} {source[:4]}", db, tags)
    finally:
        env.cluster.drop(db)
    label = re.sub(r"[^a-z_]+", "-", f"upstream {name} {source[:4]}".lower())
    text = (test.LOGS / f"{label}.log").read_text(errors="replace")
    ran = re.findall(r"of (\d+) tests", text)
    return {
        "ran": int(ran[-1]) if ran else 0,
        "failed": failures(text),
        "s": result.seconds,
    }


def count(result):
    return f"{result['ran']:4} run, {len(result['failed'])} failed"


def main(argv):
    test.LOGS.mkdir(parents=True, exist_ok=True)
    suites = {name: SUITES.get(name, name) for name in argv} or SUITES
    base = env.template(env.LEAN)
    ours = env.ours(ROOMS, base=env.LEAN)
    bad = 0
    for name, tags in suites.items():
        key = re.sub(r"[^a-z_]+", "-", name.lower())
        kept = env.CACHE / f"upstream-{base}-{key}.json"
        if kept.exists():
            alone = json.loads(kept.read_text())
        else:
            alone = run(base, name, tags)
            kept.write_text(json.dumps(alone))
        with_us = run(ours, name, tags)
        known = {*alone["failed"], *MEANT}
        new = [t for t in with_us["failed"] if t not in known]
        lost = with_us["ran"] < alone["ran"] or not with_us["ran"]
        bad += bool(new or lost)
        verdict = f"NEW: {', '.join(new)}" if new else "FEWER RAN" if lost else "ok"
        print(f"{name:24} {count(alone)} alone; {count(with_us)} with ours; {verdict}")
        sys.stdout.flush()
        if alone["failed"]:
            print(f"    fails without our addons too: {', '.join(alone['failed'])}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
