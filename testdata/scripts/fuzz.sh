#!/usr/bin/env bash
# Runs every fuzz target for the time or count given ("20s", "2000x"). Each
# package is built once, not once a target, and two targets run side by side:
# most of a short run is building and starting.
set -eu
go=${GO:-go}
long=${1:?how long: 20s or 2000x}
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What a target writes is thrown away: where there is room in memory, its
# databases need not wait for a disk.
if [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 1000000 ]; then
  export TMPDIR=/dev/shm
fi

# one_target FOLDER TARGET: its last line on stdout; all of it when it fails.
one_target() {
  local out="$work/$(echo "$1.$2" | tr / _).out"
  if (cd "$root/$1" && "$work/$(echo "$1" | tr / _).test" -test.run '^$' -test.fuzz "^$2\$" -test.fuzztime "$long" \
    -test.fuzzminimizetime 10x -test.fuzzcachedir "$work/cache/$1" -test.parallel 1 -test.timeout 10m) >"$out" 2>&1; then
    echo "$1 $2: $(grep -o 'elapsed: [^ ]*, execs: [0-9]*' "$out" | tail -1)"
  elif grep -q 'context deadline exceeded' "$out" && ! grep -q 'Failing input' "$out"; then
    # The go command calls it a failure when the time ends while an input runs
    # (golang.org/issue/75804); no property failed.
    echo "$1 $2: $(grep -o 'elapsed: [^ ]*, execs: [0-9]*' "$out" | tail -1), ended by the clock"
  else
    echo "$1 $2: failed"
    cat "$out"
    # A fresh clone is thrown away, and what failed with it.
    sed -n 's/.*Failing input written to //p' "$out" | while read -r input; do cat "$root/$1/$input"; done
    return 1
  fi
}

list="$work/targets"
for package in $("$go" list ./...); do
  folder=${package#postern/}
  targets=$(cat "$folder"/*_test.go 2>/dev/null | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' | sort -u)
  [ -n "$targets" ] || continue
  "$go" test -c -fuzz=. -o "$work/$(echo "$folder" | tr / _).test" "./$folder"
  for target in $targets; do echo "$folder $target"; done >>"$list"
done

export -f one_target
export root work long
xargs -P 2 -L 1 bash -c 'one_target "$0" "$1"' <"$list"
total=$(wc -l <"$list")
echo "$total fuzz targets"
[ "$total" -gt 0 ]
