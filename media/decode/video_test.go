package decode

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"unmask/forensics/detectortest"
	"unmask/media"
)

// tool skips the test where a program is not installed.
func tool(t *testing.T, name string) {
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(name + " is not installed")
	}
}

// film makes a video with ffmpeg: seconds of a test pattern with a running clock, 160x120 at 25 a second, then the given options.
func film(t *testing.T, seconds int, name string, options ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	args := append([]string{"-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=" + strconv.Itoa(seconds)}, options...)
	if out, err := exec.Command("ffmpeg", append(args, path)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v %s", err, out)
	}
	return path
}

// probe returns when ffprobe says that the frames are shown, in that order, and how long the file lasts.
func probe(t *testing.T, path string) (times []float64, duration float64) {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Logf("ffprobe %s: %v", path, err)
	}
	for line := range strings.Lines(string(out)) {
		if v, err := strconv.ParseFloat(strings.TrimRight(line, ",\n"), 64); err == nil {
			times = append(times, v)
		}
	}
	slices.Sort(times)
	out, err = exec.Command("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path).Output()
	if err == nil {
		duration, _ = strconv.ParseFloat(strings.TrimSpace(string(out)), 64) // N/A: none
	}
	return times, duration
}

// agrees holds a sample against ffprobe and returns how many frames it has and how many of their times differ. Times of formats
// without a time line of their own count from the first frame.
func agrees(t *testing.T, s *media.Sample) (frames, off int) {
	t.Helper()
	want, duration := probe(t, string(s.Item.Path))
	base := 0.0
	if readers[s.Info.Format](bytes.NewReader(nil), 0).frames == nil && !slices.Contains([]string{"mp4", "mov", "3gp", "matroska", "webm"}, s.Info.Format) && len(want) > 0 {
		base = want[0]
	}
	for _, f := range s.Frames {
		if f.Index >= len(want) || abs(f.Time.Seconds()+base-want[f.Index]) > 2e-6 {
			off++
			t.Logf("%s frame %d of %d: %v", filepath.Base(string(s.Item.Path)), f.Index, len(want), f.Time)
		}
	}
	if duration > 0 && abs(s.Info.Duration-duration) > .1 {
		t.Errorf("%s lasts %v s, ffprobe says %v", filepath.Base(string(s.Item.Path)), s.Info.Duration, duration)
	}
	return len(s.Frames), off
}

func videos(t testing.TB) (out []string) {
	root := detectortest.Corpus(t, "videos")
	if err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			out = append(out, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// Every frame of the corpus is shown when ffprobe says it is.
func TestTimesOfTheCorpusAgreeWithFFprobe(t *testing.T) {
	tool(t, "ffprobe")
	opened, frames, off := 0, 0, 0
	for _, path := range videos(t) {
		s, err := Open(media.Item{Path: media.Path(path)}, plan)
		if err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			continue
		}
		n, bad := agrees(t, s)
		opened, frames, off = opened+1, frames+n, off+bad
	}
	t.Logf("%d videos, %d frames, %d times off", opened, frames, off)
	if opened < 28 || off > 0 {
		t.Errorf("%d videos were opened, %d of %d frame times differ from ffprobe's", opened, off, frames)
	}
}

func TestContainers(t *testing.T) {
	tool(t, "ffmpeg")
	tool(t, "ffprobe")
	h264 := []string{"-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p"}
	for name, options := range map[string][]string{
		"plain.mp4":      h264,
		"plain.mov":      h264,
		"plain.mkv":      h264,
		"plain.ts":       h264,
		"fragments.mp4":  append(h264, "-movflags", "frag_keyframe+empty_moov"),
		"negative.mp4":   append(h264, "-movflags", "negative_cts_offsets"),
		"no_edits.mp4":   append(h264, "-use_editlist", "0"),
		"delayed.mp4":    append(h264, "-output_ts_offset", "0.48"),
		"live.mkv":       append(h264, "-live", "1"),
		"variable.mp4":   append(h264, "-vf", "select='not(mod(n,3))+not(mod(n,7))'", "-vsync", "vfr"),
		"variable.mkv":   append(h264, "-vf", "select='not(mod(n,3))+not(mod(n,7))'", "-vsync", "vfr"),
		"hidden.webm":    {"-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-b:v", "100k", "-cpu-used", "8", "-deadline", "good"},
		"plain.avi":      {"-c:v", "mpeg4"},
		"both_sides.avi": {"-c:v", "mpeg4", "-bf", "2"},
		"plain.flv":      {"-c:v", "flv1"},
		"plain.mpg":      {"-c:v", "mpeg2video"},
		"plain.wmv":      {"-c:v", "wmv2"},
		"plain.ogv":      {"-c:v", "libtheora"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(media.Item{Path: media.Path(film(t, 3, name, options...))}, plan)
			if err != nil || s.Partial != nil || s.Info.Kind != media.Video || len(s.Frames) != plan.Bursts*plan.Length {
				t.Fatalf("%v, %v, %+v", err, s.Partial, s.Info)
			}
			if frames, off := agrees(t, s); off > 0 {
				t.Errorf("%d of %d frame times differ from ffprobe's", off, frames)
			}
		})
	}
}

// A frame found by seeking is the one that decoding from the start gives, with the same number and time.
func TestSeekingFindsTheSameFrames(t *testing.T) {
	tool(t, "ffmpeg")
	for name, options := range map[string][]string{
		"long.mp4": {"-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-g", "120", "-pix_fmt", "yuv420p"},
		"long.mkv": {"-c:v", "libx264", "-preset", "ultrafast", "-vf", "select='not(mod(n,3))+not(mod(n,7))'", "-vsync", "vfr", "-pix_fmt", "yuv420p"},
		"long.avi": {"-c:v", "mpeg4", "-g", "60"},
		"live.mkv": {"-c:v", "libx264", "-preset", "ultrafast", "-live", "1", "-pix_fmt", "yuv420p"}, // cannot be searched
	} {
		path := film(t, 60, name, options...)
		wanted := plan
		wanted.Opening = 5
		sampled, err := Open(media.Item{Path: media.Path(path)}, wanted)
		if err != nil || sampled.Partial != nil {
			t.Fatalf("%s: %v, %v", name, err, sampled.Partial)
		}
		if n := len(sampled.Opening); n != 5 || sampled.Opening[0].Index != 0 || sampled.Opening[4].Time >= media.OpeningTime || sampled.Opening[4].Time < media.OpeningTime*9/10 {
			t.Errorf("%s: %d frames of the opening: %v", name, n, sampled.Info.Frames)
		}
		if len(sampled.Frames) != plan.Bursts*plan.Length {
			t.Errorf("%s: %d frames", name, len(sampled.Frames))
		}
		if b := sampled.Frames[len(sampled.Frames)-1].Burst; b != plan.Bursts-1 {
			t.Errorf("%s: the last burst is number %d", name, b)
		}
		all := plan
		all.Bursts, all.Length = 1, 1500
		every, err := Open(media.Item{Path: media.Path(path)}, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range slices.Concat(sampled.Opening, sampled.Frames) {
			if g := every.Frames[f.Index]; g.Time != f.Time || !bytes.Equal(g.Pix, f.Pix) {
				t.Errorf("%s: frame %d at %v is another one than that at %v", name, f.Index, f.Time, g.Time)
			}
		}
	}
}

// Frames that are glanced at lie between the others, a second apart or more, are those that decoding from the start gives, and are reduced.
func TestGlances(t *testing.T) {
	tool(t, "ffmpeg")
	h264 := []string{"-c:v", "libx264", "-preset", "ultrafast", "-g", "120", "-pix_fmt", "yuv420p"}
	for name, c := range map[string]struct {
		seconds, most, want int
		options             []string
	}{
		"short.mp4": {5, 40, 0, h264},
		"long.mp4":  {60, 200, 60, h264},
		"few.mp4":   {60, 25, 25, h264},
		"long.avi":  {60, 200, 60, []string{"-c:v", "mpeg4", "-g", "60"}},
		"wide.mp4":  {30, 200, 30, append(h264, "-vf", "scale=1024:-2")},
	} {
		p := plan
		p.Glances = c.most
		path := film(t, c.seconds, name, c.options...)
		s, err := Open(media.Item{Path: media.Path(path)}, p)
		if err != nil || s.Partial != nil || len(s.Frames) != plan.Bursts*plan.Length || len(s.Glances) > c.want || len(s.Glances) < c.want-2 {
			t.Fatalf("%s: %v, %v, %d frames, %d glances", name, err, s.Partial, len(s.Frames), len(s.Glances))
		}
		if c.want == 0 {
			continue
		}
		all := media.Plan{Bursts: 1, Length: 1500, MaxPixels: 1e10}
		every, err := Open(media.Item{Path: media.Path(path)}, all)
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range s.Glances {
			want := every.Frames[g.Index].Reduced(media.GlanceSide)
			if g.Time != want.Time || g.Width > media.GlanceSide || g.Width != want.Width || !bytes.Equal(g.Pix, want.Pix) {
				t.Errorf("%s: glance %d of frame %d at %v differs from that frame", name, i, g.Index, g.Time)
			}
			if i > 0 && g.Time-s.Glances[i-1].Time < 900*time.Millisecond {
				t.Errorf("%s: glances at %v and %v", name, s.Glances[i-1].Time, g.Time)
			}
		}
	}
}

func TestVideoIsTurnedUpright(t *testing.T) {
	tool(t, "ffmpeg")
	plain := film(t, 1, "plain.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	upright, err := Open(media.Item{Path: media.Path(plain)}, plan)
	if err != nil {
		t.Fatal(err)
	}
	for degrees, o := range map[string]int{"90": 8, "180": 3, "270": 6} {
		path := filepath.Join(t.TempDir(), "turned.mp4")
		if out, err := exec.Command("ffmpeg", "-v", "error", "-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate="+degrees, path).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		s, err := Open(media.Item{Path: media.Path(path)}, plan)
		if err != nil {
			t.Fatal(err)
		}
		want, err := orient(upright.Frames[0], o)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Frames[0]; got.Width != want.Width || s.Info.Width != want.Width || !bytes.Equal(got.Pix, want.Pix) {
			t.Errorf("rotation %s is not orientation %d", degrees, o)
		}
	}
}

func TestACutVideoIsExaminedInPart(t *testing.T) {
	for _, name := range []string{"pattern.webm", "pattern.avi"} {
		b, err := os.ReadFile("../../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := open(t, b[:len(b)*2/3])
		if err != nil || s.Partial == nil || s.Partial.Code != "decode.truncated" || len(s.Frames) == 0 {
			t.Errorf("%s: %v, %v, %+v", name, err, s.Partial, s.Info)
		}
	}
}

func TestVideoWithinTheBudget(t *testing.T) {
	const path = "../../testdata/pattern.mp4"
	p := plan
	p.MaxPixels = 5 * 320 * 240
	s, err := Open(media.Item{Path: path}, p)
	if err != nil || len(s.Frames) > 5 || len(s.Frames) < 4 || s.Partial != nil {
		t.Errorf("%v, %d frames", err, len(s.Frames))
	}
	p.MaxPixels = 320*240 - 1
	if s, err := Open(media.Item{Path: path}, p); media.AsFailure(err, "").Code != "decode.too_large" || len(s.Frames) != 0 {
		t.Errorf("%v", err)
	}
	s, err = Open(media.Item{Path: path}, media.Plan{MaxPixels: 1e6})
	if err != nil || len(s.Frames) != 1 {
		t.Errorf("a plan of nothing: %v, %d frames", err, len(s.Frames))
	}
}

// Errors of a damaged video are concealed in the same way each time.
func TestDamagedVideoIsRepeatable(t *testing.T) {
	b, err := os.ReadFile("../../testdata/pattern.mp4")
	if err != nil {
		t.Fatal(err)
	}
	for i := 2000; i < len(b)*3/4; i += 211 {
		b[i] ^= 0x55
	}
	var first *media.Sample
	for range 5 {
		s, _ := open(t, b)
		if first == nil {
			first = s
		}
		if !slices.EqualFunc(s.Frames, first.Frames, func(a, b media.Frame) bool {
			return a.Index == b.Index && a.Time == b.Time && bytes.Equal(a.Pix, b.Pix)
		}) {
			t.Fatal("two runs differ")
		}
	}
	t.Logf("%d frames", len(first.Frames))
}

func TestPlaces(t *testing.T) {
	for _, n := range []int{0, 1, 5, 17, 100, 100000} {
		for _, p := range []media.Plan{plan, {}, {Bursts: 3, Length: 4}, {Bursts: 1, Length: 1000}, {Bursts: 1000, Length: 1}} {
			for _, pixels := range []int64{1, 1e6, 60e6, 134e6} {
				p.MaxPixels = plan.MaxPixels
				w := places(n, p, pixels)
				if len(w) == 0 || int64(len(w))*pixels > p.MaxPixels || len(w) > max(1, p.Bursts)*max(1, p.Length) {
					t.Errorf("%d frames of %d pixels, %+v: %d are wanted", n, pixels, p, len(w))
				}
				for i, f := range w {
					if i > 0 && (f.index <= w[i-1].index || f.burst-w[i-1].burst > 1 || f.burst == w[i-1].burst && f.index != w[i-1].index+1) || n > 0 && f.index >= n {
						t.Fatalf("%d frames, %+v: %v", n, p, w)
					}
				}
			}
		}
	}
}

// No file of the corpus ends the process, and none takes long.
func TestHostileFiles(t *testing.T) {
	root := detectortest.Corpus(t, "hostile")
	codes, slowest, worst := map[string]int{}, "", time.Duration(0)
	if err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		start := time.Now()
		s, err := Open(media.Item{Path: media.Path(path)}, plan)
		if took := time.Since(start); took > worst {
			slowest, worst = path, took
		}
		code := "examined"
		if err != nil {
			code = media.AsFailure(err, "other").Code
		} else if s.Partial != nil {
			code = "partial"
		}
		codes[code]++
		if len(s.Item.SHA256) != 64 || (err == nil) != (len(s.Frames) > 0) {
			t.Errorf("%s: %v, %d frames, digest %q", path, err, len(s.Frames), s.Item.SHA256)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%v; %v for %s", codes, worst, slowest)
	if worst > 10*time.Second || codes["other"] > 0 {
		t.Errorf("%v for %s", worst, slowest)
	}
}

func BenchmarkVideo(b *testing.B) {
	for _, name := range []string{"gocv/images/small.mp4", "icpr2020dfdc/test/data/ffpp/original_sequences/youtube/c23/videos/519.mp4"} {
		path := detectortest.Corpus(b, "videos/"+name)
		b.Run(filepath.Base(name), func(b *testing.B) {
			for b.Loop() {
				if _, err := Open(media.Item{Path: media.Path(path)}, plan); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
