"""The door for connectors: signed JSON in, one answer for each event out."""

import hmac
import json
import logging
import re
import time
from datetime import datetime, timezone

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID
from odoo.exceptions import ConcurrencyError
from odoo.http import Controller, request, route

from ..tools.event import EventError, parse
from ..tools.limiter import TokenBucket
from ..tools.providers import PROVIDERS, Hook
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

    @route(
        "/usu_callcard/hook/<string:code>/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
    )
    def hook(self, code, token, **kwargs):
        """One step of a call, told by a provider in the cloud.

        Wrong address or signature: 403. A GET changes nothing: it answers the echo by
        which Zadarma tries the address.
        """
        httprequest = request.httprequest
        if (httprequest.content_length or 0) > MAX_BYTES:
            return self._answer(413)
        # sudo: usu.pbx - the secret is compared and never shown
        pbx_sudo = request.env["usu.pbx"].with_user(SUPERUSER_ID)._usu_by_code(code)
        provider = PROVIDERS.get(pbx_sudo.kind)
        expected = pbx_sudo._usu_hook_token() if provider else ""
        if not provider or not hmac.compare_digest(expected.encode(), token.encode()):
            return self._answer(self._stranger(403))
        if httprequest.method == "GET":
            echo = re.sub(r"[^0-9A-Za-z]", "", kwargs.get("zd_echo") or "")
            return request.make_response(echo, [("Content-Type", "text/plain")])
        values = self._payload(httprequest)
        signature = httprequest.headers.get(provider.signature_header) or ""
        query = httprequest.query_string.decode(errors="replace")
        url = pbx_sudo.hook_url + (query and f"?{query}")
        if not provider.proof(Hook(values, signature, url), pbx_sudo.provider_key):
            return self._answer(self._stranger(403))
        if not self._within_rate(pbx_sudo):
            return self._answer(429)
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        pbx_sudo = self._in_company(pbx_sudo)
        values = {**httprequest.args.to_dict(), **values}
        try:
            return self._answer(200, status=pbx_sudo._usu_apply_hook(values, now))
        except EventError as error:
            return self._answer(400, error=str(error))

    def _payload(self, httprequest):
        """The fields of a form or of a JSON object."""
        if httprequest.mimetype == "application/json":
            return self._json(httprequest.get_data())
        fields = httprequest.form.to_dict(flat=False)
        return {k: v if len(v) > 1 else v[0] for k, v in fields.items()}

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
            return None, None, self._answer(self._stranger(401))
        if not self._within_rate(pbx_sudo):
            return None, None, self._answer(429)
        return self._in_company(pbx_sudo), body, None

    @staticmethod
    def _stranger(status):
        """``status``, or 429 for an address that tries too often."""
        address = request.httprequest.remote_addr
        return status if STRANGERS.take(address, time.monotonic()) else 429

    @staticmethod
    def _within_rate(pbx_sudo):
        parameters = pbx_sudo.env["ir.config_parameter"]
        rate = parameters.get_param("usu_callcard.requests_per_second")
        bucket = _bucket(max(int(rate or DEFAULT_RATE), 1))
        return bucket.take((pbx_sudo.env.cr.dbname, pbx_sudo.id), time.monotonic())

    @staticmethod
    def _in_company(pbx_sudo):
        company = pbx_sudo.company_id
        context = {"allowed_company_ids": company.ids, "tracking_disable": True}
        return pbx_sudo.with_context(**context)

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
    def _answer(code, /, **values):
        headers = [("Content-Type", "application/json")]
        if code == 429:
            headers.append(("Retry-After", "1"))
        return request.make_response(json.dumps(values), headers, status=code)
