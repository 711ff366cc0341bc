"""A Telegram Bot API server for tests, on loopback, with the semantics that matter.

True offsets (an update is delivered until a later offset confirms it), long polling,
409 while a webhook is set or a second getUpdates runs, webhook pushes in order with
retries and the secret header, 429 with ``retry_after``, 403 for a user who blocked the
bot, 4096 characters, HTML that does not parse. python-telegram-bot's own client can
talk to it, which keeps it honest.

Source: Bot API (methods getUpdates, setWebhook, sendMessage, getFile; objects Update,
ResponseParameters), read 2026-11.

    with FakeTelegram(token="123:abc") as fake:
        fake.inject({"message": {...}})        # a user does something
        fake.sent                              # what the bot sent, in order
        fake.flood(chat_id, 3)                 # the next 3 answers to this chat are 429
        fake.down = True                       # the server answers 502
"""

import contextlib
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import Request, urlopen

LIMIT = 4096
METHODS = {}


def method(function):
    METHODS[function.__name__.lower()] = function
    return function


class ApiError(Exception):
    def __init__(self, code, description, **parameters):
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class FakeTelegram:
    """The server; ``url`` is what a client takes as base address."""

    def __init__(self, token="123456:TEST-token", port=0):
        self.token = token
        self.sent = []  # {"method", "chat_id", "text", ..., "message_id", "at"}
        self.updates = []
        self.files = {}  # file_id -> bytes
        self.down = False
        self.blocked = set()
        self.webhook = {}
        self.calls = []  # method names in order
        self._next_update = 1000
        self._next_message = 1
        self._floods = {}
        self._polling = False
        self._changed = threading.Condition()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._stopped = False

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        threading.Thread(target=self._push, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self._stopped = True
        with self._changed:
            self._changed.notify_all()
        self._http.shutdown()
        self._http.server_close()

    def inject(self, update):
        """Something happens at Telegram: ``update`` without its id; the id given."""
        with self._changed:
            self._next_update += 1
            update = {"update_id": self._next_update, **update}
            self.updates.append(update)
            self._changed.notify_all()
        return update["update_id"]

    def says(self, chat_id, text, language="en", **extra):
        """A person writes in a private chat."""
        person = {
            "id": chat_id,
            "is_bot": False,
            "first_name": f"Person {chat_id}",
            "language_code": language,
        }
        with self._changed:
            self._next_message += 1
            number = self._next_message
        message = {
            "message_id": number,
            "date": int(time.time()),
            "from": person,
            "chat": {
                "id": chat_id,
                "type": "private",
                "first_name": person["first_name"],
            },
            **({"text": text} if text else {}),
            **extra,
        }
        return self.inject({"message": message})

    def flood(self, chat_id, times, retry_after=1):
        self._floods[chat_id] = [retry_after] * times

    def texts(self, chat_id):
        return [
            m["text"]
            for m in list(self.sent)
            if m.get("chat_id") == chat_id and "text" in m
        ]

    def wait(self, condition, seconds=10):
        """Wait until ``condition()``; its value, or the last false one."""
        end = time.monotonic() + seconds
        while not (value := condition()) and time.monotonic() < end:
            time.sleep(0.02)
        return value

    # what the bot calls -------------------------------------------------------------

    @method
    def getme(self, args):
        bot = {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": "Clinic",
        }
        return bot | {
            "username": "clinic_test_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    @method
    def getupdates(self, args):
        if self.webhook.get("url"):
            raise ApiError(
                409, "Conflict: can't use getUpdates method while webhook is active"
            )
        offset, limit = int(args.get("offset") or 0), int(args.get("limit") or 100)
        end = time.monotonic() + float(args.get("timeout") or 0)
        with self._changed:
            if self._polling:
                raise ApiError(409, "Conflict: terminated by other getUpdates request")
            self._polling = True
            try:
                # an offset confirms all before it: Telegram forgets them
                self.updates = [u for u in self.updates if u["update_id"] >= offset]
                while not self.updates and time.monotonic() < end and not self._stopped:
                    self._changed.wait(max(0.01, end - time.monotonic()))
                return self.updates[:limit]
            finally:
                self._polling = False

    @method
    def setwebhook(self, args):
        url = args.get("url") or ""
        if url and not re.match(r"https://|http://127\.0\.0\.1", url):
            raise ApiError(
                400, "Bad Request: bad webhook: An HTTPS URL must be provided"
            )
        with self._changed:
            self.webhook = {"url": url, "secret": args.get("secret_token") or ""}
            self._changed.notify_all()
        return True

    @method
    def deletewebhook(self, args):
        self.webhook = {}
        return True

    @method
    def getwebhookinfo(self, args):
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
            **({"last_error_message": e} if (e := self.webhook.get("error")) else {}),
        }

    @method
    def sendmessage(self, args):
        text = args.get("text") or ""
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if len(text) > LIMIT:
            raise ApiError(400, "Bad Request: message is too long")
        if args.get("parse_mode") == "HTML":
            _check_html(text)
        return self._post("sendMessage", args)

    @method
    def editmessagetext(self, args):
        if not any(m["message_id"] == int(args["message_id"]) for m in self.sent):
            raise ApiError(400, "Bad Request: message to edit not found")
        return self._post("editMessageText", args, number=int(args["message_id"]))

    @method
    def deletemessage(self, args):
        self._check(int(args["chat_id"]))
        self.sent.append(
            {"method": "deleteMessage", "message_id": int(args["message_id"])}
        )
        return True

    @method
    def answercallbackquery(self, args):
        return True

    @method
    def sendchataction(self, args):
        return True

    @method
    def setmycommands(self, args):
        return True

    @method
    def getfile(self, args):
        if args.get("file_id") not in self.files:
            raise ApiError(
                400, "Bad Request: wrong file_id or the file is temporarily unavailable"
            )
        size = len(self.files[args["file_id"]])
        if size > 20 << 20:
            raise ApiError(400, "Bad Request: file is too big")
        name = args["file_id"]
        return {
            "file_id": name,
            "file_unique_id": name,
            "file_size": size,
            "file_path": name,
        }

    def _send_file(name, kind):  # noqa: N805 - a factory of the class body
        def send(self, args):
            return self._post(name, args, **{kind: True})

        return send

    for _name, _kind in (
        ("sendDocument", "document"),
        ("sendPhoto", "photo"),
        ("sendVoice", "voice"),
        ("sendLocation", "location"),
    ):
        METHODS[_name.lower()] = _send_file(_name, _kind)

    def _check(self, chat_id):
        if chat_id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if self._floods.get(chat_id):
            after = self._floods[chat_id].pop()
            raise ApiError(
                429, f"Too Many Requests: retry after {after}", retry_after=after
            )

    def _post(self, name, args, number=None, **content):
        chat_id = int(args["chat_id"])
        with self._changed:
            self._check(chat_id)
            if number is None:
                self._next_message += 1
                number = self._next_message
            plain = {k: v for k, v in args.items() if k != "chat_id"}
            self.sent.append(
                {"method": name, "chat_id": chat_id, **plain, **content}
                | {"message_id": number, "at": time.time()}
            )
        text = {"text": args["text"]} if "text" in args else {}
        chat = {"id": chat_id, "type": "private"}
        return {"message_id": number, "date": int(time.time()), "chat": chat, **text}

    # the two directions of HTTP -------------------------------------------------------

    def _push(self):
        """Deliver updates to the webhook, in order, each until it is taken."""
        while not self._stopped:
            with self._changed:
                while not self._stopped and not (
                    self.webhook.get("url") and self.updates
                ):
                    self._changed.wait(0.2)
                if self._stopped:
                    return
                update, hook = self.updates[0], dict(self.webhook)
            headers = {"Content-Type": "application/json"}
            if hook["secret"]:
                headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret"]
            try:
                urlopen(
                    Request(hook["url"], json.dumps(update).encode(), headers),
                    timeout=20,
                )
            except OSError as error:
                self.webhook["error"] = str(error)
                time.sleep(0.2)
                continue
            with self._changed:
                self.updates = [
                    u for u in self.updates if u["update_id"] != update["update_id"]
                ]

    def _handler(fake):  # noqa: N805 - the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.do_POST()

            def do_POST(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                try:
                    self.answer(*fake._serve(self.path, body, self.headers))
                except ApiError as error:
                    answer = {"ok": False, "error_code": error.code}
                    answer["description"] = error.description
                    if error.parameters:
                        answer["parameters"] = error.parameters
                    self.answer(error.code, json.dumps(answer).encode())

            def answer(self, status, content):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.end_headers()
                    self.wfile.write(content)  # unless the caller is gone

            def log_message(self, *args):
                pass

        return Handler

    def _serve(self, path, body, headers):
        if self.down:
            return 502, b"Bad Gateway"
        path, query = unquote(urlsplit(path).path), parse_qs(urlsplit(path).query)
        found = re.fullmatch(r"/file/bot([^/]+)/(.+)", path)
        if found and found[1] == self.token and found[2] in self.files:
            return 200, self.files[found[2]]
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", path)
        if not found or found[1] != self.token:
            raise ApiError(
                401 if found else 404, "Unauthorized" if found else "Not Found"
            )
        self.calls.append(found[2])
        function = METHODS.get(found[2].lower())
        if not function:
            raise ApiError(404, "Not Found: method not found")
        args = {k: v[0] for k, v in query.items()} | _arguments(body, headers)
        return 200, json.dumps({"ok": True, "result": function(self, args)}).encode()


def _arguments(body, headers):
    kind = headers.get("Content-Type") or ""
    if "json" in kind:
        return json.loads(body or b"{}")
    if "urlencoded" in kind:
        return {k: v[0] for k, v in parse_qs(body.decode()).items()}
    if "multipart" in kind:
        boundary = re.search("boundary=([^;]+)", kind)[1].strip('"').encode()
        found = {}
        for part in body.split(b"--" + boundary):
            name = re.search(rb'name="([^"]+)"', part)
            if name:
                content = part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
                found[name[1].decode()] = content.decode(errors="replace")
        return found
    return {}


def _check_html(text):
    """Telegram takes a handful of tags and wants the rest escaped."""
    stack = []
    for tag in re.findall(r"<([^>]*)>?", text):
        name = re.fullmatch(r"(/?)(b|i|u|s|a|code|pre)(?: [^<>]*)?", tag)
        if not name or (name[1] and (not stack or stack.pop() != name[2])):
            raise ApiError(400, "Bad Request: can't parse entities")
        if not name[1]:
            stack.append(name[2])
    if stack:
        raise ApiError(400, "Bad Request: can't parse entities: unclosed tag")
