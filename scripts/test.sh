#!/usr/bin/env bash
# Brings what the tests need, runs all of them, and closes with what ran and what did not. Arguments go to cargo test.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# The sums of cargo's "test result: ok. 3 passed; 0 failed; 1 ignored; ..." lines.
sums() {
  awk '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
    END { printf "%d tests passed, %d failed, %d ignored", passed, failed, ignored }' "$1"
}

bring_for_tests
[[ -n ${MEILISEARCH_URL:-} ]] || without "what runs on Meilisearch: MEILISEARCH_URL names no server"
log=$ROOT/.tools/test.log
mkdir -p "$ROOT/.tools"
status=0
check_crates || status=$?
cargo test --locked --no-fail-fast "$@" </dev/null | tee "$log" || status=$?

((status == 0)) && verdict="all is well" || verdict="NOT all is well"
say "$verdict: $(sums "$log"), in $((SECONDS / 60)) min $((SECONDS % 60)) s"
for what in "${skipped[@]}"; do say "skipped $what"; done
exit "$status"
