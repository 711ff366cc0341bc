#!/usr/bin/env bash
# ./usu containers [ADDON...]: builds docker/ and runs it with a real Docker engine.
#
# The engine is private: its own data ($USU_CACHE/docker), its own socket, and its own
# network, mounts and processes (Linux namespaces; slirp4netns leads outside). It meets
# no other engine of the machine, and when it ends nothing is left behind: no bridge, no
# firewall rule, no mount, no process.
#
# Official images are pulled; where they cannot be had, stand-ins made of Debian 13 carry
# their names (docker/standin). ADDON... : only these are installed (default: all).
#   --full     also backup, restore, upgrade (a minute more)
#   --keep     stay up after the checks, until Enter
#   --pull     ask for the official images again
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export USU_CACHE=${USU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/usu}
# shellcheck source=tools/setup.sh
. tools/setup.sh

keep='' pull='' full='' addons=()
for a in "$@"; do
  case $a in
    --full) full=1 ;;
    --keep) keep=1 ;;
    --pull) pull=1 ;;
    -*) die "containers: no such option: $a (--full, --keep, --pull)" ;;
    *) addons+=("$a") ;;
  esac
done
[ "$(id -u)" = 0 ] || die "./usu containers starts an engine of its own and so needs root: sudo -E ./usu containers"

work=$USU_CACHE/docker
mkdir -p "$work" 2>/dev/null || die "cannot write to $work: set USU_CACHE"
exec 8>"$work/.lock"
flock -n 8 || die "another ./usu containers is running ($work)"
for d in /tmp/usu-containers.*; do # of a run that was killed
  [ ! -f "$d/pid" ] || kill -0 "$(cat "$d/pid")" 2>/dev/null || rm -rf "$d"
done
root=$PWD run=$(mktemp -d /tmp/usu-containers.XXXXXX)
echo $$ >"$run/pid"
t0=$SECONDS
mark() { printf '[%3d s] %s\n' $((SECONDS - t0)) "$*"; }

# ---- the engine --------------------------------------------------------------------
programs() {
  local missing=()
  type -P dockerd >/dev/null || missing+=(docker.io)
  type -P docker >/dev/null || missing+=(docker.io)
  type -P iptables >/dev/null || missing+=(iptables)
  type -P slirp4netns >/dev/null || missing+=(slirp4netns)
  type -P debootstrap >/dev/null || missing+=(debootstrap)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
  type -P docker >/dev/null || apt_install docker-cli
}

plugins() { # compose and buildx: where the machine has none, Debian 13's static programs
  export DOCKER_CONFIG=$work/config
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  if docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; then return; fi
  say "fetching docker compose"
  local a=$work/apt key=/usr/share/keyrings/debian-archive-keyring.gpg d
  mkdir -p "$a/lists/partial" "$a/archives/partial"
  : >"$a/status"
  echo "deb [signed-by=$key] $(mirror) trixie main" >"$a/sources.list"
  local o=(-o Dir::Etc::sourcelist="$a/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::State="$a" -o Dir::State::lists="$a/lists" -o Dir::State::status="$a/status"
    -o Dir::Cache="$a" -o APT::Sandbox::User= -o Acquire::Languages=none)
  apt-get "${o[@]}" -qq update
  (cd "$a" && apt-get "${o[@]}" -qq download docker-compose docker-buildx) ||
    die "docker compose could not be fetched: install docker-compose-v2 (Ubuntu) or docker-compose (Debian 13)"
  for d in "$a"/*.deb; do
    dpkg-deb --fsys-tarfile "$d" | tar -x -C "$DOCKER_CONFIG/cli-plugins" --strip-components=5 \
      --wildcards './usr/libexec/docker/cli-plugins/*'
  done
  rm -rf "$a"
}

mirror() {
  # shellcheck disable=SC2016 # apt's own variable
  local m=${USU_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E '/debian/?$' | sort -u | head -1)}
  [ -n "$m" ] || die "apt knows no Debian mirror: set USU_DEBIAN_MIRROR"
  echo "$m"
}

inside() { nsenter -t "$init" -n -- "$@"; } # in the engine's network

engine() {
  cat >"$run/engine.sh" <<'IN'
# process 1 of the engine's own world: reaps, and hands the signal on
work=$1 run=$2 net=$3
ip link set lo up
echo "nameserver 10.0.2.3" >"$run/resolv.conf"
mount --bind "$run/resolv.conf" "$(readlink -f /etc/resolv.conf)"
[ ! -d /run/containerd ] || mount -t tmpfs none /run/containerd
until [ -e "$net" ]; do sleep 0.05; done
dockerd --data-root "$work/data" --exec-root "$run/exec" --pidfile "$run/dockerd.pid" \
  --cgroup-parent /usu-containers -H "unix://$run/docker.sock" >"$run/dockerd.log" 2>&1 &
trap 'kill $!' TERM
wait $!; wait $!
IN
  export DOCKER_HOST=unix://$run/docker.sock
  setpriv --pdeathsig KILL unshare --mount --pid --net --fork --mount-proc --kill-child \
    bash "$run/engine.sh" "$work" "$run" "$run/net" 8>&- 2>"$run/unshare.log" &
  outer=$!
  for _ in $(seq 50); do
    init=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null) && [ -n "$init" ] && break
    sleep 0.05
  done
  init=${init// /}
  [ -n "$init" ] || die "no namespaces of its own for the engine (unshare failed)"
  setpriv --pdeathsig KILL slirp4netns --configure --mtu=65520 --disable-host-loopback "$init" tap0 >"$run/slirp.log" 2>&1 8>&- &
  slirp=$!
  for _ in $(seq 50); do inside ip route 2>/dev/null | grep -q default && break; sleep 0.05; done
  : >"$run/net"
  for _ in $(seq 100); do
    docker version >/dev/null 2>&1 && break
    kill -0 "$outer" 2>/dev/null || break
    sleep 0.2
  done
  docker version >/dev/null 2>&1 || { tail -n 5 "$run/dockerd.log" >&2; die "the engine did not start"; }
}

stop() {
  local rc=$?
  trap - EXIT INT TERM
  set +e
  [ -z "${watcher:-}" ] || kill "$watcher" 2>/dev/null
  if [ -n "${init:-}" ]; then
    [ ! -d "$run/secrets" ] || compose two "${every[@]}" down -v -t 3 >/dev/null 2>&1
    kill "$init" 2>/dev/null
    for _ in $(seq 100); do [ -e "$run/dockerd.pid" ] || break; sleep 0.1; done
    kill -9 "$init" 2>/dev/null # takes every process of its world along
    kill "$slirp" 2>/dev/null
    wait "$outer" "$slirp" 2>/dev/null
  fi
  find /sys/fs/cgroup -depth -type d -path '*/usu-containers*' -exec rmdir {} + 2>/dev/null
  [ $rc = 0 ] || { mkdir -p "$work/last"; cp "$run"/*.log "$work/last/" 2>/dev/null; say "logs: $work/last"; }
  rm -rf "$run"
  mark "stopped, nothing left running"
  exit $rc
}

# ---- images ------------------------------------------------------------------------
mb() { docker image inspect -f '{{.Size}}' "$1" | awk '{printf "%d MB", $1 / 1e6}'; }

base() { # what the stand-ins are made of
  docker image inspect debian:trixie-slim >/dev/null 2>&1 && return
  rm -rf "$work/rootfs"
  "$root/docker/standin/base.sh" "$(mirror)" "$work/rootfs" >"$run/base.log" 2>&1 ||
    { tail -n 5 "$run/base.log" >&2; die "no base for the stand-ins"; }
  rm -rf "$work/rootfs"
  mark "base of the stand-ins: $(mb debian:trixie-slim)"
}

odoo_package() {
  local f
  for f in "${USU_ODOO_DEB:-}" "$USU_CACHE"/odoo-19_*_all.deb "$root"/../shared/cache/odoo-19_*_all.deb; do
    [ -f "$f" ] && { ln -f "$f" "$1" 2>/dev/null || cp "$f" "$1"; return; }
  done
  die "the stand-in for odoo:19 needs Debian's package odoo-19: set USU_ODOO_DEB to it"
}

image() { # image NAME STANDIN: the official one, else a stand-in under its name
  local made
  made=$(docker image inspect -f '{{index .Config.Labels "usu.stand-in"}}' "$1" 2>/dev/null) || made=none
  if [ "$made" = none ] || { [ -n "$made" ] && [ -n "$pull" ]; }; then
    if timeout 300 docker pull -q "$1" >/dev/null 2>"$run/pull.log"; then made=''; fi
  fi
  if [ "$made" = none ]; then
    base
    rm -rf "$run/context"; cp -r "$root/docker/standin" "$run/context"
    [ "$2" != odoo ] || odoo_package "$run/context/odoo.deb"
    docker build -q --network host -t "$1" -f "$run/context/$2.Dockerfile" "$run/context" >"$run/standin.log" 2>&1 ||
      { tail -n 20 "$run/standin.log" >&2; die "stand-in for $1: failed"; }
    rm -rf "$run/context"
    made=$1
  fi
  mark "$1: $(mb "$1")${made:+ (stand-in)}"
}

# ---- the clinic --------------------------------------------------------------------
every=(--profile telephony --profile telegram --profile mail)

compose() { # compose one|two|tls ARGS...
  local files=(-f "$root/docker/compose.yaml")
  case $1 in
    two) files+=(-f "$root/docker/compose.two-nodes.yaml") ;;
    tls) files+=(-f "$root/docker/compose.tls.yaml") ;;
  esac
  shift
  docker compose "${files[@]}" "$@"
}

quiet() { # quiet LOG COMMAND...
  local log=$run/$1.log; shift
  "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "failed: $*"; }
}

secret() {
  for s in "$@"; do head -c 18 /dev/urandom | base64 >"$USU_SECRETS/$s"; chmod 644 "$USU_SECRETS/$s"; done
}

secrets() {
  export USU_SECRETS=$run/secrets USU_CERTS=$run/certs USU_ACME=$run/acme
  mkdir -m 700 "$USU_SECRETS"; mkdir "$USU_CERTS" "$USU_ACME"
  secret db_password admin_password
  # no PBX here: the connector plays recorded calls
  export USU_TELEPHONY=$run/telephony.env
  printf '%s\n' USU_DRIVER=replay USU_REPLAY=/usr/share/usu-callcard USU_REPLAY_SPEED=20 >"$USU_TELEPHONY"
}

same_versions() { # docker/requirements.txt names what the tests run with
  local line
  grep -v '^#' "$root/docker/requirements.txt" | while read -r line; do
    grep -qE "^${line//./\\.}( |$)" "$root/requirements/run.txt" || die "docker/requirements.txt: $line is not in requirements/run.txt"
  done
}

code() { inside curl -sk -m 20 -o /dev/null -w '%{http_code}' "$1"; }

answers() { # waits until each URL answers
  local url
  for url in "$@"; do
    for _ in $(seq 120); do
      [ "$(code "$url")" = 200 ] && continue 2
      sleep 0.5
    done
    compose two logs --tail 20 odoo nginx >&2
    die "$url does not answer"
  done
}

address() { compose two ps -q "$1" | xargs docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'; }

health() { docker inspect -f '{{.State.Health.Status}}' "$1"; }

sql() { # sql DATABASE STATEMENT
  compose one exec -T -e "PGPASSWORD=$(cat "$USU_SECRETS/db_password")" db psql -qAt -h 127.0.0.1 -U odoo -d "$1" -c "$2"
}

check() {
  inside "$root/.usu/venv/bin/python" "$root/docker/check.py" \
    http://127.0.0.1 clinic "$USU_SECRETS/admin_password" "$@" || die "check failed: $*"
}

built() { # says when the image is there; the start goes on meanwhile
  until docker image inspect usu-front-desk:19.0 >/dev/null 2>&1; do sleep 1; done
  mark "built: usu-front-desk $(mb usu-front-desk:19.0)"
}

cd "$root"
programs
plugins
same_versions
trap stop EXIT INT TERM
engine
mark "engine $(docker version --format '{{.Server.Version}}'), compose $(docker compose version --short)"
image postgres:17 postgres
image nginx:1 nginx
image python:3.12-slim python
image odoo:19 odoo

secrets
USU_ADDONS=$(IFS=,; echo "${addons[*]}"); export USU_ADDONS
for files in one two tls; do compose $files "${every[@]}" config -q; done
mark "compose files are valid"
compose two "${every[@]}" down -v -t 3 >/dev/null 2>&1 || true # what a killed run left
docker image rm -f usu-front-desk:19.0 usu-callcard-connector:19.0 >/dev/null 2>&1 || true # layers stay
built 8>&- &
watcher=$!
quiet up compose one up -d --build
compose one logs admin >"$run/install.log" 2>&1
mark "database made: $(sed -n 's/.*making the database clinic: \(.*\) (.*/\1/p' "$run/install.log")"
answers http://127.0.0.1/web/login
mark "login page answers through nginx"
check --addons "$USU_ADDONS"
mark "websocket, limits and addons are in order"
! compose one exec -T odoo id -u | grep -qx 0 || die "Odoo runs as root"

if [ -f addons/usu_callcard/connector/pyproject.toml ] && [[ ",$(IFS=,; echo "${addons[*]:-usu_callcard}")," == *,usu_callcard,* ]]; then
  secret pbx_secret pbx_password
  check --pbx "$USU_SECRETS/pbx_secret"
  quiet connector_build compose one --profile telephony build connector
  quiet connector compose one --profile telephony up -d --no-deps connector
  check --calls
  mark "recorded calls came from the connector, $(mb usu-callcard-connector:19.0)"
fi

if [[ ",$USU_ADDONS," == *,usu_intake,* || -z $USU_ADDONS ]]; then
  quiet waiting compose one --profile telegram --profile mail up -d --no-deps telegram mail
  for service in telegram mail; do
    for _ in $(seq 60); do
      compose one --profile "$service" exec -T "$service" usu-admin alive "$service" 2>/dev/null && break
      sleep 1
    done
    sleep 3 # long enough to fall over
    state=$(compose one --profile "$service" ps -q "$service" | xargs docker inspect -f '{{.State.Status}} {{.RestartCount}}')
    [ "$state" = "running 0" ] || { compose one --profile "$service" logs --tail 20 "$service" >&2; die "$service is $state"; }
  done
  mark "Telegram and the mailboxes are waited for"
fi

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
  -keyout "$USU_CERTS/privkey.pem" -out "$USU_CERTS/fullchain.pem" 2>/dev/null
echo asked >"$USU_ACME/asked"; mkdir -p "$USU_ACME/.well-known/acme-challenge"
mv "$USU_ACME/asked" "$USU_ACME/.well-known/acme-challenge/"
quiet tls compose tls up -d nginx
answers https://127.0.0.1/web/login
[ "$(code http://127.0.0.1/web/login)" = 301 ] || die "http is not sent on to https"
[ "$(inside curl -s http://127.0.0.1/.well-known/acme-challenge/asked)" = asked ] || die "acme"
[ "$(code "http://$(address nginx):8081/web/health")" = 200 ] || die "the connector's way is closed"
[ "$(code http://127.0.0.1:8081/)" = 000 ] || die "the connector's port is open to the outside"
mark "https, with http sent on to it"

quiet two compose two up -d
one=$(address odoo) two=$(address odoo2)
for port in 8069 8072; do answers "http://$one:$port/web/health" "http://$two:$port/web/health"; done
check --nodes "$one,$two"
mark "two nodes: one session, one filestore, messages both ways"
docker stats --no-stream --format '        {{.Name}}: {{.MemUsage}}' | sed 's| / .*||'
for container in usu-db-1 usu-odoo-1; do
  for _ in $(seq 60); do [ "$(health $container)" != starting ] && break; sleep 1; done
  [ "$(health $container)" = healthy ] || die "$container is $(health $container)"
done
quiet stopped compose two stop -t 10 odoo
for _ in $(seq 20); do [ "$(code http://127.0.0.1/web/login)" = 200 ] || die "a page was lost with one node"; done
mark "one node stopped: 20 pages of 20 came from the other"

if [ -n "$full" ]; then
  compose one run --rm -T admin backup >"$run/clinic.zip" 2>"$run/backup.log" || { tail "$run/backup.log" >&2; die "backup failed"; }
  compose one run --rm -T admin copy clinic_copy <"$run/clinic.zip" >"$run/copy.log" 2>&1 || { tail "$run/copy.log" >&2; die "no copy"; }
  [ "$(sql clinic_copy "SELECT value FROM ir_config_parameter WHERE key = 'database.is_neutralized'")" = true ] || die "the copy is not silent"
  mark "backup $(du -h "$run/clinic.zip" | cut -f1), read back into a silent copy"
  sql clinic "UPDATE ir_module_module SET latest_version = '19.0.0.0.1' WHERE name = 'usu_guard'"
  if compose two up -d >"$run/refused.log" 2>&1; then die "an older database was not noticed"; fi
  answers http://127.0.0.1/web/login
  mark "an image newer than its database is refused; what ran goes on"
  quiet upgrade compose one run --rm admin upgrade
  head -c 2000 "$run/clinic.zip" >"$run/damaged.zip"
  compose two stop -t 10 odoo odoo2 >/dev/null 2>&1
  if compose one run --rm -T admin restore <"$run/damaged.zip" >"$run/damaged.log" 2>&1; then die "a damaged backup was taken"; fi
  compose one run --rm -T admin restore <"$run/clinic.zip" >"$run/restore.log" 2>&1 || { tail "$run/restore.log" >&2; die "no restore"; }
  quiet again compose one up -d
  answers http://127.0.0.1/web/login
  check --addons "$USU_ADDONS"
  mark "upgraded; a damaged backup refused, a whole one restored"
fi

compose two logs --no-color --no-log-prefix odoo odoo2 admin 2>/dev/null >"$run/odoo.log"
sed -nE 's/^.*(WARNING|ERROR|CRITICAL) /\1 /p' "$run/odoo.log" | cut -c1-300 | sort | uniq -c | head -20
! grep -qE ' (ERROR|CRITICAL) ' "$run/odoo.log" || die "errors in Odoo's log"
if [ -n "$keep" ]; then
  mark "up; in another window:"
  echo "        export DOCKER_HOST=$DOCKER_HOST DOCKER_CONFIG=$DOCKER_CONFIG; docker ps"
  echo "        nsenter -t $init -n curl -s http://127.0.0.1/web/login"
  read -r -p "Enter ends it " _ || true
fi
echo "containers: ok, $((SECONDS - t0)) s"
