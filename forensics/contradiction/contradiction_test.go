package contradiction

import (
	"errors"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

type claim = forensics.Claim

// claims of one file.
func made(kind string, o forensics.Origin, pairs ...string) claim {
	c := claim{Kind: kind, Place: "a place of " + kind, Origin: o, Says: "something", Offset: new(int64(40)), Length: new(int64(7))}
	for i := 0; i < len(pairs); i += 2 {
		c.Fields = append(c.Fields, forensics.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return c
}

func checked(c claim, what string, r forensics.CheckState) claim {
	c.Checks = append(c.Checks, forensics.Check{What: what, Result: r})
	return c
}

func around(c claim, inner ...claim) claim {
	c.Contains = inner
	return c
}

func examine(t *testing.T, all ...claim) []forensics.Finding {
	t.Helper()
	p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}}, forensics.Env{})
	for _, c := range all {
		p.Claim(c)
	}
	if res, err := p.Detect(&Detector, run); err != nil || res.Status == forensics.Broken {
		t.Fatal(res, err)
	}
	return p.Findings()
}

func TestWhatContradicts(t *testing.T) {
	code := "001191110102MACQD9K64010000"
	for name, c := range map[string]struct {
		claims []claim
		want   string // codes
		says   string
	}{
		"label says AI, manifest camera": {[]claim{made("aigc", forensics.MadeByAI), checked(checked(made("c2pa", forensics.Captured), "integrity", forensics.Passed), "trust of the signer", forensics.Passed)}, "contradiction.origin", "its signer is trusted"},
		"label says AI, signer unknown":  {[]claim{made("aigc", forensics.MadeByAI), checked(checked(made("c2pa", forensics.Captured), "integrity", forensics.Passed), "trust of the signer", forensics.Fell)}, "contradiction.origin", "its signer is not trusted"},
		"label says AI, nobody looked":   {[]claim{made("aigc", forensics.MadeByAI), made("c2pa", forensics.Captured)}, "contradiction.origin", "was not checked"},
		"label says AI, broken manifest": {[]claim{made("aigc", forensics.MadeByAI), checked(made("c2pa", forensics.Captured), "integrity", forensics.Fell)}, "contradiction.origin", "fails its checks, so it weighs little"},
		"label says AI, IPTC camera":     {[]claim{made("aigc", forensics.MadeByAI), made("iptc", forensics.Captured)}, "contradiction.origin", "Neither is signed"},
		"generator, IPTC by hand":        {[]claim{made("generator", forensics.MadeByAI), made("iptc", forensics.MadeByHand)}, "contradiction.origin", "a person made it"},
		"IPTC and manifest differ": {[]claim{made("iptc", forensics.Captured, "DigitalSourceType", "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"),
			around(made("c2pa", forensics.MadeByAI), claim{Contains: []claim{made("c2pa", "", "action", "c2pa.created, GPT-4o, http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")}})}, "contradiction.origin contradiction.source", "digitalcapture"},
		"labels differ":          {[]claim{made("aigc", forensics.MadeByAI, "ProduceID", "a"), made("aigc", forensics.MadeByAI, "ProduceID", "b")}, "contradiction.aigc", `ProduceID "a" and "b"`},
		"Chinese producer, Grok": {[]claim{made("aigc", forensics.MadeByAI, "ContentProducer", code, "CreditCode", code), made("generator", forensics.MadeByAI, "Name", "Grok (xAI)")}, "contradiction.producer", "Grok"},
		"camera, and settings":   {[]claim{made("exif", forensics.Captured, "Make", "SONY"), made("generator", forensics.MadeByAI)}, "contradiction.camera", `"SONY"`},
		"editor unknown to the manifest": {[]claim{made("exif", "", "Software", "Adobe Photoshop 25.0"), checked(made("c2pa", forensics.Captured), "integrity", forensics.Passed)},
			"contradiction.editor", "Photoshop 25.0"},

		"all say AI":                        {[]claim{made("aigc", forensics.MadeByAI), made("iptc", forensics.MadeByAI), made("generator", forensics.MadeByAI)}, "", ""},
		"a capture that AI edited":          {[]claim{made("c2pa", forensics.EditedByAI), made("iptc", forensics.Captured)}, "", ""},
		"a captured ingredient":             {[]claim{made("aigc", forensics.MadeByAI), around(made("c2pa", forensics.MadeByAI), made("c2pa", forensics.MadeByAI), made("c2pa", forensics.Captured))}, "", ""},
		"a camera and its manifest":         {[]claim{made("exif", forensics.Captured, "Software", "ILCE-7M4 v1.00"), made("c2pa", forensics.Captured)}, "", ""},
		"a manifest that names the editor":  {[]claim{made("exif", "", "Software", "Adobe Photoshop 25.0"), around(made("c2pa", forensics.Captured), made("c2pa", "", "softwareAgent", "Adobe Photoshop"))}, "", ""},
		"an edited camera picture":          {[]claim{made("exif", forensics.Captured, "Software", "GIMP 2.10"), made("iptc", forensics.Captured)}, "", ""},
		"the same label twice":              {[]claim{made("aigc", forensics.MadeByAI, "ProduceID", "a"), made("aigc", forensics.MadeByAI, "ProduceID", "a")}, "", ""},
		"a platform labels ComfyUI":         {[]claim{made("aigc", forensics.MadeByAI, "ContentProducer", code, "CreditCode", code), made("generator", forensics.MadeByAI, "Name", "ComfyUI")}, "", ""},
		"a producer by name beside Grok":    {[]claim{made("aigc", forensics.MadeByAI, "ContentProducer", "xAI"), made("generator", forensics.MadeByAI, "Name", "Grok (xAI)")}, "", ""},
		"the same source type":              {[]claim{made("iptc", forensics.MadeByAI, "DigitalSourceType", "trainedAlgorithmicMedia"), made("c2pa", forensics.MadeByAI, "digitalSourceType", "x/trainedAlgorithmicMedia")}, "", ""},
		"a visible label beside a metadata": {[]claim{made("visible", forensics.MadeByAI), made("aigc", forensics.MadeByAI)}, "", ""},
		"a broken manifest and an editor":   {[]claim{made("exif", "", "Software", "GIMP"), checked(made("c2pa", forensics.Captured), "integrity", forensics.Fell)}, "", ""},
	} {
		var codes, texts []string
		for _, f := range examine(t, c.claims...) {
			codes, texts = append(codes, f.Code), append(texts, f.Text)
			if f.Score <= 0 || f.Where == nil {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if strings.Join(codes, " ") != c.want || !strings.Contains(strings.Join(texts, "\n"), c.says) {
			t.Errorf("%s: %q %q", name, codes, texts)
		}
	}
}

func TestOneClaimHasNothingToContradict(t *testing.T) {
	p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Other}}, forensics.Env{})
	p.Claim(made("aigc", forensics.MadeByAI))
	if err := run(p); !errors.Is(err, forensics.ErrNotApplicable) {
		t.Error(err)
	}
}

func TestAFileThatRepeatsItselfDoesNotFloodTheReport(t *testing.T) {
	var all []claim
	for i := range 500 {
		id := strings.Repeat("x", i)
		all = append(all, made("aigc", forensics.MadeByAI, "ProduceID", id), made("c2pa", forensics.Captured, "DigitalSourceType", id), made("iptc", forensics.Captured, "DigitalSourceType", "y"+id),
			made("exif", forensics.Captured, "Software", "gimp"+id))
	}
	if n := len(examine(t, all...)); n > 5*most {
		t.Errorf("%d findings", n)
	}
}

func TestContract(t *testing.T) {
	s := &media.Sample{Info: media.Info{Kind: media.Image, Format: "jpeg", Width: 2, Height: 2}, Raw: []byte("four"), Frames: []media.Frame{{Width: 2, Height: 2, Pix: make([]byte, 12)}}}
	detectortest.Run(t, Detector, forensics.Env{}, detectortest.Case{Name: "no claims", Sample: s, Clean: true})
}
