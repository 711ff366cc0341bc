"""./usu i18n [--check] [ADDON...]: the files that translators work on.

Exports the template (.pot) of each addon from a database where all are installed, and
brings the .po of each language in step with it: new texts come in untranslated, gone
ones leave. ``--check`` changes nothing and returns 1 when a template is out of date,
when a translation lost a placeholder or a tag, or when a language that is promised to
be complete (COMPLETE) is not.
"""

import collections
import re
import sys
import tempfile
from pathlib import Path

import env
import polib

LANGUAGES = {
    **{"hi": "Hindi", "bn": "Bengali", "pa": "Punjabi"},
    **{"hy": "Armenian", "ne": "Nepali", "ru": "Russian"},
}
COMPLETE = tuple(LANGUAGES)
# dates of an export say nothing and make every export a change
DATES = ("POT-Creation-Date", "PO-Revision-Date")
EXPORT = """
from odoo.tools.translate import trans_export
for addon in {addons!r}:
    with open({folder!r} + "/" + addon + ".pot", "wb") as out:
        trans_export(False, [addon], out, "po", env)
"""
# %s %(name)s {{expression}} {name} <tag ...> </tag>
FIXED = re.compile(
    r"%\(\w+\)[.\d]*[a-z]|%[.\d]*[sdif]\b|%%|\{\{.*?\}\}|\{\w*\}|</?[a-z]+[^<>]*>"
)
# attributes that are read by people
READ = re.compile(r'((?:title|alt|placeholder|aria-label)=)"[^"]*"')


def main(argv):
    check = "--check" in argv
    addons = [a for a in argv if a != "--check"] or env.ADDONS
    unknown = set(addons) - set(env.ADDONS)
    if unknown:
        sys.exit(f"usu i18n: no such addon: {', '.join(sorted(unknown))}")
    env.start()
    bad = []
    for addon, template in export(addons).items():
        path = env.ROOT / "addons" / addon / "i18n" / f"{addon}.pot"
        bad += check_addon(path, template) if check else update(path, template)
    for fault in bad:
        print(f"   {fault}")
    print(f"{len(addons)} passed, {len(bad)} failed, 0 skipped")
    return 1 if bad else 0


def export(addons):
    """{addon: its current template}, from a database with all addons."""
    with env.scratch() as db, tempfile.TemporaryDirectory() as folder:
        env.shell(db, EXPORT.format(addons=list(addons), folder=folder))
        found = {a: polib.pofile(Path(folder, f"{a}.pot")) for a in addons}
    for template in found.values():
        for date in DATES:
            template.metadata.pop(date)
    return found


def update(path, template):
    path.parent.mkdir(exist_ok=True)
    if template and texts_of(path) != texts(template):
        template.save(path)
    for code in LANGUAGES if template else ():
        po = path.with_name(f"{code}.po")
        old = polib.pofile(po) if po.exists() else polib.POFile()
        before = str(old)
        old.metadata = dict(template.metadata, Language=code)
        old.header = template.header
        old.merge(template)
        for entry in old.obsolete_entries():
            old.remove(entry)
        old.sort(key=lambda entry: entry.msgid)
        if str(old) != before:
            old.save(po)
    return []


def texts(template):
    """What a template holds, apart from its header: {text: where and what}."""
    return {e.msgid: (e.comment, e.occurrences, e.flags) for e in template}


def texts_of(path):
    return texts(polib.pofile(path)) if path.exists() else {}


def check_addon(path, template):
    """Sentences, one for each fault in the files of an addon."""
    addon, bad = path.stem, []
    if set(texts_of(path)) != set(texts(template)):
        bad.append(f"{addon}: {path.name} is out of date: ./usu i18n {addon}")
    for code in LANGUAGES:
        po = path.with_name(f"{code}.po")
        done = {}
        if po.exists():
            done = {e.msgid: e.msgstr for e in polib.pofile(po) if e.msgstr}
        bad += [
            f"{addon}: {code}.po: placeholders or tags differ: {text!r} -> {said!r}"
            for text, said in done.items()
            if text in texts(template) and fixed(text) != fixed(said)
        ]
        missing = [e.msgid for e in template if e.msgid not in done]
        if missing and code in COMPLETE:
            bad.append(f"{addon}: {code}.po lacks {len(missing)}: {missing[0]!r} ...")
    return bad


def fixed(text):
    """What a translation keeps as it is, in any order."""
    return collections.Counter(FIXED.findall(READ.sub(r"\1", text)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
