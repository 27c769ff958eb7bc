package labels

import (
	"fmt"
	"strings"

	"unmask/forensics"
)

// sourceTypes are the terms of the IPTC vocabulary http://cv.iptc.org/newscodes/digitalsourcetype/ and those that C2PA 2.2 adds, with
// what they say of the picture.
var sourceTypes = map[string]struct {
	ai   bool
	says string
}{
	"trainedAlgorithmicMedia":              {true, "it was created by generative AI"},
	"compositeWithTrainedAlgorithmicMedia": {true, "it was edited with generative AI"},
	"compositeSynthetic":                   {true, "it is a composite of which at least one part was made by generative AI"},
	"algorithmicMedia":                     {false, "it was created by an algorithm, without trained data"},
	"trainedAlgorithmicData":               {true, "it is the result of generative AI in the form of data"},
	"digitalCapture":                       {false, "a digital camera captured it"},
	"computationalCapture":                 {false, "several exposures of a camera were combined by computation"},
	"negativeFilm":                         {false, "it was digitised from a negative"},
	"positiveFilm":                         {false, "it was digitised from a positive"},
	"print":                                {false, "it was digitised from a print or drawing"},
	"humanEdits":                           {false, "a person edited it without generative AI"},
	"minorHumanEdits":                      {false, "a person corrected it slightly"},
	"compositeCapture":                     {false, "it is a composite of captured parts"},
	"composite":                            {false, "it is a composite"},
	"algorithmicallyEnhanced":              {false, "an algorithm corrected it slightly"},
	"dataDrivenMedia":                      {false, "it was made from data"},
	"digitalArt":                           {false, "a person made it with a computer"},
	"digitalCreation":                      {false, "a person made it with a computer"},
	"virtualRecording":                     {false, "it records a virtual event"},
	"screenCapture":                        {false, "it is a screen shot"},
	"softwareImage":                        {false, "software made it"},
	"empty":                                {false, "it started from an empty canvas"},
}

// term is the last part of the address of a source type, which may also stand alone or as a name such as "digsrctype:...".
func term(address string) string {
	address = strings.TrimRight(strings.TrimSpace(address), "/")
	return address[strings.LastIndexAny(address, "/:#")+1:]
}

// saying continues "The file declares that": what a term says, and the term.
func saying(term string) (ai bool, words string) {
	for name, t := range sourceTypes {
		if strings.EqualFold(name, term) {
			return t.ai, fmt.Sprintf("%s (source type %s)", t.says, name)
		}
	}
	return false, fmt.Sprintf("it is of the source type %s, which is not in the vocabulary", quoted(term))
}

func reportSources(p *forensics.Pass, sources []text) {
	for _, s := range sources[:min(len(sources), most)] {
		code := "iptc.source"
		ai, words := saying(term(s.value))
		if ai {
			code = "iptc.ai"
		}
		p.Report(forensics.Finding{Code: code, Score: 1, Where: at(s.offset, s.length),
			Text: fmt.Sprintf("The IPTC metadata in %s declares of the picture that %s.", s.place, words)})
	}
}
