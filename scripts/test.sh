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
# All servers that tests start keep their logs here, and what tests know to be secret is kept beside them.
export LILIUM_TEST_LOGS=$ROOT/.tools/test-logs
rm -rf "$LILIUM_TEST_LOGS"
cargo test --locked --no-fail-fast "$@" </dev/null | tee "$log" || status=$?
# The last step: no secret is in any of them. A run of some tests may have started no server.
if (($# == 0)); then
  cargo test --locked --test it -- --ignored --exact --nocapture watching::logs::no_secret_is_in_any_log_of_the_run </dev/null | tee -a "$log" || status=$?
fi

((status == 0)) && verdict="all is well" || verdict="NOT all is well"
say "$verdict: $(sums "$log"), in $((SECONDS / 60)) min $((SECONDS % 60)) s"
for what in "${skipped[@]}"; do say "skipped $what"; done
exit "$status"
