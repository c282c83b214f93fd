#!/usr/bin/env bash
# Proves the release program: the long forms of tests, and what clients and raw frames see of it. Arguments go to the tests.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

bring_for_tests

cargo build --locked --release
LILIUM_PROVE_BINARY=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/release/lilium
export LILIUM_PROVE_BINARY

# The number that stands before a word in cargo's "test result: ..." lines, summed.
sum() { awk -v word="$1" '/^test result:/ { for (i = 2; i <= NF; i++) if ($i ~ "^" word) sum += $(i - 1) } END { print sum + 0 }' "$log"; }

log=$ROOT/.tools/prove.log
mkdir -p "$ROOT/.tools"
: >"$log"
status=0
runs=()
# prove WHAT [options and names of tests]
prove() {
  local what=$1 before failed ran
  shift
  before=$(sum passed)
  say "proving $what"
  cargo test --locked --no-fail-fast --test it -- --nocapture "$@" </dev/null | tee -a "$log" || status=$?
  ran=$(($(sum passed) - before))
  runs+=("$what: $ran passed")
  if ((ran == 0)); then without "$what: there is no such test"; fi
}

# One after the other: what they measure is theirs.
prove "the long forms" --ignored live:: --test-threads=1 "$@"
prove "what sockets and streams carry" live:: "$@"
# The same: each fault is alone on the machine.
prove "what happens when all sorts of things go away" --include-ignored faults:: --test-threads=1 "$@"
prove "stock clients and protocol audits" clients:: "$@"

# What tests themselves said that they had to leave out.
while read -r what; do without "$what"; done < <(sed -n 's/^.*skipped: //p' "$log" | sort -u)
verdict="all is proven"
((${#skipped[@]} == 0)) || verdict="all that could be run is proven, and ${#skipped[@]} things were left out"
((status == 0)) || verdict="NOT all is proven"
say "$verdict on $LILIUM_PROVE_BINARY: $(sum passed) tests passed, $(sum failed) failed, in $((SECONDS / 60)) min $((SECONDS % 60)) s"
for what in "${runs[@]}"; do say "ran $what"; done
for what in "${skipped[@]}"; do say "skipped $what"; done
exit "$status"
