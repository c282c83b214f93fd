#!/usr/bin/env bash
# Builds the release program with what measures it, and runs that. Arguments go to the bench: see bench/arguments.rs.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

scripts/need-rust.sh
scripts/bring-postgres.sh
scripts/bring-graphiql.sh || true

# Both at once: built one after the other, cargo would build the server's library twice.
cargo build --locked --release --bin lilium --bench bench
program=$(cargo build --locked --release --bin lilium --bench bench --message-format=json 2>/dev/null |
  sed -nE '/"kind":\["bench"\]/s/.*"executable":"([^"]+)".*/\1/p')
[[ -x $program ]] || {
  say "cargo did not say where the bench is"
  exit 1
}
exec "$program" "$@" </dev/null
