#!/bin/sh
# Installs the Debian packages that building, testing and the demo need. Does nothing where all are there.
set -eu
packages="g++ pkg-config libopencv-dev ffmpeg tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-eng"
missing=""
for p in $packages; do
	[ "$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null)" = "install ok installed" ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
echo "setup: installing the Debian packages$missing"
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
# shellcheck disable=SC2086
{ $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } >/dev/null || {
	echo "setup: could not install$missing; install them by hand and run make again" >&2
	exit 1
}
