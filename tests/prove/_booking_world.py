"""Visitors of the appointment pages, as many at once as a proof needs, over HTTP."""

import json
import re
import threading
import time

import env as tools
import requests

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
START = re.compile(r'name="start"[^>]*value="([^"]+)"')
LINK = re.compile(r"(/book/visit/[0-9]+-[0-9a-f]{32})")

# No limits and no human check: what is proved is who gets a time.
SETUP = """
import json
env['ir.config_parameter'].set_param('usu_guard.provider', 'off')
env['usu.guard.rule'].search([]).write({'address_soft': 0, 'address_hard': 0,
    'address_day': 0, 'subject_soft': 0, 'subject_hard': 0, 'site_soft': 0})
hours = {'calendar_id': False, 'tz': 'UTC'}
Resource = env['resource.resource']
desk = env['helpdesk.ticket.team'].create({'name': 'Proof'})
def doctors(count):
    return Resource.create([{'name': f'Dr. {n}', 'resource_type': 'user', **hours}
                            for n in range(count)])
def service(name, people, rooms=0):
    room = Resource.create([{'name': 'Room', 'resource_type': 'material', **hours}
                            for n in range(rooms)])
    return env['usu.booking.service'].create({
        'name': name, 'published': True, 'desk_id': desk.id, 'tz': 'UTC',
        'doctor_ids': [(6, 0, people.ids)], 'room_ids': [(6, 0, room.ids)],
        'open_limit': 0, 'notice_hours': 0, 'duration_minutes': 30}).id
"""


def prepare(db, code):
    """Run ``code`` after `SETUP`; what it left in ``result``."""
    told = tools.shell(
        db, SETUP + code + "\nenv.cr.commit()\nprint('=' + json.dumps(result))\n"
    )
    return json.loads(told.rpartition("=")[2])


class Visitor:
    """A browser of its own: cookies, form token."""

    def __init__(self, url, number):
        self.url, self.number = url, number
        self.session = requests.Session()
        self.token, self.link = "", ""

    def open(self, path):
        """A page's times; keeps the token of its forms."""
        page = self.session.get(self.url + path, timeout=60)
        page.raise_for_status()
        self.token = TOKEN.findall(page.text)[0]
        return START.findall(page.text)

    def _post(self, path, **data):
        began = time.perf_counter()
        answer = self.session.post(
            self.url + path,
            data={"csrf_token": self.token, **data},
            allow_redirects=False,
            timeout=120,
        )
        self.took = (time.perf_counter() - began) * 1000
        return answer

    def hold(self, service, start):
        """``held`` | ``offered``: others were faster and the page offers other times |
        ``error ...``"""
        answer = self._post(f"/book/{service}/hold", start=start)
        self.link = ""
        if answer.status_code == 303:
            self.link = LINK.findall(answer.headers["Location"])[0]
            return "held"
        return _lost(answer)

    def book(self):
        """``booked`` | ``offered`` | ``error ...``"""
        answer = self._post(
            f"{self.link}/details",
            name=f"Visitor {self.number}",
            phone=f"+9198300{self.number:05}",
            consent="1",
        )
        if answer.status_code == 303 and "new=1" in answer.headers["Location"]:
            return "booked"
        return _lost(answer)


def _lost(answer):
    if answer.status_code != 200:
        return f"error {answer.status_code}"
    offered = "has just been taken" in answer.text and START.findall(answer.text)
    return "offered" if offered else "error: no other times"


def together(visitors, act):
    """``act(visitor)`` of all at the same moment; their answers, in order."""
    barrier = threading.Barrier(len(visitors))
    answers = [""] * len(visitors)

    def run(place, visitor):
        barrier.wait()
        answers[place] = act(visitor)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
