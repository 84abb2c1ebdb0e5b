#!/usr/bin/env bash
# Runs every fuzz target for the time or count given ("20s", "2000x").
set -eu
go=${GO:-go}
long=${1:?how long: 20s or 2000x}
total=0
for package in $("$go" list ./...); do
  folder=${package#postern/}
  targets=$(cat "$folder"/*_test.go 2>/dev/null | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' | sort -u)
  for target in $targets; do
    printf '%s %s: ' "$folder" "$target"
    "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$long" -fuzzminimizetime 10x -timeout 10m "./$folder" >"${TMPDIR:-/tmp}/fuzz.$$" 2>&1 ||
      { cat "${TMPDIR:-/tmp}/fuzz.$$"; rm -f "${TMPDIR:-/tmp}/fuzz.$$"; exit 1; }
    tail -n 1 "${TMPDIR:-/tmp}/fuzz.$$"
    total=$((total + 1))
  done
done
rm -f "${TMPDIR:-/tmp}/fuzz.$$"
echo "$total fuzz targets"
[ "$total" -gt 0 ]
