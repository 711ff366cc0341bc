"""Who is it: every writing of every number, each client beside a neighbour whose number
differs in the last digit only."""

import importlib.util

import env as tools

PATH = tools.ROOT / "addons/usu_routing/tests/phone_numbers.py"


def table():
    spec = importlib.util.spec_from_file_location("phone_numbers", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.numbers())


def neighbour(e164):
    return e164[:-1] + str((int(e164[-1]) + 1) % 10)


def recognise(world, every):
    """:param every: of how many writings one is asked; 1: all"""
    from odoo.addons.usu_routing.tools.values import Contact

    lines = table()
    asked = right = wrong = 0
    missed = []
    with world.env() as env:
        Partner = env["res.partner"]
        clients = Partner.create([{"name": e, "phone": e} for _c, e, _w in lines]).ids
        Partner.create([{"name": "?", "phone": neighbour(e)} for _c, e, _w in lines])
        env.flush_all()
        for client, (_country, _e164, writings) in zip(clients, lines, strict=True):
            for written, home in writings[client % every :: every]:
                contact = Contact(phone=written, country_code=home)
                found = env["usu.routing"]._identify(contact)
                sure = [c.partner_id for c in found if c.level == "known"]
                asked += 1
                right += sure == [client]
                wrong += bool(set(sure) - {client})
                if sure != [client]:
                    missed.append(written)
    return {
        "numbers": len(lines),
        "countries": len({country for country, _e, _w in lines}),
        "asked": asked,
        "right": right,
        "wrong": wrong,
        "missed": missed[:10],
    }
