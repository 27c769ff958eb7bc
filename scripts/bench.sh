#!/bin/sh
# Whole-run benchmark: files a second over the corpus's portraits, against OpenCV that only decodes them, on one core, in the same run
# (where Debian's python3-opencv is installed).
set -eu
cd "$(dirname "$0")/.."
pictures="${UNMASK_CORPUS:-../shared/corpus}/faces_real"
[ -d "$pictures" ] || {
	echo "bench: no pictures at $pictures; set UNMASK_CORPUS" >&2
	exit 0
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
now() { date +%s.%N; }
rate() { awk -v n="$1" -v from="$2" -v to="$3" -v what="$4" 'BEGIN { printf "%-28s %6.1f files/s (%d files in %.1f s)\n", what, n / (to - from), n, to - from }'; }

find "$pictures" -name '*.jpg' | sort >"$tmp/paths"
n=$(wc -l <"$tmp/paths")
start=$(now)
if /usr/bin/python3 -c 'import cv2, sys
cv2.setNumThreads(1)
for line in open(sys.argv[1]): cv2.imread(line.rstrip())' "$tmp/paths" 2>/dev/null; then
	rate "$n" "$start" "$(now)" "OpenCV, decoding, one core"
fi
for profile in triage full; do
	start=$(now)
	bin/unmask scan --files-from "$tmp/paths" --case "$tmp/$profile" --profile "$profile" --format json --progress never 2>/dev/null || true
	rate "$n" "$start" "$(now)" "unmask scan, $profile"
done

# the exact search against FAISS, where python3-faiss is installed
scripts/faiss.sh 1000000

# the metadata readers against exiftool, where it is installed
scripts/exiftool.sh
