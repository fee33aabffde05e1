#!/usr/bin/env bash
# Fails when openapi.yaml breaks clients of the newest released version (tag vX.Y.Z). Operations marked x-stability: draft
# in the released version may still change. Before the first tag there is nothing to hold it to. With --self-test it holds
# the gate itself to two changes: one it must refuse, one it must let pass.
set -euo pipefail
cd "$(dirname "$0")/.."
oasdiff=${OASDIFF:-github.com/oasdiff/oasdiff@v1.37.0}
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT

# oasdiff knows drafts by its own extension.
prepare() { sed 's/^\( *\)x-stability: draft$/\1x-stability-level: draft/'; }
breaking() { ${GO:-go} run "$oasdiff" breaking --fail-on ERR "$1" "$2"; } # old new

if [ "${1:-}" = --self-test ]; then
  prepare < openapi.yaml > "$dir/old.yaml"
  rename() { awk -v path="  $1:" '$0 == path {sub(":$", "-renamed:")} {print}' "$dir/old.yaml" > "$dir/new.yaml"; }
  rename /public/governments
  ! breaking "$dir/old.yaml" "$dir/new.yaml" >/dev/null 2>&1 || { echo "gate: a removed operation passes"; exit 1; }
  rename /coachings
  cmp -s "$dir/old.yaml" "$dir/new.yaml" && { echo "gate: nothing renamed"; exit 1; }
  breaking "$dir/old.yaml" "$dir/new.yaml" >/dev/null || { echo "gate: a draft cannot be changed"; exit 1; }
  echo "gate: refuses what breaks clients, lets drafts change"
  exit
fi
tag=$(git tag --list 'v[0-9]*' --sort=-v:refname | head -1)
if [ -z "$tag" ]; then echo "gate: no released version yet, nothing to break"; exit; fi
git show "$tag:openapi.yaml" | prepare > "$dir/old.yaml"
prepare < openapi.yaml > "$dir/new.yaml"
breaking "$dir/old.yaml" "$dir/new.yaml"
echo "gate: nothing breaks clients of $tag"
