#!/usr/bin/env bash
# base.sh MIRROR FOLDER: a bare Debian 13 for the stand-ins, debian:trixie-slim
set -euo pipefail
debootstrap --variant=minbase --include=ca-certificates,curl trixie "$2" "$1"
# a registry behind the machine's own certificate authority is reached as from here
[ ! -r /etc/ssl/certs/ca-certificates.crt ] ||
  cp /etc/ssl/certs/ca-certificates.crt "$2/etc/ssl/certs/ca-certificates.crt"
rm -rf "$2"/var/lib/apt/lists/* "$2"/var/cache/apt/* "$2"/usr/share/doc/*
tar -C "$2" -c . | docker import \
  -c 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' - debian:trixie-slim >/dev/null
