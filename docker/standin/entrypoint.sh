#!/bin/bash
# What the official entry point promises: HOST, PORT, USER, PASSWORD or PASSWORD_FILE
# name the database, unless the configuration or a PG* variable does.
set -e
[ ! -v PASSWORD_FILE ] || PASSWORD=$(<"$PASSWORD_FILE")
args=()
add() { # option, value, variable that replaces it
  [ -v "$3" ] || grep -qE "^\s*$1\s*=" "$ODOO_RC" || args+=("--$1" "$2")
}
add db_host "${HOST:-db}" PGHOST
add db_port "${PORT:-5432}" PGPORT
add db_user "${USER:-odoo}" PGUSER
add db_password "${PASSWORD:-odoo}" PGPASSWORD
case "$1" in
  -- | odoo) shift ;;
  -*) ;;
  *) exec "$@" ;;
esac
until (exec 3<>"/dev/tcp/${HOST:-db}/${PORT:-5432}") 2>/dev/null; do sleep 0.3; done
exec odoo "$@" "${args[@]}"
