"""./usu docs [serve | pictures]: the manual as a static site in .usu/site.

A broken link is an error, and so is a picture of more than 100 kB. ``pictures`` takes
those of the guide anew from the screenshots that ``./usu test`` left in .usu/shots.
"""

import os
import subprocess
import sys
import time

import env

# picture of the guide: screenshot of a scenario
PICTURES = {
    "chat-red": "chat_red_own",
    "chat-panel": "chat_panel_own",
    "call-card": "call_known_client",
    "telegram": "telegram-discuss",
}
LARGEST = 100_000  # bytes


def take_pictures():
    from PIL import Image

    for name, shot in PICTURES.items():
        source = env.ROOT / f".usu/shots/{shot}.png"
        if not source.exists():
            print(f"{name}: no {source.name}: run ./usu test first")
            continue
        target = env.ROOT / f"docs/images/{name}.png"
        few = Image.open(source).convert("RGB").quantize(128, dither=0)
        few.save(target, optimize=True)
        print(f"{name}: {target.stat().st_size // 1000} kB")
    return 0


def main(argv):
    mkdocs = env.ROOT / ".usu/docs/bin/mkdocs"
    if argv == ["serve"]:
        return subprocess.run([mkdocs, "serve", "-a", "127.0.0.1:8088"]).returncode
    if argv == ["pictures"]:
        return take_pictures()
    begun = time.monotonic()
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "true"}
    # not --quiet: it would hide warnings from --strict
    done = subprocess.run(
        [mkdocs, "build", "--strict"],
        **{"cwd": env.ROOT, "env": environ, "text": True},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT},
    )
    if done.returncode:
        print("\n".join(x for x in done.stdout.splitlines() if "INFO" not in x))
    site = env.ROOT / ".usu/site"
    pages = list(site.rglob("*.html"))
    size = sum(p.stat().st_size for p in site.rglob("*") if p.is_file())
    large = [p for p in env.ROOT.glob("docs/**/*.png") if p.stat().st_size > LARGEST]
    for picture in large:
        print(f"{picture.relative_to(env.ROOT)}: {picture.stat().st_size // 1000} kB")
    print(
        f"{len(pages)} pages, {size / 1e6:.1f} MB, {time.monotonic() - begun:.0f} s:"
        f" {site}/index.html"
    )
    return done.returncode or int(bool(large))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
