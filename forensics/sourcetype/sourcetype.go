// Package sourcetype holds the IPTC vocabulary of digital source types, which IPTC metadata and C2PA manifests share.
package sourcetype

import (
	"fmt"
	"strings"

	"unmask/forensics"
)

// Type is one term of the vocabulary.
type Type struct {
	Term   string
	Origin forensics.Origin // empty where the term leaves it open
	Says   string           // of a picture: "it was created by generative AI"
}

// types are the terms of http://cv.iptc.org/newscodes/digitalsourcetype/ (IPTC, 2025) and those that C2PA 2.2 adds (section 18.15.5).
var types = []Type{
	{"trainedAlgorithmicMedia", forensics.MadeByAI, "it was created by generative AI"},
	{"compositeWithTrainedAlgorithmicMedia", forensics.EditedByAI, "it was edited with generative AI"},
	{"compositeSynthetic", forensics.EditedByAI, "it is a composite of which at least one part was made by generative AI"},
	{"trainedAlgorithmicData", forensics.MadeByAI, "it is the result of generative AI in the form of data"},
	{"algorithmicMedia", "", "it was created by an algorithm, without trained data"},
	{"digitalCapture", forensics.Captured, "a digital camera captured it"},
	{"computationalCapture", forensics.Captured, "several exposures of a camera were combined by computation"},
	{"negativeFilm", forensics.Captured, "it was digitised from a negative"},
	{"positiveFilm", forensics.Captured, "it was digitised from a positive"},
	{"print", forensics.Captured, "it was digitised from a print or drawing"},
	{"virtualRecording", "", "it records a virtual event"},
	{"screenCapture", "", "it is a screen shot"},
	{"composite", "", "it is a composite"},
	{"compositeCapture", forensics.Captured, "it is a composite of captured parts"},
	{"algorithmicallyEnhanced", "", "an algorithm corrected it slightly"},
	{"dataDrivenMedia", "", "it was made from data"},
	{"softwareImage", "", "software made it"},
	{"humanEdits", forensics.MadeByHand, "a person edited it without generative AI"},
	{"minorHumanEdits", forensics.MadeByHand, "a person corrected it slightly"},
	{"digitalArt", forensics.MadeByHand, "a person made it with a computer"},
	{"digitalCreation", forensics.MadeByHand, "a person made it with a computer"},
	{"empty", "", "it started from an empty canvas"},
}

// Of returns the type that an address names; the term may also stand alone, or behind a prefix such as "digsrctype:". Known is false for
// terms that are not in the vocabulary.
func Of(address string) (t Type, known bool) {
	address = strings.TrimRight(strings.TrimSpace(address), "/")
	term := address[strings.LastIndexAny(address, "/:#")+1:]
	for _, t := range types {
		if strings.EqualFold(t.Term, term) {
			return t, true
		}
	}
	return Type{Term: term, Says: fmt.Sprintf("it is of the source type %.80q, which is not in the vocabulary", term)}, false
}

// AI tells whether the type says that generative AI made the picture or part of it.
func (t Type) AI() bool { return t.Origin == forensics.MadeByAI || t.Origin == forensics.EditedByAI }

// Words continues "it declares that": what the type says, and its term.
func (t Type) Words() string {
	if t.Origin == "" && strings.Contains(t.Says, "not in the vocabulary") {
		return t.Says
	}
	return fmt.Sprintf("%s (source type %s)", t.Says, t.Term)
}
