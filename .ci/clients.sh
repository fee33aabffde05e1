#!/usr/bin/env bash
# The example programs against the real server, in Go and in TypeScript: a Bawaslu poller that is killed and goes on where it
# was, and a civil servant who signs and finds the signature again; then Bawaslu's story (bawaslu.arazzo.yaml) as Redocly
# Respect walks it, and the sandbox's clock. Needs Node for all but the Go part.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/node.sh
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
bin=$PWD/bin/netral
work=$(mktemp -d "${TMPDIR:-/tmp}/netral-clients.XXXXXX"); chmod 711 "$work"
addr=127.0.0.1:18090 server=http://127.0.0.1:18090 pid=
trap '[ -z "$pid" ] || { kill "$pid"; wait "$pid" 2>/dev/null; } || true; rm -rf "$work"; rm -f "$log" "$log.json"' EXIT
fail() { echo "clients: $*" >&2; exit 1; }
demo() { "$bin" demo "$@" --data "$work/d" --log-level error; }

"$bin" serve --demo --addr "$addr" --metrics-addr '' --data "$work/d" >"$work/log" 2>&1 & pid=$!
for _ in $(seq 600); do curl -fs "$server/readyz" >/dev/null 2>&1 && break; kill -0 "$pid" || { tail "$work/log"; exit 1; }; sleep 0.2; done

# Bawaslu Kabupaten Bogor's client gets a secret as in life: from the administrator.
id=00f8263a-3c6e-56ac-8b2c-d3de6ec286cd
admin=$(demo token --role platform_admin)
curl -fs "$server/api/v1/clients/$id/secrets" -H "Authorization: Bearer $admin" -H 'Content-Type: application/json' \
  -d "{\"expires_on\":\"$(date -d '+30 days' +%F)\"}" | sed 's/.*"client_secret":"\([^"]*\)".*/\1/' > "$work/secret"

go build -o "$work/" ./examples/...
poll=("$work/bawaslu-poller" -server "$server" -client-id "$id" -secret-file "$work/secret" -state "$work/go.state")
"${poll[@]}" > "$work/go.first" & poller=$!
for _ in $(seq 50); do [ -s "$work/go.first" ] && grep -q '"told":null' "$work/go.state" && break; sleep 0.2; done
kill -9 "$poller"; wait "$poller" 2>/dev/null || true
grep -q '"status"' "$work/go.first" || fail "the Go poller told nothing"
"${poll[@]}" -once > "$work/go.second"

(cd api/typescript && openapi-typescript ../../openapi.yaml -o schema.ts >/dev/null && tsc -p .)
export API_SERVER=$server API_CLIENT_ID=$id STATE_FILE=$work/ts.state
API_CLIENT_SECRET=$(cat "$work/secret"); export API_CLIENT_SECRET
node examples/bawaslu-poller/poller.mts --once > "$work/ts.first"
node examples/bawaslu-poller/poller.mts --once > "$work/ts.second"
"${poll[@]}" -once > "$work/go.third"
# The server goes on meanwhile, so each may end with a change more than the other; no change comes twice, and their order is one.
cat "$work"/go.{first,second,third} > "$work/go.all"; cat "$work"/ts.{first,second} > "$work/ts.all"
told=$(node -e '
const ids = (file) => require("fs").readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line).change.id);
const [go, ts] = process.argv.slice(1).map(ids), both = Math.min(go.length, ts.length);
for (const [who, all] of [["Go", go], ["TypeScript", ts]]) if (new Set(all).size < all.length) throw new Error(`the ${who} poller told something twice`);
if (both === 0 || go.slice(0, both).join() !== ts.slice(0, both).join()) throw new Error("the two pollers differ");
console.log(both);' "$work/go.all" "$work/ts.all") || fail "pollers"
echo "pollers: $told changes each, none twice after kill -9"

demo token --role asn --government 36.71 > "$work/token"
"$work/signer" -server "$server" -token-file "$work/token" > "$work/signed"
grep -q 'Ditandatangani pada 2024-12-0' "$work/signed" || fail "the Go signer: $(cat "$work/signed")"
API_TOKEN=$(cat "$work/token") node examples/signer/signer.mts > "$work/again"
receipt=$(sed -n 's/.*tanda terima //p' "$work/signed" | head -1)
grep -qF "$receipt" "$work/again" || fail "the TypeScript signer does not find the receipt $receipt: $(cat "$work/again")"
echo "signers: signed in Go, found again in TypeScript, receipt $receipt"

if ! redocly respect bawaslu.arazzo.yaml --server "netral=$server/api/v1" \
  --input "client_id=$id" --input "client_secret=$API_CLIENT_SECRET" >"$log" 2>&1; then cat "$log"; fail "the story of Bawaslu"; fi
echo "arazzo: the story of Bawaslu holds"

demo clock --to 2025-01-15 | grep -q '15 Jan 2025 09:00' || fail "the clock"
curl -fs "$server/api/v1/me" -H "Authorization: Bearer $(cat "$work/token")" >/dev/null || fail "a moved clock ended a session"
echo "sandbox: the clock shows 15 January 2025"
