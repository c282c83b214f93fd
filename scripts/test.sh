#!/usr/bin/env bash
# Brings what the tests need, runs all of them, and closes with what ran and what did not. Arguments go to cargo test.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

skipped=()
without() { skipped+=("$1"); }

bring() {
  scripts/need-rust.sh
  scripts/bring-postgres.sh
  scripts/bring-redis.sh || without "what runs on Redis: redis-server is missing"
  if scripts/bring-node.sh; then
    scripts/bring-graphiql.sh || without "GraphiQL's own files: npm did not give them"
    npm_ci "$ROOT/tests/clients" || without "JavaScript clients and protocol audits: npm did not give their packages"
  else
    without "GraphiQL's own files, JavaScript clients and protocol audits: Node is missing"
  fi
  [[ -n ${MEILISEARCH_URL:-} ]] || without "what runs on Meilisearch: MEILISEARCH_URL names no server"
}

# The sums of cargo's "test result: ok. 3 passed; 0 failed; 1 ignored; ..." lines.
sums() {
  awk '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
    END { printf "%d tests passed, %d failed, %d ignored", passed, failed, ignored }' "$1"
}

bring
log=$ROOT/.tools/test.log
mkdir -p "$ROOT/.tools"
status=0
cargo test --locked --no-fail-fast "$@" </dev/null | tee "$log" || status=$?

((status == 0)) && verdict="all is well" || verdict="NOT all is well"
say "$verdict: $(sums "$log"), in $((SECONDS / 60)) min $((SECONDS % 60)) s"
for what in "${skipped[@]}"; do say "skipped $what"; done
exit "$status"
