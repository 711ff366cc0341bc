"""Settings: one INI file, or the environment, or both (the environment wins).

Every setting has a section and a name in the file and one variable. Secrets may stand
in files of their own (``secret_file``), as Docker and systemd hand them over.
"""

import configparser
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

DRIVERS = ("ami", "ari", "replay")


class ConfigError(Exception):
    """A setting is missing or wrong; the message says what to do."""


def words(value):
    return tuple(value.replace(",", " ").split())


def flag(value):
    return value.strip().lower() not in ("", "0", "no", "off", "false")


@dataclass
class Setting:
    section: str
    name: str
    default: object = ""
    kind: object = str
    secret: bool = False
    variable: str = ""

    @property
    def env(self):
        return self.variable or f"USU_{self.section}_{self.name}".upper()


SETTINGS = (
    Setting("odoo", "url"),
    Setting("odoo", "database", variable="USU_ODOO_DB"),
    Setting("odoo", "pbx", "main", variable="USU_PBX"),
    Setting("odoo", "secret", secret=True, variable="USU_SECRET"),
    Setting("odoo", "websocket_url"),
    Setting("odoo", "commands", True, flag, variable="USU_COMMANDS"),
    Setting("pbx", "driver", "ami", variable="USU_DRIVER"),
    Setting("pbx", "trunks", (), words, variable="USU_TRUNKS"),
    Setting("pbx", "contexts", (), words, variable="USU_CONTEXTS"),
    Setting("pbx", "extensions", variable="USU_EXTENSIONS"),
    Setting("pbx", "dial_channel", "PJSIP/{extension}", variable="USU_DIAL_CHANNEL"),
    Setting("pbx", "dial_context", "from-internal", variable="USU_DIAL_CONTEXT"),
    Setting("pbx", "dial_plus", "+", variable="USU_DIAL_PLUS"),
    Setting("pbx", "max_call_hours", 4.0, float, variable="USU_MAX_CALL_HOURS"),
    Setting("ami", "host", "127.0.0.1"),
    Setting("ami", "port", 5038, int),
    Setting("ami", "user", "usu"),
    Setting("ami", "password", secret=True),
    Setting("ari", "url", "http://127.0.0.1:8088/ari"),
    Setting("ari", "user", "usu"),
    Setting("ari", "password", secret=True),
    Setting("ari", "application", "usu"),
    Setting("replay", "path", variable="USU_REPLAY"),
    Setting("replay", "speed", 1.0, float),
    Setting("replay", "pause", 30.0, float),
    Setting("replay", "once", False, flag),
    Setting("recordings", "path"),
    Setting("recordings", "url"),
    Setting("recordings", "root"),
    Setting("recordings", "user"),
    Setting("recordings", "password", secret=True),
    Setting("spool", "path", "/var/lib/usu-callcard", variable="USU_SPOOL"),
)


@dataclass
class Config:
    """Values by ``section_name``: ``config.odoo_url``, ``config.ami_port`` ..."""

    values: dict = field(default_factory=dict)

    def __getattr__(self, name):
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None


def load(path=None, environ=None):
    """Read the settings and check that the needed ones are there.

    :param path: INI file; default ``$USU_CONFIG`` or none
    :raise ConfigError:
    """
    environ = os.environ if environ is None else environ
    parser = configparser.ConfigParser(interpolation=None)
    path = path or environ.get("USU_CONFIG")
    if path:
        try:
            parser.read_string(Path(path).read_text(encoding="utf-8"), str(path))
        except (OSError, configparser.Error) as why:
            raise ConfigError(f"The configuration file cannot be read: {why}") from why
        _unknown(parser)
    config = Config()
    for one in SETTINGS:
        config.values[f"{one.section}_{one.name}"] = _value(one, parser, environ)
    _check(config)
    return config


def _unknown(parser):
    known = {(one.section, one.name) for one in SETTINGS}
    known |= {(s.section, s.name + "_file") for s in SETTINGS if s.secret}
    for section in parser.sections():
        for name in parser[section]:
            if (section, name) not in known:
                raise ConfigError(f"[{section}] {name}: there is no such setting.")


def _value(one, parser, environ):
    text = environ.get(one.env)
    if text is None:
        text = parser.get(one.section, one.name, fallback=None)
    if one.secret and not text:
        text = _from_file(
            environ.get(one.env + "_FILE")
            or parser.get(one.section, one.name + "_file", fallback=None)
        )
    if text is None:
        return one.default
    try:
        return one.kind(text.strip())
    except ValueError as why:
        message = f"[{one.section}] {one.name} ({one.env}): {text!r} is not a number."
        raise ConfigError(message) from why


def _from_file(path):
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as why:
        raise ConfigError(f"The secret's file cannot be read: {why}") from why


def _check(config):
    if config.pbx_driver not in DRIVERS:
        raise ConfigError(
            f"[pbx] driver (USU_DRIVER) is {config.pbx_driver!r}: choose one of "
            f"{', '.join(DRIVERS)}."
        )
    needed = {"odoo_url": "the address of Odoo", "odoo_secret": "the PBX's secret"}
    if config.pbx_driver == "replay":
        needed["replay_path"] = "a recording or a folder of them"
    else:
        needed[f"{config.pbx_driver}_password"] = "the password of the PBX's user"
    for one in SETTINGS:
        name = f"{one.section}_{one.name}"
        if name in needed and not config.values[name]:
            raise ConfigError(
                f"[{one.section}] {one.name} ({one.env}) is missing: {needed[name]}."
            )
    try:
        re.compile(config.pbx_extensions)
        config.pbx_dial_channel.format(extension="101")
    except re.error as why:
        raise ConfigError(f"[pbx] extensions is no regular expression: {why}") from why
    except (IndexError, KeyError, ValueError) as why:
        raise ConfigError("[pbx] dial_channel: write {extension} in it") from why
    if not config.odoo_url.startswith(("http://", "https://")):
        raise ConfigError("[odoo] url must begin with http:// or https://.")
    config.values["odoo_url"] = config.odoo_url.rstrip("/")
