package texture

import (
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/models"
)

var (
	dumpLabels = flag.String("labels", "", "labels.csv of the pictures to describe")
	dumpRoot   = flag.String("root", "", "folder that their paths start from, by default that of the labels")
	dumpTo     = flag.String("out", "", "file for their features")
)

// TestDump writes the features of labelled pictures for scripts/train/portraits.py: for each a line of JSON, and its numbers as 32-bit floats.
func TestDump(t *testing.T) {
	if *dumpLabels == "" {
		t.Skip("no -labels: this is a step of training, see scripts/train/portraits.py")
	}
	file, err := os.Open(*dumpLabels)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(*dumpTo)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	root := *dumpRoot
	if root == "" {
		root = filepath.Dir(*dumpLabels)
	}
	env := forensics.Env{Models: models.Folder(os.Getenv("UNMASK_MODELS"))}
	for _, row := range rows[1:] {
		p := forensics.NewPass(detectortest.File(t, filepath.Join(root, row[0])), env)
		c, err := p.Canonical(0)
		if err != nil {
			t.Fatal(err)
		}
		d := described{whole: whole(c.Planes)}
		portrait, err := face.PortraitOf(p)
		switch {
		case err == nil:
			d = describe(portrait)
		case !errors.Is(err, forensics.ErrNotApplicable):
			t.Fatal(err)
		}
		head := map[string]any{"path": row[0], "label": row[2], "source": row[3], "face": d.head != nil, "blocks": blocks(d)}
		line, _ := json.Marshal(head)
		if _, err := out.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
		for _, v := range append(d.whole, d.head...) {
			if err := binary.Write(out, binary.LittleEndian, float32(v)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

type block struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// blocks are the parts of the numbers.
func blocks(d described) []block {
	out := []block{{"whole", len(d.whole)}}
	if d.head != nil {
		const frequencies, patterns = 4 * 63, 2 * kinds
		out = append(out, block{"frequencies", frequencies}, block{"patterns", patterns}, block{"light", len(d.head) - frequencies - patterns})
	}
	return out
}
