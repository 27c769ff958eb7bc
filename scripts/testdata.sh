#!/bin/sh
# Makes the media under testdata/ from ffmpeg's test pattern. Encoders differ between versions: the files made once are kept.
set -eu
cd "$(dirname "$0")/../testdata"
pattern="testsrc2=size=320x240:rate=25"
make() { ffmpeg -v error -y -f lavfi -i "$pattern" "$@"; }

for format in avif jxl webp tiff gif png; do
	make -frames:v 1 "pattern.$format"
done
make -frames:v 1 -pix_fmt rgb24 pattern.jp2 # OpenCV 4.6 reads no subsampled JPEG 2000
make -t 2 -an -pix_fmt yuv420p -c:v libx264 -crf 35 -bf 2 pattern.mp4
make -t 1 -an -c:v libvpx -b:v 60k pattern.webm
make -t 1 -an -c:v mjpeg -q:v 20 -s 160x120 pattern.avi

# a JPEG whose XMP carries a GB 45438-2025 label
make -frames:v 1 -q:v 8 plain.jpg
xmp='<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>{"Label":"1","ContentProducer":"test","ProduceID":"1","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>'
length=$((2 + 29 + ${#xmp}))
{
	head -c 2 plain.jpg
	printf '\377\341%b%b' "\\0$(printf %o $((length / 256)))" "\\0$(printf %o $((length % 256)))"
	printf 'http://ns.adobe.com/xap/1.0/\0%s' "$xmp"
	tail -c +3 plain.jpg
} >labelled.jpg
rm plain.jpg
