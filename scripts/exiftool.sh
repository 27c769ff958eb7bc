#!/bin/sh
# Files per second of the metadata readers against exiftool over the corpus, on one core, in the same run (where exiftool is installed).
set -eu
cd "$(dirname "$0")/.."
if ! command -v exiftool >/dev/null; then
	echo "exiftool is not installed: its comparison is left out" >&2
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
go test -c -o "$tmp/all.test" ./forensics/all
cd forensics/all
UNMASK_EXIFTOOL=1 GOMAXPROCS=1 taskset -c 0 "$tmp/all.test" -test.run '^TestMeasureExiftool$' -test.v | grep 'files/s\|SKIP\|FAIL'
