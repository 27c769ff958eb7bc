package c2pa

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/extract"
	"unmask/media/xmp"
)

// sidecar returns the store in a file beside the item: its name with .c2pa in place of the ending, or after it. Links are not followed.
func sidecar(it media.Item) (f found, digest string, ok bool) {
	path := string(it.Path)
	for _, name := range []string{strings.TrimSuffix(path, filepath.Ext(path)) + ".c2pa", path + ".c2pa"} {
		if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
			continue
		}
		file, size, err := media.OpenRegular(name)
		if err != nil {
			continue
		}
		data, err := readAll(file, size)
		if err == nil && isStore(data) {
			return found{packet: extract.Whole(data, 0), place: "the file " + filepath.Base(name) + " beside it", beside: true}, hexDigest(data), true
		}
	}
	return f, "", false
}

func readAll(f *os.File, size int64) ([]byte, error) {
	defer f.Close()
	if size > maxStore {
		return nil, fmt.Errorf("%d bytes, more than the %d that are read", size, maxStore)
	}
	b := make([]byte, size)
	_, err := io.ReadFull(f, b)
	return b, err
}

// remote reports where the XMP of a file says that its manifest lies (C2PA 2.2 section 11.4). Nothing is fetched.
func remote(p *forensics.Pass, packets []extract.Packet) {
	const terms = "http://purl.org/dc/terms/"
	for _, packet := range packets {
		if !bytes.Contains(packet.Data, []byte("provenance")) {
			continue
		}
		properties, _ := p.XMP(packet)
		for _, x := range xmp.Find(properties, terms, "provenance") {
			if !strings.HasPrefix(x.Value, "http://") && !strings.HasPrefix(x.Value, "https://") {
				continue // within the file, which is looked through anyway
			}
			o, n := packet.Span(x.Offset, x.Offset+x.Length)
			offset, length := int64(o), int64(n)
			p.Report(forensics.Finding{Code: "c2pa.remote", Score: .5, Where: &forensics.Region{Offset: &offset, Length: &length}, Clause: standard + "11.4",
				Text: fmt.Sprintf("The XMP metadata say that a C2PA manifest of the file lies elsewhere, at %s; it was not fetched, and what it says is not known.",
					quoted(x.Value))})
			return
		}
	}
}
