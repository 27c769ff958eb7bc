#!/bin/sh
# Searches ten million PDQ hashes, or as many as the first argument says, with forensics/pdq/nearest and with FAISS IndexBinaryFlat, on one
# core each, and checks that both find the same (where Debian's python3-faiss is installed).
set -eu
cd "$(dirname "$0")/.."
/usr/bin/python3 -c 'import faiss' 2>/dev/null || {
	echo "faiss: not installed, nothing to compare with; apt-get install python3-faiss" >&2
	exit 0
}
UNMASK_FAISS_HASHES="${1:-10000000}" go test ./forensics/pdq/nearest -count 1 -run TestMeasureFAISS -v
