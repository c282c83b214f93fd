#!/usr/bin/env bash
# Builds web/graphiql/dist, the files of GraphiQL that the program embeds; quick when the lockfile is the one built from.
. "$(dirname "$0")/lib.sh"

WEB=$ROOT/web/graphiql
BUILT_FROM=$ROOT/.tools/graphiql-lock.json

if [[ -f $WEB/dist/graphiql.min.js ]] && cmp -s "$WEB/package-lock.json" "$BUILT_FROM"; then exit 0; fi
if "$ROOT/scripts/bring-node.sh" && npm_ci "$WEB" && npm run --silent --prefix "$WEB" build; then
  mkdir -p "$ROOT/.tools"
  cp "$WEB/package-lock.json" "$BUILT_FROM"
  rm -rf "$WEB/node_modules" # a hundred packages, of which five files were wanted
  touch "$ROOT/src/edge/graphiql.rs" # cargo does not see files that are new in a folder: embed them at the next build
  exit 0
fi
say "GraphiQL's files could not be brought, the rest works without them; with Node and a network: make graphiql"
exit 1
