// Package all lists the detectors.
package all

import (
	"unmask/forensics"
	"unmask/forensics/c2pa"
	"unmask/forensics/contradiction"
	"unmask/forensics/copymove"
	"unmask/forensics/difference"
	"unmask/forensics/exif"
	"unmask/forensics/geometry"
	"unmask/forensics/grid"
	"unmask/forensics/hashset"
	"unmask/forensics/identity"
	"unmask/forensics/jpeghistory"
	"unmask/forensics/labels"
	"unmask/forensics/match"
	"unmask/forensics/noise"
	"unmask/forensics/probe"
	"unmask/forensics/splice"
	"unmask/forensics/surround"
	"unmask/forensics/texture"
	"unmask/forensics/visible"
	"unmask/forensics/watermark"
)

// Detectors in the order in which they run.
func Detectors() []forensics.Detector {
	return []forensics.Detector{
		hashset.Detector,
		identity.Detector, // before match, which searches the surroundings of the faces that were found
		match.Detector,
		difference.Detector, // after match, which says with what to compare
		labels.Detector,
		exif.Detector,
		watermark.Detector,
		c2pa.Detector,
		visible.Detector, // after labels: it says where the visible or the implicit label is missing
		jpeghistory.Detector,
		geometry.Detector,
		probe.Detector,
		texture.Detector, // where probe lacks its model files
		grid.Detector,
		noise.Detector,
		splice.Detector,
		copymove.Detector,
		surround.Detector,
		contradiction.Detector, // last: it holds against each other what the others read
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
