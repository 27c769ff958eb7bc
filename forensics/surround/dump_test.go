package surround

import (
	"bufio"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/media"
	"unmask/media/decode"
)

var (
	dumpList = flag.String("list", "", "file that names one picture a line, for TestDump")
	dumpOut  = flag.String("out", "", "where TestDump writes")
)

// TestDump writes the faces of pictures and their features, one picture a line: what scripts/train/swap.py reads.
func TestDump(t *testing.T) {
	if *dumpList == "" || *dumpOut == "" {
		t.Skip("writes features for scripts/train/swap.py; run with -list and -out")
	}
	in, err := os.ReadFile(*dumpList)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(*dumpOut)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(out)
	env := forensics.Env{Models: detectortest.Models(t, face.Networks()...)}
	for _, line := range strings.Split(strings.TrimSpace(string(in)), "\n") {
		path, _, _ := strings.Cut(line, "\t")
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := decode.Open(media.Item{Path: media.Path(path)}, media.Plan{Bursts: 1, Length: 1, MaxPixels: 50e6, MaxBytes: 64 << 20})
		if err != nil || s.Info.Kind != media.Image {
			t.Logf("%s: %v", path, err)
			continue
		}
		faces, err := face.Of(forensics.NewPass(s, env))
		if err != nil {
			t.Fatal(err)
		}
		var measured []any
		for _, f := range faces {
			h, ok := of(f)
			if !ok || max(f.Box[2], f.Box[3]) < 64 {
				continue
			}
			p, err := cut(&s.Frames[0], h)
			if err != nil {
				continue
			}
			got, err := measure(p)
			if err != nil {
				t.Fatal(err)
			}
			m := map[string]float64{}
			for _, x := range got.vector {
				m[x.name] = math.Round(x.value*1e5) / 1e5
			}
			entry := map[string]any{"box": f.Box, "score": f.Score, "features": m, "profile": got.detail.level()}
			measured = append(measured, entry)
		}
		b, err := json.Marshal(map[string]any{"path": path, "w": s.Frames[0].Width, "h": s.Frames[0].Height, "faces": faces, "measured": measured})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(append(b, '\n'))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}
