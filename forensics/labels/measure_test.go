package labels

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// declared says which codes the files of the corpus must give, by what their path holds. It was made with exiftool 12.57 over the
// whole corpus; the other pictures in it carry no declaration.
var declared = map[string]string{
	"_Fake_ComfyUI_":                 "generator.comfyui",
	"parsers/ComfyUI/":               "generator.comfyui",
	"AUTOMATIC1111/automatic1111_":   "generator.sdwebui",
	"bad_images/text_after_idat.png": "generator.sdwebui",
	"Fooocus/fooocus1_cropped.png":   "generator.fooocus",
	"parsers/InvokeAI/":              "generator.invokeai",
	"NovelAI/novelai1_cropped.png":   "generator.novelai",
	"provenance/grok-1.jpg":          "generator.grok",
	"jimeng/jimeng_cap_A.png":        "label.aigc.present",
	"doubao/doubao_gray_1x1_1.png":   "label.aigc.present",
}

// truth is what a file declares.
func truth(path string) string {
	for part, codes := range declared {
		if strings.Contains(path, part) {
			return codes
		}
	}
	return ""
}

// TestMeasure counts declarations found and missed, and claims made of files that make none, by folder of the corpus.
func TestMeasure(t *testing.T) {
	for _, folder := range []string{"provenance", "faces_real", "identities", "manipulated", "faceswap", "faces_synthetic", "hash_conformance", "videos", "hostile"} {
		root := detectortest.Corpus(t, folder)
		read, claims, unread, misnamed := 0, 0, 0, 0
		wanted, found := map[string]int{}, map[string]int{}
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s := &media.Sample{Item: media.Item{Path: media.Path(path), Size: int64(len(raw))}, Raw: raw}
			if s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(raw[:min(len(raw), media.SniffLen)]); s.Info.Kind == media.Other {
				return nil
			}
			res, findings := examine(t, s)
			got := map[string]bool{}
			for _, f := range findings {
				got[f.Code] = true
				if f.Code == "format.extension" {
					misnamed++
					t.Logf("%s: %s", strings.TrimPrefix(path, root), f.Text)
				}
			}
			if res.Status == forensics.NotApplied {
				return nil
			}
			read++
			if res.Features["unread"] > 0 {
				unread++
				t.Logf("%s: %v pieces of metadata unread", strings.TrimPrefix(path, root), res.Features["unread"])
			}
			want := truth(path)
			for _, code := range strings.Fields(want) {
				wanted[code]++
				if got[code] {
					found[code]++
				} else {
					t.Errorf("%s: %s is missed", path, code)
				}
			}
			for code := range got {
				if code != "format.extension" && !strings.Contains(" "+want+" ", " "+code+" ") {
					claims++
					t.Logf("%s: unexpected %s", path, code)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d files, declared %v, found %v, unexpected %d, with unread metadata %d, misnamed %d", folder, read, wanted, found, claims, unread, misnamed)
	}
}
