#!/usr/bin/env bash
# Runs every fuzz target for the time or count given ("20s", "2000x").
set -eu
go=${GO:-go}
long=${1:?how long: 20s or 2000x}
for package in $("$go" list ./...); do
  folder=${package#postern/}
  for target in $(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' --max-count=20 "$folder" --exclude-dir='*' 2>/dev/null | sed 's/^func //' | sort -u); do
    "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$long" -timeout 10m "./$folder" | tail -n 2
  done
done
