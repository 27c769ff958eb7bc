package sourcetype

import (
	"testing"

	"unmask/forensics"
)

func TestTerms(t *testing.T) {
	for address, want := range map[string]forensics.Origin{
		"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia": forensics.MadeByAI,
		"digsrctype:compositeWithTrainedAlgorithmicMedia":                        forensics.EditedByAI,
		" https://cv.iptc.org/newscodes/digitalsourcetype/digitalcapture/ ":      forensics.Captured,
		"http://c2pa.org/digitalsourcetype/empty":                                "",
	} {
		if got, known := Of(address); !known || got.Origin != want || got.AI() != (want == forensics.MadeByAI || want == forensics.EditedByAI) {
			t.Errorf("%q: %+v, known %v, want origin %q", address, got, known, want)
		}
	}
	if got, known := Of("http://example.org/nonsense"); known || got.Origin != "" {
		t.Errorf("an unknown term is taken for %+v", got)
	}
}
