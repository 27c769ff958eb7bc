#!/bin/sh
# Copies pigo's cascade files, which the face finder embeds, from the module cache to forensics/face/cascade. Does nothing where they
# are there. The finder holds them against the digests of models/manifest.json when it loads them.
set -eu
cd "$(dirname "$0")/.."
to=forensics/face/cascade
[ -e $to/facefinder ] && [ -e $to/puploc ] && [ -e $to/lp84 ] && [ -e $to/lp93 ] && exit 0
go mod download github.com/esimov/pigo
from=$(go list -m -f '{{.Dir}}' github.com/esimov/pigo)/cascade
install -m 644 "$from/facefinder" "$from/puploc" "$from/lps/lp84" "$from/lps/lp93" $to/
