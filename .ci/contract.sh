#!/usr/bin/env bash
# Holds openapi.yaml to Redocly (lint and score) and Spectral. Needs Node and npm; without them it says so and skips, in CI
# (CI=true) it fails.
set -euo pipefail
cd "$(dirname "$0")"
source ./node.sh
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
least=${LEAST_SCORE:-90}

redocly lint --config redocly.yaml ../openapi.yaml 2>"$log" || { cat "$log"; exit 1; }
spectral lint --ruleset spectral.yaml --fail-severity hint ../openapi.yaml
redocly score --format json ../openapi.yaml 2>"$log" > "$log.json" || { cat "$log"; exit 1; }
node -e '
const s = JSON.parse(require("fs").readFileSync(process.argv[1]));
const median = Object.values(s.operationScores).map(o => o.agentReadiness).sort((a, b) => a - b);
console.log(`redocly score: ${s.agentReadiness} (operations, median: ${median[Math.floor(median.length / 2)]}; documentation ${Math.round(s.subscores.documentationQuality * 100)}, examples ${Math.round(s.subscores.exampleCoverage * 100)}, errors ${Math.round(s.subscores.errorClarity * 100)})`);
if (s.agentReadiness < Number(process.argv[2])) { console.error(`the score must be at least ${process.argv[2]}`); process.exit(1); }
' "$log.json" "$least"
