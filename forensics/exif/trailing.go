package exif

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/isobmff"
)

const (
	least   = 4                 // bytes behind the end, padding aside, that are worth a word
	window  = 64 << 10          // bytes of what follows the end that are looked at; more than a window of padding is padding
	padding = "\x00\xff\r\n\t " // bytes that cameras and programs fill files up with
)

// trailing reports what follows the end of the picture.
func (f *file) trailing(p *forensics.Pass) {
	if f.end <= 0 || f.end >= f.size {
		return
	}
	rest := f.bytes(f.end, window)
	from := len(rest) - len(bytes.TrimLeft(rest, padding))
	if from == len(rest) || f.size-f.end-int64(from) < least {
		return
	}
	from -= before(rest, from)
	who, covered := f.announced()
	start, n := f.end+int64(from), f.size-f.end-int64(from)
	p.Feature("trailing_bytes", float64(n))
	if who != "" && f.size-max(covered, f.end) < 64 {
		p.Report(forensics.Finding{Code: "container.trailing", Score: information, Where: at(start, n),
			Text: fmt.Sprintf("%d bytes follow the end of the picture at byte %d, which the file announces: %s; cameras write such files.", n, f.end, who)})
		return
	}
	score, what := .1, "of a kind that is not known here"
	if k := kind(rest[from:]); k != "" {
		score, what = .5, "that begin as "+k
	}
	also := ""
	if who != "" {
		also = fmt.Sprintf(" The file announces more content (%s), but not all of this.", who)
	}
	p.Report(forensics.Finding{Code: "container.trailing", Score: score, Where: at(start, n),
		Text: fmt.Sprintf("%d bytes %s follow the end of the picture at byte %d; viewers do not show them. Phones and programs put data of their own there, and files can be hidden there.%s", n, what, f.end, also)})
}

// kinds of data by their first bytes, beside pictures and videos.
var kinds = [...]struct{ magic, name string }{
	{"PK\x03\x04", "a ZIP archive"}, {"Rar!\x1a\x07", "a RAR archive"}, {"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"}, {"\x1f\x8b\x08", "gzip data"}, {"%PDF-", "a PDF document"},
	{"MZ", "a Windows program"}, {"\x7fELF", "a Linux program"}, {"SQLite format 3\x00", "a database"}, {"ID3", "sound"}, {"<?php", "a PHP program"}, {"<html", "a web page"},
	{"<!doctype html", "a web page"}, {"<script", "a script of a web page"}, {"<?xml", "XML"}, {"<?xpacket", "XMP metadata"},
}

// kind names data by its first bytes, "" where it is not known.
func kind(b []byte) string {
	head := strings.ToLower(string(b[:min(len(b), 32)]))
	for _, k := range kinds {
		if strings.HasPrefix(head, strings.ToLower(k.magic)) && (len(k.magic) > 2 || len(b) > 64) {
			return k.name
		}
	}
	if k, format, _ := media.Sniff(b[:min(len(b), media.SniffLen)]); k != media.Other {
		return format + " data"
	}
	return ""
}

// before returns how many of the last bytes before from, which look like padding, belong to what begins there: the size of a first box.
func before(rest []byte, from int) int {
	for back := range min(from, 8) + 1 {
		if kind(rest[from-back:]) != "" {
			return back
		}
	}
	return 0
}

// boxesEnd returns the offset after the last box of a file, 0 where it cannot be told.
func boxesEnd(r io.ReaderAt, size int64) (end int64) {
	for b := range isobmff.Boxes(r, 0, size) {
		if b.Cut {
			if plausible(b.Kind) {
				return 0 // the file is cut off
			}
			return end
		}
		end = b.End
	}
	return end
}

// plausible tells whether four bytes may be the type of a box.
func plausible(kind string) bool {
	return strings.Trim(kind, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-") == ""
}
