package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/cmd/internal/batch"
	"unmask/forensics"
	"unmask/media"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts of validate and calibrate, on cases whose scores are made up.
func TestLabelledScripts(t *testing.T) {
	bin := binaries(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/labelled",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", bin+":"+e.Getenv("PATH"))
			return pictures(filepath.Join(e.WorkDir, "evidence"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"scores": writeScores},
	})
}

// writeScores makes a case under the configuration of another one, with made-up scores for 240 files of six sources, and the list of their
// labels: scores REAL CASE LABELS.
func writeScores(ts *testscript.TestScript, _ bool, args []string) {
	real, err := batch.ReadJournal(ts.MkAbs(args[0]))
	ts.Check(err)
	defer real.Close()
	ts.Check(os.MkdirAll(ts.MkAbs(args[1]), 0o755))
	j, err := batch.OpenJournal(ts.MkAbs(args[1]), real.Header)
	ts.Check(err)
	random := rand.New(rand.NewPCG(5, 5))
	var labels strings.Builder
	labels.WriteString("path,question,label,source\n")
	for i := range 240 {
		label, source := i%2, fmt.Sprintf("set%d:kind%d", i%6/2, i%2)
		score := random.NormFloat64() + 4*float64(label)
		r := forensics.NewRecord(media.Item{Path: media.Path(fmt.Sprintf("made/up/%03d.jpg", i)), SHA256: fmt.Sprintf("%064x", i)})
		r.Status = forensics.Examined
		for _, q := range forensics.Questions {
			r.Answers[q] = forensics.Answer{Answer: forensics.NotEvaluated, Reason: "made up"}
		}
		r.Answers[forensics.Synthetic] = forensics.Answer{Answer: forensics.Inconclusive, Reason: "made up", Score: &score}
		ts.Check(j.Append(r))
		fmt.Fprintf(&labels, "up/%03d.jpg,synthetic,%d,%s\n", i, label, source)
	}
	ts.Check(j.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(labels.String()), 0o644))
}
