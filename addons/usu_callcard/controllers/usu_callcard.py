"""The door for connectors: signed JSON in, one answer for each event out."""

import json
import logging
import time
from datetime import datetime, timezone

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID
from odoo.exceptions import ConcurrencyError
from odoo.http import Controller, request, route

from ..tools.event import EventError, parse
from ..tools.limiter import TokenBucket
from ..tools.signature import is_valid

_logger = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024
MAX_EVENTS = 100
DEFAULT_RATE = 50
# requests with a wrong signature, for each address
STRANGERS = TokenBucket(rate=2, burst=20)
# requests of each telephone system; made anew when the setting changes
_buckets = {}


def _bucket(rate):
    if rate not in _buckets:
        _buckets.clear()
        _buckets[rate] = TokenBucket(rate=rate, burst=rate * 10)
    return _buckets[rate]


class UsuCallcardController(Controller):
    @route(
        "/usu_callcard/events",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def events(self):
        """Snapshots of calls from a connector; see docs/developer/contracts.md.

        Not signed, stale or wrong: 401. Each event has its own savepoint: one that
        cannot be used is answered with ``error`` and the others are stored.
        """
        pbx_sudo, body, refusal = self._admit()
        if refusal:
            return refusal
        events = self._json(body).get("events")
        if not isinstance(events, list) or len(events) > MAX_EVENTS:
            return self._answer(413 if isinstance(events, list) else 400)
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        results = [self._apply(pbx_sudo, data, now) for data in events]
        return self._answer(200, results=results)

    @route(
        "/usu_callcard/command_result",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def command_result(self):
        """What became of a command, told by the connector that got it."""
        pbx_sudo, body, refusal = self._admit()
        if refusal:
            return refusal
        data = self._json(body)
        if not isinstance(data.get("id"), int):
            return self._answer(400)
        command = pbx_sudo.env["usu.call.command"].search(
            [("id", "=", data["id"]), ("pbx_id", "=", pbx_sudo.id)]
        )
        if command:
            command._usu_result(data.get("status"), str(data.get("error") or "")[:200])
        return self._answer(200)

    def _admit(self):
        """Check sender, size and rate.

        :return: ``(pbx with the rights of the system, raw body, None)`` or
            ``(None, None, refusal)``
        """
        httprequest = request.httprequest
        if (httprequest.content_length or 0) > MAX_BYTES:
            return None, None, self._answer(413)
        if httprequest.content_length is None:
            return None, None, self._answer(411)
        headers = httprequest.headers
        # sudo: usu.pbx - the secret is compared with the signature and never shown
        pbx_sudo = (
            request.env["usu.pbx"]
            .with_user(SUPERUSER_ID)
            ._usu_by_code(headers.get("X-Usu-Pbx"))
        )
        body = httprequest.get_data()
        genuine = is_valid(
            pbx_sudo.secret,
            headers.get("X-Usu-Timestamp"),
            headers.get("X-Usu-Signature"),
            body,
            time.time(),
        )
        if not genuine:
            known = STRANGERS.take(httprequest.remote_addr, time.monotonic())
            return None, None, self._answer(401 if known else 429)
        parameters = pbx_sudo.env["ir.config_parameter"]
        rate = parameters.get_param("usu_callcard.requests_per_second")
        bucket = _bucket(max(int(rate or DEFAULT_RATE), 1))
        if not bucket.take((pbx_sudo.env.cr.dbname, pbx_sudo.id), time.monotonic()):
            return None, None, self._answer(429)
        company = pbx_sudo.company_id
        context = {"allowed_company_ids": company.ids, "tracking_disable": True}
        return pbx_sudo.with_context(**context), body, None

    def _apply(self, pbx_sudo, data, now):
        result = {}
        if isinstance(data, dict):
            result = {"call": data.get("call"), "seq": data.get("seq")}
        try:
            event = parse(data, now)
        except EventError as error:
            return {**result, "status": "error", "error": str(error)}
        calls = pbx_sudo.env["usu.call"]
        try:
            with pbx_sudo.env.cr.savepoint():
                status = calls._usu_apply_event(pbx_sudo, event, now)
        except (OperationalError, ConcurrencyError):
            # the whole request is tried again on a fresh snapshot
            raise
        except Exception:  # noqa: BLE001 - a bad event must not stop the others
            _logger.exception("Event of telephone system %s failed", pbx_sudo.id)
            return {**result, "status": "error", "error": "not stored"}
        return {**result, "status": status}

    @staticmethod
    def _json(body):
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    @staticmethod
    def _answer(status, **values):
        headers = [("Content-Type", "application/json")]
        if status == 429:
            headers.append(("Retry-After", "1"))
        return request.make_response(json.dumps(values), headers, status=status)
