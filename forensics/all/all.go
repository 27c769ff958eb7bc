// Package all lists the detectors.
package all

import (
	"unmask/forensics"
	"unmask/forensics/difference"
	"unmask/forensics/geometry"
	"unmask/forensics/hashset"
	"unmask/forensics/identity"
	"unmask/forensics/jpeghistory"
	"unmask/forensics/labels"
	"unmask/forensics/match"
)

// Detectors in the order in which they run.
func Detectors() []forensics.Detector {
	return []forensics.Detector{
		hashset.Detector,
		identity.Detector, // before match, which searches the surroundings of the faces that were found
		match.Detector,
		difference.Detector, // after match, which says with what to compare
		labels.Detector,
		jpeghistory.Detector,
		geometry.Detector,
	}
}

// Profile returns the detectors of a profile: "triage" leaves out those that look at pixels for long, any other name none.
func Profile(name string) []forensics.Detector {
	var out []forensics.Detector
	for _, d := range Detectors() {
		if d.Triage || name != "triage" {
			out = append(out, d)
		}
	}
	return out
}
