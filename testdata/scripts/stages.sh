#!/usr/bin/env bash
# Runs make targets one after another and says how long each took.
set -u
summary=""
for stage in "$@"; do
  began=$(date +%s)
  if ! make --no-print-directory "$stage"; then
    printf '%s\nstage %s failed after %s s\n' "$summary" "$stage" "$(($(date +%s) - began))" >&2
    exit 1
  fi
  summary+=$(printf '%-22s %5s s' "$stage" "$(($(date +%s) - began))")$'\n'
done
printf '\n%s' "$summary"
