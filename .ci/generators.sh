#!/usr/bin/env bash
# Four generators of TypeScript clients take openapi.yaml as it is, and what each makes compiles unedited under
# tsc --strict. Needs Node; skips loudly without it, fails in CI.
set -euo pipefail
cd "$(dirname "$0")"
source ./node.sh
work=$(mktemp -d); trap 'rm -rf "$work"; rm -f "$log" "$log.json"' EXIT
cp ../openapi.yaml "$work"; cd "$work"

strict() { # name, entry
  tsc --strict --noEmit --target es2022 --module esnext --moduleResolution bundler --lib es2023,dom,dom.iterable "$2"
  echo "$1: generated, compiles under --strict"
}
openapi-typescript openapi.yaml -o openapi-typescript/schema.d.ts >"$log" 2>&1 || { cat "$log"; exit 1; }
strict openapi-typescript openapi-typescript/schema.d.ts
orval --input ./openapi.yaml --output ./orval/api.ts --client fetch >"$log" 2>&1 || { cat "$log"; exit 1; }
strict orval orval/api.ts
openapi-ts -i openapi.yaml -o hey -p @hey-api/typescript @hey-api/sdk @hey-api/client-fetch >"$log" 2>&1 || { cat "$log"; exit 1; }
strict @hey-api/openapi-ts hey/index.ts
swagger-typescript-api generate -p openapi.yaml -o swagger -n api.ts >"$log" 2>&1 || { cat "$log"; exit 1; }
strict swagger-typescript-api swagger/api.ts
