#!/usr/bin/env bash
# Makes sure that the real servers the tests talk to are there. They are only
# installed: none is started as a service on this machine; the tests start
# their own on loopback ports.
set -eu

missing=""
need() { # command package
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"
}
need gcc gcc
need dovecot dovecot-imapd
need postfix postfix
need gpg gnupg
need strace strace
need openssl openssl
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need initdb postgresql
[ -e /usr/include/stdlib.h ] || missing="$missing libc6-dev"

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
  echo "The tests need these packages:$missing" >&2
  echo "As root: apt-get install --no-install-recommends$missing" >&2
  case "${CI:-} $missing " in
  true*) exit 1 ;; # there nothing may be left out
  *" gcc "* | *" libc6-dev "*) exit 1 ;; # the race detector needs them
  esac
  echo "Without them the tests of real servers are skipped." >&2
  exit 0
fi
# A package that is set up while this file says 101 starts no service.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # a list of names
apt-get install -q -y --no-install-recommends $missing
