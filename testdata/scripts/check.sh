#!/usr/bin/env bash
# What can be said about the source without running it.
set -eu
go=${GO:-go}

unformatted=$(gofmt -l cmd intake parser responder templates testdata tickets)
if [ -n "$unformatted" ]; then
  echo "gofmt wants to change:" "$unformatted" >&2
  exit 1
fi
"$go" vet ./... ./testdata ./testdata/hosttest
"$go" run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./... ./testdata ./testdata/hosttest

# The SQLite driver works only with the libc it was made with.
wanted=$(sed -n 's/^\t*modernc.org\/libc \(v[^ ]*\).*/\1/p' "$("$go" list -m -f '{{.GoMod}}' modernc.org/sqlite)" | head -1)
have=$("$go" list -m -f '{{.Version}}' modernc.org/libc)
if [ "$wanted" != "$have" ]; then
  echo "modernc.org/libc is $have, but the SQLite driver was made with $wanted" >&2
  exit 1
fi
"$go" mod verify >/dev/null
"$go" mod tidy -diff
