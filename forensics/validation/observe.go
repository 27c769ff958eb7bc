package validation

import (
	"iter"
	"path"
	"path/filepath"
	"strings"

	"unmask/forensics"
)

// Observation is a label with what a record says to it.
type Observation struct {
	Label
	SHA256   string             // of the file; empty where it has no record, or could not be read
	Found    bool               // whether there is a record
	Answer   forensics.Answer   // to the label's question
	Features map[string]float64 // by detector and name, "geometry.score"
	Boxes    [][4]int           // of the regions that findings of an edit or a swap name, in pixels of the picture
	Size     [2]int             // width and height of the picture
}

// Scored tells whether the question was evaluated, with a score.
func (o *Observation) Scored() bool {
	return o.Found && o.Answer.Score != nil && o.Answer.Answer != forensics.NotEvaluated && o.Answer.Answer != ""
}

// Observe joins labels and records. Folder is that of the list of labels. A label's file is the record of that very path, of the path
// below the folder, or one whose path ends with the label's whole path; where several do, the first. Labels without a record come back not Found.
func Observe(labels []Label, folder string, records iter.Seq2[*forensics.Record, error]) ([]Observation, error) {
	out := make([]Observation, len(labels))
	byName := map[string][]int{}
	for i, l := range labels {
		out[i].Label = l
		byName[path.Base(l.Path)] = append(byName[path.Base(l.Path)], i)
	}
	nearest := make([]int, len(labels))
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		name := filepath.ToSlash(filepath.Clean(string(r.Item.Path)))
		for _, i := range byName[path.Base(name)] {
			if n := nearness(name, labels[i].Path, folder); n > nearest[i] {
				nearest[i] = n
				out[i] = observe(labels[i], r)
			}
		}
	}
	return out, nil
}

// nearness tells how sure it is that a record's path is the label's: 0 is not.
func nearness(record, label, folder string) int {
	absolute, err := filepath.Abs(record)
	switch below := filepath.Join(folder, label); {
	case err == nil && (absolute == label || absolute == below):
		return 3
	case record == label:
		return 2
	case strings.HasSuffix(record, "/"+label):
		return 1
	}
	return 0
}

func observe(l Label, r *forensics.Record) Observation {
	o := Observation{Label: l, SHA256: r.Item.SHA256, Found: true, Answer: r.Answers[l.Question], Size: [2]int{r.Media.Width, r.Media.Height}}
	o.Features = map[string]float64{}
	for _, res := range r.Results {
		for name, v := range res.Features {
			o.Features[res.Detector+"."+name] = v
		}
	}
	for _, f := range r.Findings {
		if f.Where != nil && f.Where.Box != nil && (strings.HasPrefix(f.Code, "edit.") || strings.HasPrefix(f.Code, "swap.")) {
			o.Boxes = append(o.Boxes, *f.Where.Box)
		}
	}
	return o
}
