#!/usr/bin/env bash
# Checks what the program is built of against deny.toml: licences, crates that must not be, where they come from, and advisories
# where their database is at hand.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

scripts/bring-cargo-deny.sh
check_crates
for what in "${skipped[@]}"; do say "skipped $what"; done
