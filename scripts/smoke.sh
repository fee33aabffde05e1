#!/usr/bin/env bash
# Starts the demo in an empty data folder, waits until it is ready, reads something, stops it with SIGTERM and looks
# whether it went in order; then starts again (warm) and once more after kill -9; at last it kills a load half way and
# lets it be done again. Prints the times; with STRICT set, a cold start of 60 s or a warm one of 2 s is too long.
set -euo pipefail
bin=$1
data=$(mktemp -d "${TMPDIR:-/tmp}/netral-smoke.XXXXXX")
chmod 711 "$data"
addr=127.0.0.1:18080
log=$data/log
pid=
cleanup() { [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true; sleep 1; rm -rf "$data"; }
trap cleanup EXIT

now() { date +%s%N; }
folder=$data/d
launch() { "$bin" serve --demo --addr "$addr" --metrics-addr '' --data "$folder" >"$log" 2>&1 & pid=$!; }
start() { # what, seconds allowed
  local began took; began=$(now)
  launch
  until curl -fs "http://$addr/readyz" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || { echo "the program ended"; tail -20 "$log"; exit 1; }
    [ $(( ($(now) - began) / 1000000000 )) -lt "$2" ] || { echo "not ready after $2 s"; tail -20 "$log"; exit 1; }
    sleep 0.05
  done
  took=$(( ($(now) - began) / 1000000 ))
  printf '%-32s %6d ms\n' "$1 start to ready" "$took"
  [ -z "${STRICT:-}" ] || [ "$took" -lt $(( ${3:-60} * 1000 )) ] || { echo "that is too long"; exit 1; }
}

start cold 300 60
curl -fs "http://$addr/api/v1/public/governments" | grep -q '"items"'
curl -fs "http://$addr/docs" | grep -qi swagger
token=$("$bin" demo token --role agency_officer --government 36.03 --addr "$addr" --data "$folder" --log-level error)
curl -fs -H "Authorization: Bearer $token" "http://$addr/api/v1/asn?limit=1" | grep -q '"items"'
kill -TERM "$pid"; wait "$pid" || { echo "SIGTERM: the program ended with $?"; tail -20 "$log"; exit 1; }
start warm 30 2
kill -9 "$pid"; wait "$pid" 2>/dev/null || true
start 'after kill -9:' 60
kill -INT "$pid"; wait "$pid" || { echo "SIGINT: the program ended with $?"; exit 1; }
folder=$data/half
launch
until grep -q 'staff registered' "$log"; do
  kill -0 "$pid" 2>/dev/null || { echo "the program ended"; tail -20 "$log"; exit 1; }
  sleep 0.1
done
kill -9 "$pid"; wait "$pid" 2>/dev/null || true
start 'after half a load:' 300
kill -INT "$pid"; wait "$pid" || { echo "SIGINT: the program ended with $?"; exit 1; }
pid=
echo "smoke: all in order"
