package visible

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"unmask/media"
	"unmask/media/decode"
)

// TestMeasureFilms draws labels into films with ffmpeg, on moving grounds, and holds what was found against when they are shown. With -v it makes four times as many.
func TestMeasureFilms(t *testing.T) {
	reader(t)
	const font = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
	if _, err := os.Stat(font); err != nil {
		t.Skipf("apt-get install fonts-noto-cjk: %v", err)
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skipf("apt-get install ffmpeg: %v", err)
	}
	plan := media.Plan{Bursts: 32, Length: 1, Opening: 5, MaxPixels: 134e6, MaxBytes: 64 << 20}
	grounds := map[string]string{"bars": "testsrc2", "zoom": "mandelbrot"}
	rates := []int{25, 30}
	if !testing.Verbose() {
		delete(grounds, "zoom")
		rates = rates[:1]
	}
	for ground, source := range grounds {
		for _, rate := range rates {
			for _, c := range []struct {
				name, enable string
				length       float64
				want         string // codes, and the outcome of the check of two seconds
			}{
				{"0-2.5", "lt(t,2.5)", 10, "visible.present aigc.missing passed"},
				{"0-1", "lt(t,1)", 10, "visible.present visible.brief aigc.missing failed"},
				{"3-6", "between(t,3,6)", 10, "visible.present visible.late aigc.missing not_checked"},
				{"all", "1", 10, "visible.present aigc.missing passed"},
				{"none", "0", 10, " "},
				{"short", "1", 1.5, "visible.present aigc.missing not_checked"},
			} {
				path := filepath.Join(t.TempDir(), "film.mp4")
				draw := fmt.Sprintf("drawtext=fontfile=%s:text=AI生成:fontsize=40:fontcolor=white:box=1:boxcolor=black@0.5:boxborderw=6:x=w-tw-20:y=h-th-20:enable='%s'", font, c.enable)
				if out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", fmt.Sprintf("%s=size=640x480:rate=%d", source, rate), "-t", fmt.Sprint(c.length),
					"-vf", draw, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				s, err := decode.Open(media.Item{Path: media.Path(path)}, plan)
				if err != nil {
					t.Fatal(err)
				}
				p := examine(t, s)
				got := codes(p) + " "
				for _, claim := range p.Claims() {
					got += string(claim.Checks[len(claim.Checks)-1].Result)
				}
				detail := ""
				if f := p.Findings(); len(f) > 0 && f[0].Range != nil {
					detail = fmt.Sprintf("%.2f to %.2f s", f[0].Range.T0, f[0].Range.T1)
				}
				t.Logf("%s %d fps %-6s %s", ground, rate, c.name, detail)
				if got != c.want {
					t.Errorf("%s %d fps %s: %q, want %q", ground, rate, c.name, got, c.want)
				}
			}
		}
	}
}
