#!/bin/sh
# Makes a demo case under demo/ from samples that ship with the Go modules, examines it, and says where the report is.
set -eu
cd "$(dirname "$0")/.."
module() { go list -m -f '{{.Dir}}' "$1"; }

rm -rf demo
mkdir -p demo
go run ./scripts/demo demo "$(module gocv.io/x/gocv)" "$(module github.com/esimov/pigo)" "$(module github.com/disintegration/imaging)"

# three seconds of the protected clip, re-encoded, after four seconds of something else
clip=demo/protected/campaign/clip.mp4
ffmpeg -v error -y -loop 1 -t 4 -i demo/evidence/holiday/branches.jpg -ss 1 -t 3 -i "$clip" -filter_complex \
	"[0:v]scale=560:320,setsar=1,fps=25,format=yuv420p[a];[1:v]scale=560:320,setsar=1,fps=25,format=yuv420p[b];[a][b]concat=n=2[v]" \
	-map "[v]" -an -c:v libx264 -crf 30 "demo/evidence/clip inside a clip.mp4"

bin/unmask enroll demo/protected -o demo/protected.pack
code=0
bin/unmask scan demo/evidence --refs demo/protected.pack --case demo/case || code=$?
[ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"

echo
echo "What was found:"
bin/unmask report demo/case --format summary
echo
echo "Open the report: $(pwd)/demo/case/index.html"
