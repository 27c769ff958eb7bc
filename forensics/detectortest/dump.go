package detectortest

import (
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"unmask/forensics"
	"unmask/models"
)

// Block is a part of the numbers of a picture that training scales by itself.
type Block struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// Dump writes the numbers of labelled pictures for scripts/train/portraits.py: for each a line of JSON, and the numbers as 32-bit floats. The paths
// of the list labels start from root, by default its own folder. Describe returns the numbers of a picture in blocks, and whether a face was looked at.
func Dump(t *testing.T, labels, root, to string, describe func(*forensics.Pass) (numbers []float64, blocks []Block, face bool, err error)) {
	t.Helper()
	if labels == "" {
		t.Skip("no -labels: this is a step of training, see scripts/train/portraits.py")
	}
	file, err := os.Open(labels)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if root == "" {
		root = filepath.Dir(labels)
	}
	env := forensics.Env{Models: models.Folder(os.Getenv("UNMASK_MODELS"))}
	for _, row := range rows[1:] {
		numbers, blocks, face, err := describe(forensics.NewPass(File(t, filepath.Join(root, row[0])), env))
		if err != nil {
			t.Fatal(err)
		}
		line, _ := json.Marshal(map[string]any{"path": row[0], "label": row[2], "source": row[3], "face": face, "blocks": blocks})
		small := make([]float32, len(numbers))
		for i, v := range numbers {
			small[i] = float32(v)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
		if err := binary.Write(out, binary.LittleEndian, small); err != nil {
			t.Fatal(err)
		}
	}
}
