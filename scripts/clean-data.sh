#!/usr/bin/env bash
# Removes the data of the embedded PostgreSQL (./data or LILIUM_DATA): the next start makes a new shop.
. "$(dirname "$0")/lib.sh"

data=${LILIUM_DATA:-$ROOT/data}
[[ -d $data ]] || {
  say "there is nothing in $data"
  exit 0
}
[[ -f $data/postgres/PG_VERSION ]] || {
  say "$data holds no PostgreSQL cluster and was left alone; remove it yourself if you mean it"
  exit 1
}
while read -r file; do
  pid=$(head -n 1 "$file")
  if [[ -d /proc/$pid ]]; then
    say "PostgreSQL (process $pid) runs on $data: stop Lilium first (Ctrl-C), or what it left behind: kill -INT $pid"
    exit 1
  fi
done < <(find "$data" -maxdepth 3 -name postmaster.pid)
# Only what the program itself keeps there.
rm -rf "$data/postgres" "$data"/postgres.*.lock "$data/media/drawn"
rmdir "$data/media" "$data" 2>/dev/null || true
say "removed the database and the drawn pictures in $data"
