package main

import (
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/sweep"
	"unmask/media"
)

func TestWhatCouldNotBeComparedStandsInBothRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), variantsName)
	pair := comparison{Variant: sweep.Variant{Item: media.Item{Path: "b.jpg"}, Base: media.Item{Path: "a.jpg"}}, failure: media.Failf("item.unreadable", "it is gone")}
	if err := writeVariants(path, variantsHead{variantsSchema, "head"}, nil, []comparison{pair}); err != nil {
		t.Fatal(err)
	}
	var said []string
	for e, err := range readVariants(path) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Path == "" {
			continue
		}
		r := forensics.NewRecord(media.Item{Path: e.Path})
		join(r, &e.compared)
		for _, res := range r.Results {
			said = append(said, e.Path.String()+" "+string(res.Status)+" "+res.Reason)
		}
	}
	if len(said) != 2 || !strings.HasPrefix(said[0], `a.jpg failed `) || !strings.Contains(said[0], `the copy "b.jpg"`) || !strings.Contains(said[1], "it is gone") {
		t.Errorf("%q", said)
	}
}

func TestADoubtIsComparedOnce(t *testing.T) {
	v := sweep.Variant{Item: media.Item{Path: "b"}, Base: media.Item{Path: "a"}}
	turned := sweep.Variant{Item: v.Base, Base: v.Item}
	pairs := comparisons([]sweep.Variant{v}, []sweep.Found{{Path: "a", Doubt: &turned}, {Path: "c", Doubt: &sweep.Variant{Item: media.Item{Path: "c"}, Base: v.Base}}, {Path: "d"}})
	if len(pairs) != 2 || len(pairs[0].settles) != 1 || len(pairs[1].settles) != 1 {
		t.Errorf("%+v", pairs)
	}
}
