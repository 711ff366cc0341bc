"""A clinic with a telephone: what the call scenario and the call bench stand on."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONNECTOR = ROOT / "addons/usu_callcard/connector"
SECRET = "secret-of-the-call-scenario"
CODE = "scenario"
VIP, SHARED, NEW = "79161110001", "79161110002", "79161110003"
# the ring group 101 and 102, and extension 101 alone (tests/asterisk/conf)
BOTH, ONE = "74951234568", "74951234567"


def group(rpc, module, name):
    return rpc("ir.model.data", "check_object_reference", module, name)[1]


def make_staff(rpc, logins):
    """Employees of a desk, whose login is also their password."""
    employee = group(rpc, "usu_routing", "usu_routing_group_user")
    return [
        rpc(
            "res.users",
            "create",
            {
                "name": login.replace("_", " ").title(),
                "login": login,
                "password": login,
                "tz": "Europe/Moscow",
                "group_ids": [[4, employee]],
            },
        )
        for login in logins
    ]


def make_clinic(rpc, photo=None):
    """Two operators, a desk, a telephone system, a VIP, two with one number.

    :return: dict of ids
    """
    anna, boris = make_staff(rpc, ("call_anna", "call_boris"))
    desk = rpc(
        "helpdesk.ticket.team",
        "create",
        {"name": "Call desk", "user_ids": [[6, 0, [anna, boris]]]},
    )
    russia = rpc("res.country", "search", [["code", "=", "RU"]])[0]
    pbx = rpc(
        "usu.pbx",
        "create",
        {
            "name": "Scenario",
            "code": CODE,
            "secret": SECRET,
            "country_id": russia,
            "desk_id": desk,
            "extension_ids": [
                [0, 0, {"number": "101", "user_id": anna}],
                [0, 0, {"number": "102", "user_id": boris}],
            ],
            "line_ids": [[0, 0, {"number": "+74951234568", "name": "Dental clinic"}]],
        },
    )
    category = rpc("usu.client.category", "search", [["name", "=", "VIP"]])[0]
    company = rpc("res.partner", "create", {"name": "Northern Light", "is_company": 1})
    place = {"city": "Pskov", "country_id": russia}
    client = rpc(
        "res.partner",
        "create",
        {
            **place,
            "name": "Maria Sokolova",
            "parent_id": company,
            "phone": "8 (916) 111-00-01",
            "usu_category_id": category,
            "usu_note": "Allergic to lidocaine",
            "image_1920": photo,
        },
    )
    for name in ("Elena Petrova", "Kirill Petrov"):
        rpc("res.partner", "create", {**place, "name": name, "phone": f"+{SHARED}"})
    request = {"name": "Crown came loose", "description": "x", "partner_id": client}
    rpc("helpdesk.ticket", "create", {**request, "team_id": desk, "user_id": boris})
    return {"anna": anna, "boris": boris, "pbx": pbx, "client": client, "desk": desk}


class Connector:
    """The connector as a process between one Asterisk and one Odoo."""

    def __init__(self, pbx, url, db, folder):
        self.log = Path(folder) / "connector.log"
        self.environ = os.environ | {
            "USU_DRIVER": "ami",
            "USU_AMI_PORT": str(pbx.ami_port),
            "USU_AMI_USER": pbx.user,
            "USU_AMI_PASSWORD": pbx.secret,
            "USU_TRUNKS": "trunk sipgate-2",
            "USU_ODOO_URL": url,
            "USU_ODOO_DB": db,
            "USU_PBX": CODE,
            "USU_SECRET": SECRET,
            "USU_SPOOL": str(Path(folder) / "spool"),
        }
        self.process = None

    def __enter__(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(CONNECTOR)],
                env=self.environ,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + 30
        while "Connected to the PBX" not in self.log.read_text():
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(self.log.read_text()[-1000:])
            time.sleep(0.05)
        return self

    def __exit__(self, *exc):
        self.process.terminate()
        self.process.wait(15)
