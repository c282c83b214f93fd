#!/usr/bin/env bash
# Sees to it that cargo-deny is on this machine: it checks the crates against deny.toml. There is no package of it that is new
# enough, so cargo builds it, without optimisation: some three minutes once, and it checks in five seconds all the same.
. "$(dirname "$0")/lib.sh"

VERSION=0.20.2
FOLDER=$ROOT/.tools/cargo-deny

# Whether the one that is there is this version or a newer one: deny.toml is written for it.
is_there() {
  local found
  have cargo-deny && found=$(cargo-deny --version | awk '{ print $2 }') || return 1
  [[ $(printf '%s\n' "$VERSION" "$found" | sort -V | head -1) == "$VERSION" ]]
}

build() {
  local new=$FOLDER.new
  scripts/need-rust.sh
  say "building cargo-deny $VERSION, once: some three minutes"
  rm -rf "$new"
  mkdir -p "$new"
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR=$new/target \
    cargo install cargo-deny --version "=$VERSION" --locked --quiet --root "$new" </dev/null || return 1
  rm -rf "$new/target"
  put_in_place "$new" "$FOLDER"
}

cd "$ROOT"
if is_there; then exit 0; fi
if build && is_there; then exit 0; fi
say "cargo-deny is missing and could not be built; this builds it: cargo install cargo-deny --locked"
exit 1
