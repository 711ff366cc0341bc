#!/bin/bash
# What the official entry point promises, as far as compose.yaml uses it: root at the
# start, POSTGRES_USER as superuser, POSTGRES_PASSWORD_FILE, no port before it is ready.
set -e
[ "$1" = postgres ] || exec "$@"
mkdir -p "$PGDATA" /var/run/postgresql
chown postgres "$PGDATA" /var/run/postgresql
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=$(mktemp)
  cat "${POSTGRES_PASSWORD_FILE:-/dev/stdin}" >"$password" <<<"${POSTGRES_PASSWORD:-}"
  chown postgres "$password"
  gosu postgres initdb -U "${POSTGRES_USER:-postgres}" --pwfile="$password" \
    -A scram-sha-256 -E UTF8 --locale=C.UTF-8 >/dev/null
  rm -f "$password"
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
fi
exec gosu postgres "$@" -c listen_addresses='*'
