package main

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"

	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/media"
)

var plan = media.Plan{Bursts: 4, Length: 1, MaxPixels: 50e6, MaxBytes: 64 << 20}

// photo writes a JPEG of two megapixels with detail in it.
func photo(t testing.TB) media.Item {
	t.Helper()
	img := image.NewYCbCr(image.Rect(0, 0, 1632, 1224), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		x, y := float64(i%img.YStride), float64(i/img.YStride)
		img.Y[i] = uint8(128 + 60*math.Sin(x/31+y*y/40000) + 40*math.Cos(y/17-x*x/90000) + float64(i*7919%23))
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = uint8(100+i%60), uint8(150-i%40)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return media.Item{Path: media.Path(path), Size: int64(b.Len())}
}

func ready(t testing.TB, profile string) func(worker.Request) (worker.Reply, error) {
	t.Helper()
	_, answer, err := start(worker.Config{Profile: profile, Plan: plan, Evidence: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestEveryDetectorLeavesAResult(t *testing.T) {
	reply, err := ready(t, "full")(worker.Request{Item: photo(t)})
	if err != nil {
		t.Fatal(err)
	}
	rec := reply.Record
	if rec.Status != forensics.Examined || len(rec.Results) < 4 || rec.Hashes == nil || rec.Thumbnail == "" {
		t.Errorf("%+v", rec)
	}
	for _, r := range rec.Results {
		if r.Status == forensics.Broken {
			t.Errorf("%s: %s", r.Detector, r.Reason)
		}
	}
}

func TestEnrolling(t *testing.T) {
	answer := ready(t, "")
	reply, err := answer(worker.Request{Item: photo(t), Enroll: &worker.Enroll{Identity: "a", Name: "b"}})
	if err != nil || len(reply.Reference) != 1 || len(reply.Reference[0].Picture) == 0 {
		t.Errorf("%+v %v", reply, err)
	}
	reply, err = answer(worker.Request{Item: media.Item{Path: "/dev/null"}, Enroll: &worker.Enroll{}})
	if err != nil || reply.Failure == nil {
		t.Errorf("%+v %v", reply, err)
	}
}

func TestEvidenceThatCannotBeKeptEndsTheRun(t *testing.T) {
	_, answer, err := start(worker.Config{Profile: "triage", Plan: plan, Evidence: "/proc/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := answer(worker.Request{Item: photo(t)}); err == nil {
		t.Error("no error")
	}
}

func benchmark(b *testing.B, profile string) {
	answer, it := ready(b, profile), photo(b)
	if _, err := answer(worker.Request{Item: it}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := answer(worker.Request{Item: it}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTriage2MP(b *testing.B) { benchmark(b, "triage") }
func BenchmarkFull2MP(b *testing.B)   { benchmark(b, "full") }
