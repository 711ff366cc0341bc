"""A real Asterisk for tests, without root and without touching the system.

What it is: Debian's own packages of another suite, fetched by apt with its
signature checks into a private state folder, unpacked into one folder and run
through that folder's own dynamic loader. Nothing is installed.

    python tests/asterisk/recipe.py [--suite sid|bullseye] [FOLDER]

``sid`` holds Asterisk 22, ``bullseye`` Asterisk 16 (what older FreePBX and Issabel
servers run). Without FOLDER the result goes to ``$USU_CACHE/asterisk-<suite>`` and a
finished one there is used again.

Needs Debian's apt and dpkg-deb, a mirror that answers, about 100 MB of disk.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APPLICATION = ("asterisk", "asterisk-modules", "asterisk-core-sounds-en-gsm")
# Libraries which only modules load: asterisk-modules depends on sixty more packages
# (LDAP, ODBC, SNMP ...) for modules that the tests do not load.
MODULE_LIBRARIES = ("libgsm", "libsrtp")
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian")


class NotAvailable(Exception):
    """Asterisk cannot be had here; the message says why in words."""


def cache_folder():
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "usu"
    return Path(os.environ.get("USU_CACHE") or default)


def mirror():
    """The Debian mirror of this machine, else Debian's own."""
    sources = [
        Path("/etc/apt/sources.list"),
        *Path("/etc/apt").glob("sources.list.d/*"),
    ]
    for source in sources:
        if source.is_file():
            found = re.search(
                r"(https?://\S+/debian)/?(?=\s|$)", source.read_text(), re.MULTILINE
            )
            if found:
                return found.group(1)
    return "http://deb.debian.org/debian"


class Builder:
    def __init__(self, root, suite):
        self.root = Path(root).resolve()
        self.suite = suite
        self.state = self.root.with_name(self.root.name + ".apt")

    def build(self):
        """Fetch and unpack; returns the folder. Raises NotAvailable."""
        for tool in ("apt-get", "apt-cache", "dpkg-deb"):
            if not shutil.which(tool):
                raise NotAvailable(f"{tool} is not on this machine (Debian only)")
        self._prepare_apt()
        self._run("apt-get", "update", "-qq")
        packages = self._needed()
        debs = self.state / "debs"
        shutil.rmtree(debs, ignore_errors=True)
        debs.mkdir()
        self._run("apt-get", "download", "-qq", *packages, cwd=debs)
        unpacked = self.root.with_name(self.root.name + ".new")
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir(parents=True)
        for deb in sorted(debs.glob("*.deb")):
            self._unpack(deb, unpacked)
        (unpacked / "usr/lib64").mkdir(parents=True, exist_ok=True)
        for name in ("lib", "lib64"):
            if not (unpacked / name).exists():
                (unpacked / name).symlink_to(f"usr/{name}")
        # Prompts are looked for under the language's plain name
        sounds = unpacked / "usr/share/asterisk/sounds"
        (sounds / "en").symlink_to("en_US_f_Allison")
        shutil.rmtree(self.root, ignore_errors=True)
        unpacked.rename(self.root)
        version(self.root)
        shutil.rmtree(self.state)
        return self.root

    def _prepare_apt(self):
        for part in ("lists/partial", "cache/archives/partial"):
            (self.state / part).mkdir(parents=True, exist_ok=True)
        (self.state / "status").touch()
        (self.state / "sources.list").write_text(
            f"deb [signed-by={KEYRING}] {mirror()} {self.suite} main\n"
        )
        (self.state / "apt.conf").write_text(
            f'Dir::Etc::sourcelist "{self.state}/sources.list";\n'
            'Dir::Etc::sourceparts "-";\n'
            f'Dir::State::lists "{self.state}/lists";\n'
            f'Dir::State::status "{self.state}/status";\n'
            f'Dir::Cache "{self.state}/cache";\n'
            'Acquire::Languages "none";\n'
            'Acquire::Retries "1";\n'
            'Acquire::http::Timeout "20";\n'
            'APT::Sandbox::User "root";\n'
        )

    def _run(self, *command, cwd=None):
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, "APT_CONFIG": str(self.state / "apt.conf")},
            capture_output=True,
            text=True,
        )
        failed = re.search(r"^[EW]: (Failed.*)", done.stderr, re.MULTILINE)
        if failed:
            raise NotAvailable(f"Debian's mirror does not answer: {failed[1][:200]}")
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise NotAvailable(f"{' '.join(command[:2])}: {said}")
        return done.stdout

    def _depends(self, names):
        """name -> the packages its Pre-Depends and Depends name (first choices)."""
        shown = self._run("apt-cache", "show", "--no-all-versions", *names)
        found = {}
        for block in shown.split("\n\n"):
            name = re.search(r"^Package: (\S+)", block, re.MULTILINE)
            if name:
                fields = re.findall(r"^(?:Pre-)?Depends: (.*)$", block, re.MULTILINE)
                wanted = [one for field in fields for one in field.split(",")]
                found[name.group(1)] = [
                    re.split(r"[ (:|]", one.strip())[0] for one in wanted
                ]
        return found

    def _needed(self):
        """The application and every library it needs, from the packages' own words.

        Computed and not listed, so that a library renamed in a moving suite is found.
        """
        top = self._depends(APPLICATION)
        wanted = [name for name in top["asterisk"] if is_library(name)]
        wanted += [
            name
            for name in top["asterisk-modules"]
            if name.startswith(MODULE_LIBRARIES)
        ]
        have = {}
        while wanted:
            new = self._depends(sorted(set(wanted)))
            have.update(new)
            wanted = [
                name
                for names in new.values()
                for name in names
                if is_library(name) and name not in have
            ]
        return sorted({*APPLICATION, *have, "libc6"})

    def _unpack(self, deb, target):
        excludes = [f"--exclude=./{folder}/*" for folder in LEFT_OUT]
        package = subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE
        )
        subprocess.run(
            ["tar", "-x", "-C", str(target), "--keep-directory-symlink"]
            + ["--exclude=*/gconv/*", *excludes],
            stdin=package.stdout,
            check=True,
        )
        package.stdout.close()
        if package.wait():
            raise NotAvailable(f"{deb.name} cannot be unpacked")


def is_library(name):
    return name.startswith(("lib", "zlib"))


def command(root):
    """The first words of a command line that runs the unpacked Asterisk."""
    root = Path(root)
    loaders = [root / "usr/lib64/ld-linux-x86-64.so.2"]
    # Older suites: an absolute link that would lead to the system's own loader
    loaders += sorted((root / "lib/x86_64-linux-gnu").glob("ld-2.*.so"))
    loaders += sorted((root / "usr/lib/x86_64-linux-gnu").glob("ld-linux-x86-64.so.2"))
    loader = next((one for one in loaders if one.exists()), None)
    if loader is None:
        raise NotAvailable(f"no dynamic loader in {root}")
    library = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib")
    path = ":".join(str(root / one) for one in library)
    return [str(loader), "--library-path", path, str(root / "usr/sbin/asterisk")]


def version(root):
    said = subprocess.run([*command(root), "-V"], capture_output=True, text=True)
    if said.returncode:
        raise NotAvailable(f"the unpacked Asterisk does not start: {said.stderr[:300]}")
    return said.stdout.split()[-1]


def ensure(suite="sid"):
    """The folder of a working Asterisk, built on first use. Raises NotAvailable."""
    root = cache_folder() / f"asterisk-{suite}"
    if (root / "usr/sbin/asterisk").exists():
        return root
    root.parent.mkdir(parents=True, exist_ok=True)
    return Builder(root, suite).build()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--suite", default="sid")
    options = parser.parse_args()
    try:
        if options.folder:
            root = Builder(options.folder, options.suite).build()
        else:
            root = ensure(options.suite)
    except NotAvailable as why:
        sys.exit(f"Asterisk cannot be had here: {why}")
    print(f"{root}: Asterisk {version(root)}")


if __name__ == "__main__":
    main()
