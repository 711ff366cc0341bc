#!/usr/bin/env bash
# get_odoo.sh CACHE LINK: makes LINK point to an Odoo 19.0 (LINK/odoo-bin starts it).
# Needs no root. Sources, in this order:
#   1. $ODOO_PATH                  a checkout or installation you already have
#   2. $USU_ODOO_DEB, copies of the Debian package in CACHE and ../shared/cache
#   3. Debian's package odoo-19, fetched by apt with an index of its own; pinned
#   4. git clone of the branch 19.0 ($ODOO_GIT)
# Source of the three repairs below: Debian's odoo-19 19.0.0+dfsg-1, read 2026-11.
set -euo pipefail
VERSION=19.0.0+dfsg-1
SHA256=9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf
SUITE=sid
DEB=odoo-19_${VERSION}_all.deb
# packages of the machine's own release that hold what Odoo's package only links to
FILLERS=(libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome
  fonts-roboto-unhinted fonts-inconsolata fonts-ocr-b)
GIT=${ODOO_GIT:-https://github.com/odoo/odoo}
cache=${1:?usage: get_odoo.sh CACHE LINK}
link=${2:?usage: get_odoo.sh CACHE LINK}
tree=$cache/odoo-${SHA256:0:12}

say() { printf 'usu: %s\n' "$*" >&2; }

series() { # the series of the tree at $1, nothing if it is none
  local f
  for f in "$1/odoo/release.py" "$1/usr/lib/python3/dist-packages/odoo/release.py"; do
    [ ! -f "$f" ] || { sed -nE 's/^version_info = \(([0-9]+), *([0-9]+),.*/\1.\2/p' "$f"; return; }
  done
}

use() { # $1 = tree
  local s; s=$(series "$1")
  [ "$s" = 19.0 ] || { say "$1 holds Odoo '${s:-none}', not 19.0"; exit 1; }
  [ -f "$1/odoo-bin" ] || { say "$1 has no odoo-bin: name the folder that holds it"; exit 1; }
  ln -sfn "$(readlink -f "$1")" "$link"
  exit 0
}

fits() { printf '%s  %s\n' "$SHA256" "$1" | sha256sum -c --status 2>/dev/null; }

apt_here() { apt-get -o APT::Sandbox::User= -qq "$@" >&2; }

fill() { # $1 = tree: what the package only links to, then drop links that lead nowhere
  local d=$cache/fillers f
  mkdir -p "$d"
  if ! compgen -G "$d/libjs-jquery_*.deb" >/dev/null; then
    (cd "$d" && { apt_here download "${FILLERS[@]}" || { [ "$(id -u)" = 0 ] && apt_here update && apt_here download "${FILLERS[@]}"; }; }) || true
  fi
  for f in "$d"/*.deb; do
    [ ! -f "$f" ] || dpkg-deb --fsys-tarfile "$f" |
      tar -x -C "$1" --no-same-owner --wildcards './usr/share/fonts*' './usr/share/javascript*' 2>/dev/null || true
  done
  local addons=$1/usr/lib/python3/dist-packages/odoo/addons
  [ -e "$addons/web/static/lib/jquery/jquery.js" ] || {
    say "no jQuery for Odoo: run 'apt-get update' (as root) once, or put libjs-jquery's .deb into $d"
    return 1
  }
  find "$1" -xtype l -delete # Odoo stops at a link that leads nowhere
  # Debian leaves this file out but the bundle still lists it: every back-office page
  # would log an error. Only the background blur in video calls needs it.
  local blur=$addons/mail/static/lib/selfie_segmentation
  mkdir -p "$blur"
  [ -e "$blur/selfie_segmentation.js" ] || echo '// left out of the Debian package' >"$blur/selfie_segmentation.js"
}

unpack() { # $1 = the checked package
  say "unpacking Odoo 19.0 ($1)"
  rm -rf "$tree.new"; mkdir -p "$tree.new"
  dpkg-deb --fsys-tarfile "$1" | tar -x -C "$tree.new" --no-same-owner \
    ./usr/lib/python3/dist-packages/odoo ./usr/bin/odoo
  sed '1a import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "usr/lib/python3/dist-packages"))' \
    "$tree.new/usr/bin/odoo" >"$tree.new/odoo-bin"
  chmod +x "$tree.new/odoo-bin"
  ln -s ../../../../odoo-bin "$tree.new/usr/lib/python3/dist-packages/odoo-bin" # where Odoo's own tests look
  fill "$tree.new" || return 1
  echo "$SHA256" >"$tree.new/.complete"
  rm -rf "$tree"; mv "$tree.new" "$tree"
  use "$tree"
}

debian() { # fetch the pinned package with an apt that leaves the machine's own alone
  local key=/usr/share/keyrings/debian-archive-keyring.gpg mirror a=$cache/apt have
  command -v apt-get >/dev/null && [ -r $key ] || return 1
  mirror=${USU_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E '/debian/?$' | sort -u | head -1)}
  [ -n "$mirror" ] || { say "apt knows no Debian mirror (set USU_DEBIAN_MIRROR)"; return 1; }
  mkdir -p "$a/lists/partial" "$a/archives/partial"
  : >"$a/status"
  echo "deb [signed-by=$key] $mirror $SUITE main" >"$a/sources.list"
  # an old index will do: the package itself is pinned by its SHA256
  local o=(-o Dir::Etc::sourcelist="$a/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::State="$a" -o Dir::State::lists="$a/lists" -o Dir::State::status="$a/status"
    -o Dir::Cache="$a" -o APT::Sandbox::User= -o Acquire::Languages=none -o Debug::NoLocking=1
    -o Acquire::Check-Valid-Until=false -o Acquire::Check-Date=false)
  say "fetching Odoo 19.0 (123 MB, Debian package)"
  apt-get "${o[@]}" -qq update >&2 || { say "the index of Debian $SUITE cannot be fetched: is there a network?"; return 1; }
  have=$(apt-cache "${o[@]}" madison odoo-19 2>/dev/null | awk -F'|' 'NR==1 {gsub(/ /,"",$2); print $2}')
  [ "$have" = "$VERSION" ] || {
    say "Debian $SUITE now holds odoo-19 '${have:-none}'; this project is pinned to $VERSION."
    say "Put $DEB (SHA256 $SHA256) into $cache, or set ODOO_PATH to an Odoo 19.0."
    return 1
  }
  (cd "$cache" && apt-get "${o[@]}" -qq download "odoo-19=$VERSION" >&2) || return 1
  [ -f "$cache/$DEB" ] || mv "$cache"/odoo-19_*.deb "$cache/$DEB" # apt escapes '+' in some releases
}

if [ -n "${ODOO_PATH:-}" ]; then use "$ODOO_PATH"; fi
[ "$(cat "$tree/.complete" 2>/dev/null)" != "$SHA256" ] || use "$tree"
mkdir -p "$cache"
for f in "${USU_ODOO_DEB:-}" "$cache/$DEB" "../shared/cache/$DEB"; do
  [ -n "$f" ] && [ -f "$f" ] || continue
  if fits "$f"; then unpack "$f" || exit 1; else say "$f is not the pinned package (SHA256 differs): passed over"; fi
done
if [ "${USU_ODOO_FROM:-debian}" = debian ] && debian; then
  if fits "$cache/$DEB"; then unpack "$cache/$DEB" || exit 1; fi
  rm -f "$cache/$DEB"
  say "the package fetched does not have the pinned SHA256: not used"
fi
if command -v git >/dev/null; then
  say "cloning $GIT, branch 19.0 (about 300 MB)"
  rm -rf "$tree.new"
  if git clone -q --depth 1 --single-branch -b 19.0 "$GIT" "$tree.new"; then
    echo "$SHA256" >"$tree.new/.complete"; rm -rf "$tree"; mv "$tree.new" "$tree"; use "$tree"
  fi
  rm -rf "$tree.new"
fi
say "no Odoo 19.0 source could be had: set ODOO_PATH to one"
exit 1
