"""What the manual's generator has to know about this repository.

* A page for every addon, put together from its ``readme/``.
* The changelog, which lies at the root.
* Links to files outside ``docs/`` lead to the repository; to a file that does not exist
  they are an error.
* The order of the pages: those named here first, others of a folder after them.
"""

import logging
import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File
from mkdocs.structure.nav import Section

ROOT = Path(__file__).resolve().parent.parent
ORDER = {
    "": ["index.md", "staff", "admin", "developer", "addons", "changelog.md"],
    "staff": ["guide.md"],
    "admin": [
        *("quick-start.md", "docker.md", "proxy.md", "mail.md", "telephony.md"),
        *("recordings.md", "telegram.md", "registration.md", "appointments.md"),
        *("geoip.md", "reports.md", "privacy.md", "backup.md", "capacity.md"),
    ],
    "developer": [
        *("map.md", "contracts.md", "channel.md", "strategy.md", "card-section.md"),
        "connector-driver.md",
    ],
}
TITLES = {"staff": "Staff", "admin": "Administrators", "developer": "Developers"}
PARTS = {
    "DESCRIPTION": "",
    "CONFIGURE": "## Set up",
    "USAGE": "## Use",
    "ROADMAP": "## Not yet",
}
LINK = re.compile(r"(\]\()((?!https?:|mailto:|#)[^)\s]+)(\))")
log = logging.getLogger("mkdocs.usu")


def on_files(files, config):
    for manifest in sorted(ROOT.glob("addons/*/__manifest__.py")):
        addon = manifest.parent
        name = re.search(r'"name": "(?:USU Front Desk: )?(.+?)"', manifest.read_text())
        text = [f"# {name[1]}\n\n`{addon.name}`"]
        for part, heading in PARTS.items():
            path = addon / "readme" / f"{part}.md"
            if path.exists() and path.read_text().strip():
                text += [heading, path.read_text()]
        page = f"addons/{addon.name}.md"
        files.append(File.generated(config, page, content="\n\n".join(text)))
    changes = (ROOT / "CHANGELOG.md").read_text()
    files.append(File.generated(config, "changelog.md", content=changes))
    return files


def on_page_markdown(markdown, page, config, files):
    """Links that leave ``docs/`` go to the repository."""
    folder = posixpath.dirname(page.file.src_uri)
    generated = page.file.generated_by is not None

    def repair(match):
        target, _, anchor = match[2].partition("#")
        if not target or files.get_file_from_path(
            posixpath.normpath(posixpath.join(folder, target))
        ):
            return match[0]
        base = "" if generated else posixpath.join("docs", folder)
        if generated and folder == "addons":
            base = f"addons/{Path(page.file.src_uri).stem}/readme"
        path = posixpath.normpath(posixpath.join(base, target))
        if not (ROOT / path).exists():
            log.warning("%s: %s does not exist", page.file.src_uri, target)
            return match[0]
        url = f"{config.repo_url}/blob/main/{path}"
        return f"{match[1]}{url}{'#' + anchor if anchor else ''}{match[3]}"

    return LINK.sub(repair, markdown)


def on_nav(nav, config, files):
    nav.items = _sorted(nav.items, "")
    return nav


def _sorted(items, folder):
    def place(item):
        if isinstance(item, Section):
            name = item.children[0].file.src_uri.split("/")[0] if item.children else ""
        else:
            name = posixpath.basename(item.file.src_uri)
        wanted = ORDER.get(folder, [])
        return (wanted.index(name) if name in wanted else len(wanted), name)

    for item in items:
        if isinstance(item, Section):
            name = item.children[0].file.src_uri.split("/")[0]
            item.title = TITLES.get(name, item.title)
            item.children = _sorted(item.children, name)
    return sorted(items, key=place)
