"""./usu docs [serve]: the manual as a static site in .usu/site; broken links fail."""

import os
import subprocess
import sys
import time

import env


def main(argv):
    mkdocs = env.ROOT / ".usu/docs/bin/mkdocs"
    if argv == ["serve"]:
        return subprocess.run([mkdocs, "serve", "-a", "127.0.0.1:8088"]).returncode
    begun = time.monotonic()
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "true"}
    done = subprocess.run(
        [mkdocs, "build", "--strict", "--quiet"], cwd=env.ROOT, env=environ
    )
    site = env.ROOT / ".usu/site"
    pages = list(site.rglob("*.html"))
    size = sum(p.stat().st_size for p in site.rglob("*") if p.is_file())
    large = [p for p in env.ROOT.glob("docs/**/*.png") if p.stat().st_size > 100_000]
    for picture in large:
        print(f"{picture.relative_to(env.ROOT)}: {picture.stat().st_size // 1000} kB")
    print(
        f"{len(pages)} pages, {size / 1e6:.1f} MB, {time.monotonic() - begun:.0f} s:"
        f" {site}/index.html"
    )
    return done.returncode or int(bool(large))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
