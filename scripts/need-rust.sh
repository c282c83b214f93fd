#!/usr/bin/env bash
# Stops with a sentence where Rust or a C compiler is missing: these two are not brought.
. "$(dirname "$0")/lib.sh"

have cargo || {
  say "Rust is missing; this brings it: curl --proto '=https' -sSf https://sh.rustup.rs | sh -s -- -y"
  exit 1
}
have cc || {
  say "a C compiler is missing; this brings it: sudo apt-get install build-essential"
  exit 1
}
