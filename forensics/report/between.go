package report

import (
	"unmask/forensics"
	"unmask/forensics/sweep"
)

// betweenOnIndex is how many findings between files the first page lists; all stand in the files' own reports.
const betweenOnIndex = 100

// between is a finding that was made by holding two files of a case against each other.
type between struct {
	Code   string
	Text   string
	Path   string
	Report string // SHA-256 that names the report of the file
	Other  string // path of the other, where the finding names it
	To     string // SHA-256 that names the report of the other
}

// madeBetween tells whether a finding comes from holding files of the case against each other, and says something against one of them.
func madeBetween(f *forensics.Finding) bool {
	return f.Detector == sweep.Detector && f.Code != sweep.Without || f.Code == "edit.against_copy"
}

// acquainted remembers where the reports of files stand that findings between files name: each of them has such a finding itself.
type acquainted map[string]string

func (a acquainted) add(r *forensics.Record) {
	for i := range r.Findings {
		if r.Findings[i].Detector == sweep.Detector && isDigest(r.Item.SHA256) {
			a[r.Item.Path.String()] = r.Item.SHA256
			return
		}
	}
}

// of is the report of the file that a finding between files names, empty where it names none.
func (a acquainted) of(f *forensics.Finding) string {
	if f.Detector != sweep.Detector {
		return ""
	}
	return a[f.Subject]
}

// addBetween keeps the findings of a record that were made between files, and counts those beyond betweenOnIndex.
func (x *index) addBetween(r *forensics.Record, known acquainted) {
	for i := range r.Findings {
		f := &r.Findings[i]
		if !madeBetween(f) {
			continue
		}
		if x.betweenAll++; len(x.between) == betweenOnIndex {
			continue
		}
		b := between{Code: f.Code, Text: clip(f.Text, rowText), Path: r.Item.Path.String(), To: known.of(f)}
		if isDigest(r.Item.SHA256) {
			b.Report = r.Item.SHA256
		}
		if b.To != "" {
			b.Other = f.Subject
		}
		x.between = append(x.between, b)
	}
}
