#!/bin/sh
# Builds the addon with sanitizers beside this script and runs its specs under them; arguments go to Jest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."

# npm brings node-gyp and says where it lies. Headers that lie beside node need not be downloaded.
gyp=${npm_config_node_gyp:-$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js}
prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
nodedir=
[ ! -e "$prefix/include/node/node_api.h" ] || nodedir=--nodedir=$prefix
node "$gyp" rebuild --silent -C "$here" $nodedir

# The loader looks there first. A run with the plain addon would prove nothing.
export SUPERD_PREBUILD="$here"
loaded=$(node -p "require('node-gyp-build').path('.')")
grep -q __asan_report "$loaded" || { echo "$loaded: not built with sanitizers" >&2; exit 1; }

# Preloaded, because node is built without. Leaks are not looked for: V8 frees nothing when it ends.
ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
  LD_PRELOAD=$(readlink -f "$(gcc -print-file-name=libasan.so)") \
  exec node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js spec/sys/ "$@"
