"""Calls of the Bot API, one after the other, with our own errors.

The only file that imports python-telegram-bot. Its client is used for single calls
with plain values; its polling is not: that confirms updates before they are stored.
Answers stay raw dicts, so that a field Telegram adds tomorrow breaks nothing.

Source: Bot API, "Making requests", ResponseParameters, getFile; read 2026-11.
"""

import asyncio
import json
import logging
import re
import warnings

from telegram import Bot, InputFile
from telegram import error as tg
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning, PTBUserWarning

# it would rather have us use its typed calls, and its own RetryAfter warns of itself
warnings.filterwarnings("ignore", "Please use 'Bot", PTBUserWarning)
warnings.filterwarnings("ignore", ".*retry_after", PTBDeprecationWarning)

#: the address of every request holds the token
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)
# what it cannot read reaches us as an error, once
logging.getLogger("telegram.request").setLevel(logging.CRITICAL)

OFFICIAL = "https://api.telegram.org"
LARGEST_FILE = 20 << 20  # bytes a bot may fetch
CONNECT_SECONDS = 10
SECONDS = 30
_TOKEN = re.compile(r"\d{3,}:[\w-]{5,}")


class TelegramError(Exception):
    """A call that failed.

    ``kind``: ``flood`` (``retry_after`` seconds) | ``blocked`` (the person, for good)
    | ``token`` (the bot's, revoked) | ``conflict`` (webhook and polling, or two
    pollers) | ``down`` (try again) | ``refused`` (this call will never succeed)
    """

    def __init__(self, kind, message, retry_after=0):
        super().__init__(_TOKEN.sub("…", message))
        self.kind = kind
        self.retry_after = retry_after


class TelegramApi:
    """One bot for a while; a context manager, for one thread.

    :param str url: the Bot API server; Telegram's or one of one's own
    """

    def __init__(self, token, url=""):
        url = (url or OFFICIAL).rstrip("/")
        self.http = HTTPXRequest(connect_timeout=CONNECT_SECONDS, write_timeout=SECONDS)
        self.bot = Bot(
            token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=self.http,
            get_updates_request=self.http,
        )
        self.loop = asyncio.new_event_loop()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def close(self):
        if not self.loop.is_closed():
            self.loop.run_until_complete(self.http.shutdown())
            self.loop.close()

    def call(self, method, *, wait=0, **arguments):
        """One call; its result as plain values.

        :param str method: as Telegram writes it
        :param int wait: seconds the server itself may wait (getUpdates)
        :param arguments: plain values; ``bytes`` with a name as ``(name, content)``
        :raise TelegramError:
        """
        values = {k: _argument(v) for k, v in arguments.items() if v is not None}
        return self._run(
            self.bot.do_api_request(
                method, api_kwargs=values, read_timeout=SECONDS + wait
            )
        )

    def download(self, file_id):
        """``(path at Telegram, content)`` of a file.

        :raise TelegramError: also ``refused`` for a file above 20 MB
        """
        found = self.call("getFile", file_id=file_id)
        path = found.get("file_path") or ""
        if not path or (found.get("file_size") or 0) > LARGEST_FILE:
            raise TelegramError("refused", "file is too big")
        url = f"{self.bot.base_file_url}/{path}"
        return path, self._run(self.http.retrieve(url, read_timeout=SECONDS))

    def _run(self, call):
        try:
            return self.loop.run_until_complete(call)
        except tg.RetryAfter as error:
            seconds = error._retry_after.total_seconds()
            raise TelegramError("flood", str(error), int(seconds) or 1) from error
        except tg.Forbidden as error:
            raise TelegramError("blocked", str(error)) from error
        except (tg.InvalidToken, tg.EndPointNotFound) as error:
            raise TelegramError("token", str(error)) from error
        except tg.Conflict as error:
            raise TelegramError("conflict", str(error)) from error
        except tg.BadRequest as error:
            raise TelegramError("refused", str(error)) from error
        except tg.TelegramError as error:
            raise TelegramError("down", str(error) or "no answer") from error


def _argument(value):
    if isinstance(value, tuple):
        name, content = value
        return InputFile(content, filename=name)
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value
