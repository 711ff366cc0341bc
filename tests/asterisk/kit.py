"""A running Asterisk with telephones and a provider, for tests and recordings.

    with Asterisk(run_dir) as pbx:
        anna = pbx.phone("101")
        client = pbx.trunk_call("79161234567", did="74951234567")
        call = anna.wait_call().answer()
        client.wait_answered()

Ports are free ones, chosen at the start, so that several can run side by side.
Everything listens on the loopback only. Who is who: ``conf/extensions.conf``.
"""

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

if __package__:
    from . import recipe, sip
else:
    import recipe
    import sip

CONF = Path(__file__).parent / "conf"
PHONES = ("101", "102", "103", "reception")
TRUNKS = {"trunk": "127.0.0.2", "sipgate-2": "127.0.0.3"}
USER, SECRET = "usu", "usu-secret"
DID = "74951234567"
NotAvailable = recipe.NotAvailable


def free_port(kind=socket.SOCK_STREAM, address="127.0.0.1"):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Asterisk:
    """One Asterisk process.

    :param run_dir: scratch folder for its configuration, logs and recordings
    :param root: the unpacked Asterisk; by default the cached one of ``suite``
    :raise NotAvailable: it cannot be fetched here
    """

    def __init__(self, run_dir, *, suite="sid", root=None, conf=CONF):
        self.run_dir = Path(run_dir).resolve()
        self.root = Path(root) if root else recipe.ensure(suite)
        self.conf = Path(conf)
        self.suite = suite
        self.ami_port, self.ari_port = free_port(), free_port()
        self.sip_port = free_port(socket.SOCK_DGRAM)
        self.phone_ports = {name: free_port(socket.SOCK_DGRAM) for name in PHONES}
        self.trunk_port = free_port(socket.SOCK_DGRAM, "127.0.0.2")
        self.ari_url = f"http://127.0.0.1:{self.ari_port}/ari"
        self.user, self.secret = USER, SECRET
        self._process, self._telephones = None, {}

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._render()
        with (self.run_dir / "log" / "console").open("wb") as console:
            self._process = subprocess.Popen(
                [*self._command(), "-f", "-n", "-q"], stdout=console, stderr=console
            )
        deadline = time.monotonic() + 20
        while "fully booted" not in self.cli("core waitfullybooted").lower():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.stop()
                said = (self.run_dir / "log" / "console").read_text()[-500:]
                raise NotAvailable(f"Asterisk did not start: {said}")
            time.sleep(0.05)
        return self

    def stop(self):
        for telephone in self._telephones.values():
            telephone.close()
        self._telephones.clear()
        self.kill()

    def kill(self):
        """End the process at once, as a power cut would; ``start()`` works again."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def cli(self, command):
        done = subprocess.run(
            [*self._command(), "-rx", command], capture_output=True, text=True
        )
        return done.stdout + done.stderr

    def channels(self):
        """How many channels are alive."""
        found = re.search(r"(\d+) active channel", self.cli("core show channels count"))
        return int(found.group(1)) if found else 0

    def wait_quiet(self, timeout=8):
        """Until no call is left."""
        deadline = time.monotonic() + timeout
        while self.channels():
            if time.monotonic() > deadline:
                raise AssertionError(self.cli("core show channels concise"))
            time.sleep(0.1)

    def phone(self, name, **options):
        """The telephone of an extension, switched on at first use."""
        if name not in self._telephones:
            address = ("127.0.0.1", self.phone_ports[name])
            self._telephones[name] = sip.Telephone(
                name, address, ("127.0.0.1", self.sip_port), **options
            )
        return self._telephones[name]

    def trunk(self, name="trunk"):
        """The provider's side of a trunk: calls in, and takes calls to outside."""
        if name not in self._telephones:
            address = (TRUNKS[name], self.trunk_port)
            self._telephones[name] = sip.Telephone(
                name, address, ("127.0.0.1", self.sip_port)
            )
        return self._telephones[name]

    def trunk_call(self, from_number, did=DID, *, name=None, trunk="trunk", **options):
        """A client calls; returns the client's side of the call."""
        return self.trunk(trunk).call(
            did, from_number=from_number, from_name=name, **options
        )

    def originate(self, channel, number, context="from-internal"):
        """Ring ``channel``; when it answers, it dials ``number``."""
        self.cli(f"channel originate {channel} extension {number}@{context}")

    def _command(self):
        return [
            *recipe.command(self.root),
            "-C",
            str(self.run_dir / "conf" / "asterisk.conf"),
        ]

    def _modules(self):
        folders = ("usr/lib/x86_64-linux-gnu/asterisk/modules",)
        folders += ("usr/lib/asterisk/modules",)
        return next(
            self.root / one
            for one in folders
            if (self.root / one / "app_dial.so").exists()
        )

    def _render(self):
        shutil.rmtree(self.run_dir / "conf", ignore_errors=True)
        for folder in ("conf", "log", "spool/monitor", "run", "var", "db", "rec"):
            (self.run_dir / folder).mkdir(parents=True, exist_ok=True)
        (self.run_dir / "keys" / "keys").mkdir(parents=True, exist_ok=True)
        modules = self._modules()
        values = {
            "RUN": self.run_dir,
            "ROOT": self.root,
            "MODULES": modules,
            "AMI_PORT": self.ami_port,
            "ARI_PORT": self.ari_port,
            "SIP_PORT": self.sip_port,
            "TRUNK_PORT": self.trunk_port,
        }
        values |= {f"PHONE_{name.upper()}": p for name, p in self.phone_ports.items()}
        for template in self.conf.glob("*.conf"):
            text = re.sub(
                r"@([A-Z_0-9]+)@", lambda m: str(values[m[1]]), template.read_text()
            )
            if template.name == "modules.conf":  # older ones lack some
                text = "".join(
                    line
                    for line in text.splitlines(keepends=True)
                    if not line.startswith("load")
                    or (modules / line.split()[-1]).exists()
                )
            (self.run_dir / "conf" / template.name).write_text(text)


def Phone(pbx, extension, **options):  # noqa: N802 - reads as the thing it is
    return pbx.phone(extension, **options)


def trunk_call(pbx, from_number, did=DID, **options):
    return pbx.trunk_call(from_number, did, **options)
