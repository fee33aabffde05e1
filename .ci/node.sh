# Sourced by the scripts beside it: brings the tools of package.json onto the PATH, as package-lock.json pins them, with a Node
# new enough for them. Skips loudly where there is no Node; in CI (CI=true) a skip fails.
if ! command -v npm >/dev/null; then
  echo "SKIPPED: ${0##*/} needs Node and npm (on Debian and Ubuntu: apt-get install nodejs npm)" >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! cmp -s "$tools/package-lock.json" "$tools/node_modules/.pinned"; then
  npm ci --prefix "$tools" --no-audit --no-fund --loglevel=error
  cp "$tools/package-lock.json" "$tools/node_modules/.pinned"
fi
PATH="$tools/node_modules/.bin:$PATH"
log=$(mktemp); trap 'rm -f "$log" "$log.json"' EXIT
