# shellcheck shell=bash
# What a bare machine lacks: sourced by ./usu, which stands at the checkout's root.
#
# Everything large lies in $USU_CACHE, one folder per content (a hash in its name), and
# .usu/ in the checkout only points there: a second checkout starts in seconds.

say() { printf 'usu: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

step() { # step "what" command...: says what takes long, and how long it took
  local what=$1 t0=$SECONDS; shift
  say "$what ..."
  "$@" || die "$what: failed (see above)"
  say "$what: $((SECONDS - t0)) s"
}

writable() {
  mkdir -p "$USU_CACHE" 2>/dev/null && [ -w "$USU_CACHE" ] ||
    die "cannot write to $USU_CACHE: set USU_CACHE to a folder you may write to"
  mkdir -p .usu 2>/dev/null && [ -w .usu ] ||
    die "cannot write to $PWD/.usu: copy the checkout to a folder you may write to"
}

locked() { # one set-up at a time per cache
  writable
  exec 9>"$USU_CACHE/.lock"
  flock -n 9 || { say "another ./usu is setting up; waiting for it"; flock 9; }
}
unlocked() { exec 9>&-; }

apt_install() { # apt_install PACKAGES...: installs them when allowed to
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo -n)
  command -v apt-get >/dev/null || die "please install: $*"
  say "installing $* (Debian packages)"
  { "${sudo[@]}" apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null; } 2>"$USU_CACHE/apt.log" || {
    tail -n 3 "$USU_CACHE/apt.log" >&2
    die "please have an administrator run: apt-get install --no-install-recommends $*"
  }
}

setup_programs() { # programs that only tests need
  local missing=()
  for p in "$@"; do
    case $p in
      chromium) [ -n "$(type -P google-chrome chromium chromium-browser google-chrome-stable)" ] || missing+=(chromium) ;;
      dovecot) { [ -x /usr/sbin/dovecot ] && [ -x /usr/lib/dovecot/pop3 ]; } || missing+=(dovecot-imapd dovecot-pop3d) ;;
    esac
  done
  [ ${#missing[@]} = 0 ] || { writable; apt_install "${missing[@]}"; }
}

find_python() {
  for p in ${USU_PYTHON:-python3.12 python3.11 python3.13 python3.10 python3}; do
    "$p" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { PY=$(type -P "$p"); return; }
  done
  die "Odoo 19 needs Python 3.10 to 3.13: install python3 or set USU_PYTHON"
}

make_venv() { # make_venv FOLDER REQUIREMENTS...
  local venv=$1; shift
  "$PY" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
  rm -rf "$venv"
  "$PY" -m venv "$venv" || return 1
  local pip=("$venv/bin/pip" --disable-pip-version-check)
  if "${pip[@]}" install -q uv==0.13.9 2>/dev/null; then pip=("$venv/bin/uv" pip); fi
  local files=(); for f in "$@"; do files+=(-r "$f"); done
  # these are pure Python without a wheel; all else comes as a wheel: no compiler
  VIRTUAL_ENV=$venv "${pip[@]}" install -q --only-binary :all: --no-binary docopt,authres,dkimpy "${files[@]}" || {
    rm -rf "$venv"
    say "the packages could not be installed: is a package index reachable (pip config list)?"
    return 1
  }
}

setup_python() { # .usu/venv: Odoo's requirements, ours, and what the tests need
  find_python
  local want venv
  want=$(cat requirements/test.txt requirements/oca.txt <("$PY" -c 'import sys; print(sys.version, sys.prefix)') | sha256sum | cut -c1-12)
  venv=$USU_CACHE/venv-$want
  if [ ! -f "$venv/.complete" ]; then
    locked
    if [ ! -f "$venv/.complete" ]; then
      step "Python packages" make_venv "$venv" requirements/test.txt
      # --no-deps: OCA's addons require `odoo`, which is not a package of the index
      step "OCA addons" "$venv/bin/pip" --disable-pip-version-check install -q --no-deps -r requirements/oca.txt
      : >"$venv/.complete"
    fi
    unlocked
  fi
  writable
  ln -sfn "$venv" .usu/venv
}

setup_lint() { # .usu/lint: the linters, apart from what runs
  find_python
  local want venv
  want=$(cat requirements/lint.txt tools/lint/package.json tools/lint/*.mjs <("$PY" -V) | sha256sum | cut -c1-12)
  venv=$USU_CACHE/lint-$want
  if [ ! -f "$venv/.complete" ]; then
    locked
    if [ ! -f "$venv/.complete" ]; then
      step "linters" make_venv "$venv" requirements/lint.txt
      # their configurations import plugins, which Node looks for beside them
      cp tools/lint/package.json tools/lint/package-lock.json tools/lint/*.mjs "$venv/"
      step "linters for JavaScript and XML" "$venv/bin/npm" --prefix "$venv" ci --silent --no-audit --no-fund --ignore-scripts
      : >"$venv/.complete"
    fi
    unlocked
  fi
  ln -sfn "$venv" .usu/lint
}

setup_docs() { # .usu/docs: the generator of the manual
  find_python
  local want venv
  want=$(cat requirements/docs.txt <("$PY" -V) | sha256sum | cut -c1-12)
  venv=$USU_CACHE/docs-$want
  if [ ! -f "$venv/.complete" ]; then
    locked
    if [ ! -f "$venv/.complete" ]; then
      step "generator of the manual" make_venv "$venv" requirements/docs.txt
      : >"$venv/.complete"
    fi
    unlocked
  fi
  ln -sfn "$venv" .usu/docs
}

setup_odoo() { # .usu/odoo: the pinned Odoo 19.0
  locked
  tools/get_odoo.sh "$USU_CACHE" .usu/odoo || exit 1
  unlocked
}

clean() {
  if [ -x .usu/venv/bin/python ]; then .usu/venv/bin/python tools/run.py stop || true; .usu/venv/bin/python tools/run.py clean; fi
  rm -rf .usu
  say "clean; downloads are kept in $USU_CACHE (remove them by hand if you like)"
}
