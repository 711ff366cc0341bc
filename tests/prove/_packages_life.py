"""What happens to addons in a database, told to a running Odoo one after the other.

A program of its own, run with the Python that has the wheels:

    _packages_life.py CONF DB whole|leave|each|bridges ADDON...

``whole``    all at once: install, uninstall; nothing may be left
``leave``    the second half of it, where all are installed
``each``     one by one, in the order they need: install, update, uninstall, install
``bridges``  a bridge comes by itself with the last app that it needs, not before
Prints one line per deed and, last, JSON with the faults found.
"""

import json
import logging
import os
import sys
import time
from contextlib import contextmanager

# Odoo's folder, as odoo-bin has it, instead of this one
sys.path[0] = os.environ["USU_ODOO_PACKAGES"]

from odoo import SUPERUSER_ID, api, netsvc  # noqa: E402, I001
from odoo.modules.registry import Registry  # noqa: E402
from odoo.service import server  # noqa: E402
from odoo.sql_db import db_connect  # noqa: E402
from odoo.tools import config  # noqa: E402

# rows that describe the system itself; an addon takes its own with it
SYSTEM = (
    "ir_model",
    "ir_model_fields",
    "ir_model_fields_selection",
    "ir_model_constraint",
    "ir_model_relation",
    "ir_model_data",
    "ir_model_access",
    "ir_rule",
    "ir_ui_view",
    "ir_ui_menu",
    "ir_actions",
    "ir_cron",
    "ir_config_parameter",
    "ir_default",
    "ir_asset",
    "ir_sequence",
    "ir_exports",
    "ir_filters",
    "mail_template",
    "mail_activity_type",
    "mail_message_subtype",
    "res_groups",
    "res_groups_privilege",
    "ir_module_category",
    "resource_calendar",
    "privacy_lookup_wizard_line",
)
SCHEMA = {
    "column": "SELECT table_name || '.' || column_name || ' ' || data_type || ' '"
    " || is_nullable FROM information_schema.columns WHERE table_schema = 'public'",
    "index": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "sequence": "SELECT relname FROM pg_class WHERE relkind = 'S'",
    "function": "SELECT oid::regprocedure::text FROM pg_proc p WHERE pronamespace ="
    " 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE"
    " d.objid = p.oid AND deptype = 'e')",
    "trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
# rows of general tables that speak of a model; none may be left without it
SPEAK = {
    "ir_attachment": "res_model",
    "mail_message": "model",
    "mail_followers": "res_model",
    "mail_activity": "res_model",
    "ir_property": "res_id",
}
LABELS = {
    "ir_model": "model",
    "ir_model_fields": "model || '.' || name",
    "ir_model_fields_selection": "value || name::text",
    "ir_model_constraint": "name",
    "ir_model_data": "module || '.' || name",
    "ir_config_parameter": "key",
    "ir_ui_view": "coalesce(key, name) || coalesce(arch_fs, '')",
}
# what stands in a row, without numbers of other rows and times
CONTENT = r"""(SELECT string_agg(key || '=' || value, ' ' ORDER BY key)
    FROM jsonb_each_text(to_jsonb(t))
   WHERE key !~ '(^|_)(id|uid|date|path|action|model|module|lastcall|nextcall)$')"""
# what Odoo 19.0 itself leaves of every addon, its own as well (survey, project): the
# note of a foreign key, the name of "this model inherits mail.thread"
OF_ODOO = {
    "ir_model_constraint": "type <> 'f'",
    "ir_model_data": r"name NOT LIKE 'model\_inherit\_\_%'"
    r" AND NOT (module = 'base' AND name LIKE 'module\_%')",
}
faults, noise = [], []


class Noise(logging.Handler):
    def emit(self, record):
        noise.append(f"{record.levelname} {record.name}: {record.getMessage()[:300]}")


@contextmanager
def environment(db):
    with Registry(db).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


class Life:
    def __init__(self, db, addons):
        self.db = db
        self.addons = addons

    def snapshot(self, db=None):
        """``{kind: names}`` of all that an addon could leave behind."""
        with db_connect(db or self.db).cursor() as cr:
            found = {kind: self._column(cr, sql) for kind, sql in SCHEMA.items()}
            for table in SYSTEM:
                if found["column"] & {f"{table}.id integer NO"}:
                    found[table] = self._column(cr, self._labels(table))
            for table, column in SPEAK.items():
                if any(c.startswith(f"{table}.{column} ") for c in found["column"]):
                    models = self._column(cr, "SELECT model FROM ir_model")
                    rows = f"SELECT DISTINCT {column} FROM {table}"
                    spoken = self._column(cr, rows) - models - {None}
                    found[f"{table} without a model"] = spoken
            return found

    @staticmethod
    def _labels(table):
        """Rows by what names them or stands in them: their numbers come and go."""
        label = LABELS.get(table, CONTENT)
        return f"SELECT {label} FROM {table} t WHERE {OF_ODOO.get(table, 'TRUE')}"

    @staticmethod
    def _column(cr, sql):
        cr.execute(sql)
        return {row[0] for row in cr.fetchall()}

    def do(self, verb, *names):
        begun = time.monotonic()
        before = len(noise)
        with environment(self.db) as env:
            modules = env["ir.module.module"].search([("name", "in", names)])
            if len(modules) != len(names):
                raise SystemExit(f"not all known: {names}")
            getattr(modules, f"button_immediate_{verb}")()
        self.told(verb, names, begun, noise[before:])

    def told(self, verb, names, begun, said):
        what = f"{verb} {', '.join(names)}"
        print(f"   {time.monotonic() - begun:5.1f} s  {what}", flush=True)
        faults.extend(f"{what}: log: {line}" for line in said)
        self.check_bridges(what)

    def states(self):
        with environment(self.db) as env:
            found = env["ir.module.module"].search([])
            needs = {
                m.name: m.dependencies_id.filtered("auto_install_required").mapped(
                    "name"
                )
                for m in found
                if m.auto_install and m.name in self.addons
            }
            return {m.name: m.state for m in found}, needs

    def check_bridges(self, what):
        """A bridge is installed exactly when its apps are."""
        states, needs = self.states()
        odd = [n for n, s in states.items() if s not in ("installed", "uninstalled")]
        for name in odd:
            if states[name] != "uninstallable":
                faults.append(f"{what}: {name} stays {states[name]}")
        if what.startswith(("uninstall", "bridge")):
            return
        for bridge, apps in needs.items():
            there = all(states.get(app) == "installed" for app in apps)
            if there != (states[bridge] == "installed"):
                faults.append(f"{what}: {bridge} is {states[bridge]}, apps {apps}")

    def same(self, what, wanted):
        """Compare the database with an earlier snapshot."""
        now = self.snapshot()
        for kind, names in wanted.items():
            more = sorted(map(str, now.get(kind, set()) - names))
            less = sorted(map(str, names - now.get(kind, set())))
            for sign, group in (("left behind", more), ("lost", less)):
                if group:
                    shown = "; ".join(n[:160] for n in group[:4])
                    faults.append(f"{what}: {sign}: {len(group)} {kind}: {shown}")

    def installed(self, db=None):
        with db_connect(db or self.db).cursor() as cr:
            return self._column(
                cr, "SELECT name FROM ir_module_module WHERE state = 'installed'"
            )

    def away(self, addons, before):
        """Uninstall, and what was installed for their sake."""
        self.do("uninstall", *addons)
        if others := self.installed() - before:
            self.do("uninstall", *others)

    def whole(self):
        bare, before = self.snapshot(), self.installed()
        self.do("install", *self.addons)
        self.use()
        self.away(self.addons, before)
        self.same("all uninstalled", bare)

    def leave(self):
        """All are there: take them away, compare with a database that never had any."""
        bare = self.snapshot(os.environ["USU_BARE"])
        self.use()
        self.away(self.addons, self.installed(os.environ["USU_BARE"]))
        self.same("all uninstalled", bare)

    def each(self):
        for addon in self.addons:
            states, needs = self.states()
            bare, before = self.snapshot(), self.installed()
            if states[addon] == "installed":  # a bridge that came by itself
                self.do("upgrade", addon)
                self.same(f"{addon} updated", bare)
                self.do("uninstall", addon)
                without = self.snapshot()
                self.named(addon)
                self.do("install", addon)
                self.same(f"{addon} installed again", bare)
                self.do("uninstall", addon)
                self.same(f"{addon} uninstalled again", without)
                self.do("install", addon)
                continue
            self.do("install", addon)
            full = self.snapshot()
            self.do("upgrade", addon)
            self.same(f"{addon} updated", full)
            self.use()
            self.away([addon], before)
            self.same(f"{addon} uninstalled", bare)
            self.do("install", addon)
            self.same(f"{addon} installed again", full)

    def named(self, addon):
        """Nothing of a bridge that is gone may carry its name."""
        for kind, names in self.snapshot().items():
            mine = [n for n in map(str, names) if f"{addon}." in n]
            if mine:
                faults.append(f"{addon} uninstalled: {kind}: {mine[:4]}")

    def use(self):
        """A request arrives, so that there is something to take away."""
        with environment(self.db) as env:
            if "usu.routing" not in env:
                return
            from odoo.addons.usu_routing.tools.values import Contact

            desk = env["helpdesk.ticket.team"].search([], limit=1)
            env["usu.routing"]._receive(
                Contact(name="A client", phone="+37477123456"),
                desk=desk,
                channel="form",
                title="A question",
                body="When are you open?",
                external_id=f"form:{time.monotonic()}",
            )

    def bridges(self):
        states, needs = self.states()
        base = [a for a in self.addons if a not in needs]
        self.do("install", *base)
        for bridge, apps in needs.items():
            for app in sorted(apps):
                if self.states()[0][app] != "installed":
                    self.do("install", app)
            print(f"           {bridge}: {self.states()[0][bridge]}", flush=True)


def main(conf, db, deed, *addons):
    os.environ.setdefault("TZ", "UTC")
    config.parse_config(["-c", conf, "-d", db, "--no-http", "--log-level=warn"])
    netsvc.init_logger()
    logging.getLogger().addHandler(Noise(logging.WARNING))
    server.load_server_wide_modules()
    life = Life(db, addons)
    with environment(db) as env:
        env["ir.module.module"].update_list()
    noise.clear()
    getattr(life, deed)()
    where = {
        a: sys.modules[f"odoo.addons.{a}"].__file__
        for a in addons
        if f"odoo.addons.{a}" in sys.modules
    }
    print(json.dumps({"faults": faults, "where": where}))


if __name__ == "__main__":
    main(*sys.argv[1:])
