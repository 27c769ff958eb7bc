package labels

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/cost"
)

// Every carrier that is not in TestCarriers gives the label too, and the offset points at it.
func TestContainers(t *testing.T) {
	for name, c := range carried() {
		t.Run(name, func(t *testing.T) {
			kind, format, _ := media.Sniff(c.file)
			if want, _, _ := strings.Cut(name, ","); format != want {
				t.Fatalf("sniffed as %q", format)
			}
			_, found := examine(t, &media.Sample{Info: media.Info{Kind: kind, Format: format}, Raw: c.file})
			want := "label.aigc.present"
			if c.astray {
				want += " label.aigc.invalid"
			}
			if got := codes(found); got != want {
				t.Fatalf("%q: %+v", got, found)
			}
			if c.astray && !strings.Contains(found[1].Text, misplaced) {
				t.Error(found[1].Text)
			}
			w := found[0].Where
			value := string(c.file[*w.Offset : *w.Offset+*w.Length])
			if !strings.HasPrefix(value, c.begins) {
				t.Errorf("points at %q", value)
			}
			whole := strings.NewReplacer("&quot;", `"`, "\x00", "").Replace(value)
			if c.begins[0] == '{' && !strings.Contains(whole, object1) && !strings.Contains(name, "mdat") && !strings.Contains(name, "item") && !strings.Contains(name, "sub-blocks") && !strings.Contains(name, "gif, comment") {
				t.Errorf("points at %q, which is not all of the label", value)
			}
		})
	}
}

// Cut anywhere, no file of any format ends in a panic or takes long.
func TestEveryCutOfEveryCarrier(t *testing.T) {
	worst := time.Duration(0)
	for name, c := range carried() {
		kind, format, _ := media.Sniff(c.file)
		for n := range c.file {
			s := &media.Sample{Info: media.Info{Kind: kind, Format: format}, Raw: c.file[:n]}
			start := cost.Now()
			res, found := examine(t, s)
			worst = max(worst, cost.Since(start))
			if strings.HasPrefix(res.Reason, "panic") {
				t.Fatalf("%s cut to %d: %s", name, n, res.Reason)
			}
			for _, f := range found {
				if f.Where != nil && *f.Where.Offset+*f.Where.Length > int64(n) {
					t.Fatalf("%s cut to %d: %s points beyond the end", name, n, f.Code)
				}
			}
		}
	}
	t.Logf("longest %v", worst)
}

// A label at the end of a file of several gigabytes is read without reading the film before it.
func TestLabelsOfLargeFilms(t *testing.T) {
	const film = 5 << 30
	at := func(name, head, tail string) media.Sample {
		path := filepath.Join(t.TempDir(), name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		size := int64(len(head)) + film + int64(len(tail))
		if err := f.Truncate(size); err != nil {
			t.Skip("no sparse files here: ", err)
		}
		_, err1 := f.WriteAt([]byte(head), 0)
		_, err2 := f.WriteAt([]byte(tail), int64(len(head))+film)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		kind, format, _ := media.Sniff([]byte(head))
		return media.Sample{Item: media.Item{Path: media.Path(path), Size: size, SHA256: "x"}, Info: media.Info{Kind: kind, Format: format}}
	}
	be64 := func(v int64) string { return string(binary.BigEndian.AppendUint64(nil, uint64(v))) }
	for _, s := range []media.Sample{
		at("a.mp4", mkbox("ftyp", "isom", be32(0), "isom")+be32(1)+"mdat"+be64(16+film), mkbox("moov", mkbox("udta", keyed(true, "AIGC", object1)))),
		at("a.mkv", ebmlHead+"\x18\x53\x80\x67\xff\x1f\x43\xb6\x75"+be64(1<<56|film), ebml(0x1254c367, ebml(0x7373, simpleTag("AIGC", object1)))),
	} {
		start := cost.Now()
		_, found := examine(t, &s)
		if codes(found) != "label.aigc.present" || *found[0].Where.Offset < film {
			t.Fatalf("%s: %+v", s.Item.Path, found)
		}
		got := make([]byte, *found[0].Where.Length)
		if err := s.Content(func(r io.ReaderAt, _ int64) error { _, err := r.ReadAt(got, *found[0].Where.Offset); return err }); err != nil || string(got) != object1 {
			t.Errorf("%s: %q, %v", s.Item.Path, got, err)
		}
		if d := cost.Since(start); d > cost.Most {
			t.Errorf("%s took %v", s.Item.Path, d)
		}
	}
}

// What is not decoded is read all the same: labels do not need pixels.
func TestLabelsWithoutPixels(t *testing.T) {
	file := pngWith(chunk("tEXt", "AIGC\x00"+object1))
	whole := &media.Sample{Info: media.Info{Kind: media.Image, Format: "png"}, Raw: file[:len(file)-20]}
	if _, found := examine(t, whole); codes(found) != "label.aigc.present" {
		t.Errorf("%+v", found)
	}
	for why, s := range map[string]*media.Sample{
		"neither a picture nor a video": {Info: media.Info{Kind: media.Other}, Raw: []byte("text")},
		"format ico are not read":       {Info: media.Info{Kind: media.Image, Format: "ico"}, Raw: []byte("\x00\x00")},
		"could not be read":             {Info: media.Info{Kind: media.Image, Format: "png"}},
	} {
		if res, _ := examine(t, s); res.Status != forensics.NotApplied || !strings.Contains(res.Reason, why) {
			t.Errorf("%s: %+v", why, res)
		}
	}
}

// Generators leave their settings in videos and in older kinds of metadata as well.
func TestGeneratorsInContainers(t *testing.T) {
	named := func(key, value string) []byte { return mp4(mkbox("udta", keyed(true, key, value))) }
	both, err := json.Marshal(map[string]any{"prompt": graph, "workflow": json.RawMessage(`{"nodes": []}`)})
	if err != nil {
		t.Fatal(err)
	}
	inside := `{"prompt": ` + graph + `}`
	for name, c := range map[string]struct {
		file         []byte
		want, begins string
	}{
		"graph of its own":           {named("prompt", graph), "generator.comfyui", graph[:10]},
		"graph in a comment":         {named("comment", string(both)), "generator.comfyui", `{"prompt"`},
		"graph in a Matroska tag":    {[]byte(ebmlHead + ebml(0x18538067, ebml(0x1254c367, ebml(0x7373, simpleTag("COMMENT", inside))))), "generator.comfyui", `{"prompt"`},
		"infotext in a GIF comment":  {gifWith("\x21\xfe" + subBlocks(infotext)), "generator.sdwebui", infotext[:10]},
		"tool of a film":             {named("com.apple.quicktime.software", "Adobe Firefly"), "generator.firefly", "Adobe"},
		"tool of an AVI":             {[]byte(riffChunk("RIFF", "AVI "+riffChunk("LIST", "INFO"+riffChunk("ISFT", "Midjourney 7")))), "generator.midjourney", "Midj"},
		"credit in IPTC-IIM":         {jpegWith(segment(0xed, "Photoshop 3.0\x00"+bim(0x404, "\x1c\x02\x6e"+be16(19)+"Made with Google AI"))), "generator.google", "Made"},
		"software of a TIFF":         {tiffWith(0x131, "ComfyUI 1.0"), "generator.comfyui", "ComfyUI"},
		"encoder that makes nothing": {named("encoder", "Lavf59.27.100"), "", ""},
		"comment about nothing":      {named("comment", `{"prompt": 7, "workflow": []}`), "", ""},
	} {
		kind, format, _ := media.Sniff(c.file)
		_, found := examine(t, &media.Sample{Info: media.Info{Kind: kind, Format: format}, Raw: c.file})
		if got := codes(found); got != c.want {
			t.Errorf("%s: %q", name, got)
		} else if c.want != "" && !bytes.HasPrefix(c.file[*found[0].Where.Offset:], []byte(c.begins)) {
			t.Errorf("%s: points at %d", name, *found[0].Where.Offset)
		}
	}
}
