#!/usr/bin/env bash
# Brings what the tests need, runs all of them, and closes with what ran and what did not. Arguments go to cargo test: then those
# tests are run and nothing else, on a program that is not optimised.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# The sums of cargo's "test result: ok. 3 passed; 0 failed; 1 ignored; ..." lines.
sums() {
  awk '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
    END { printf "%d tests passed, %d failed, %d ignored", passed, failed, ignored }' "$1"
}

# The release program, wherever cargo puts it.
release() { printf '%s/release/lilium' "$(cd "${CARGO_TARGET_DIR:-target}" && pwd)"; }

bring_for_tests
[[ -n ${MEILISEARCH_URL:-} ]] || without "what runs on Meilisearch: MEILISEARCH_URL names no server"
log=$ROOT/.tools/test.log
mkdir -p "$ROOT/.tools"
status=0
check_crates || status=$?
# All servers that tests start keep their logs here, and what tests know to be secret is kept beside them.
export LILIUM_TEST_LOGS=$ROOT/.tools/test-logs
rm -rf "$LILIUM_TEST_LOGS"
if (($# == 0)); then
  cargo test --locked --no-fail-fast -- --skip attacks:: </dev/null | tee "$log" || status=$?
  # What strangers may try is tried on the program as it is shipped, when nothing else runs: its answers are timed.
  if cargo build --locked --release; then
    LILIUM_PROVE_BINARY=$(release) cargo test --locked --no-fail-fast --test it -- attacks:: </dev/null | tee -a "$log" || status=$?
  else
    status=1
  fi
else
  cargo test --locked --no-fail-fast "$@" </dev/null | tee "$log" || status=$?
fi
# The last step: no secret is in any of them. A run of some tests may have started no server.
if (($# == 0)); then
  cargo test --locked --test it -- --ignored --exact --nocapture watching::logs::no_secret_is_in_any_log_of_the_run </dev/null | tee -a "$log" || status=$?
fi

((status == 0)) && verdict="all is well" || verdict="NOT all is well"
say "$verdict: $(sums "$log"), in $((SECONDS / 60)) min $((SECONDS % 60)) s"
for what in "${skipped[@]}"; do say "skipped $what"; done
exit "$status"
