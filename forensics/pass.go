package forensics

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"image/png"
	"math"

	"unmask/forensics/pdq"
	"unmask/media"
)

// Pass is one examination of one sample. It carries what detectors share and collects what they find. One goroutine uses it.
type Pass struct {
	*media.Sample
	Env    Env
	Hashes *Hashes     // set by the match detector
	Faces  []Face      // set by the first detector that asks for faces
	Placed []Placement // protected pictures that the match detector found, surest first; the detectors after it compare with them

	detector *Detector
	claims   []Claim
	findings []Finding
	features map[string]float64
	shared   map[string]any
}

// NewPass starts an examination of a sample.
func NewPass(s *media.Sample, env Env) *Pass {
	return &Pass{Sample: s, Env: env, shared: map[string]any{}}
}

// Report records a finding of the running detector.
func (p *Pass) Report(f Finding) {
	f.Detector, f.Version = p.detector.Name, p.detector.Version
	f.Score = round(f.Score)
	p.findings = append(p.findings, f)
}

// Claim records what the file says of itself. Claims of a detector that fails later stay: they stand in the file all the same.
func (p *Pass) Claim(c Claim) { p.claims = append(p.claims, c) }

// Claims returns what was read so far.
func (p *Pass) Claims() []Claim { return p.claims }

// Feature records a number that the running detector measured.
func (p *Pass) Feature(name string, value float64) { p.features[name] = round(value) }

// round keeps six significant digits: more would differ between processors.
func round(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	unit := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*unit) / unit
}

// Picture keeps an evidence picture, as PNG, and returns its reference.
func (p *Pass) Picture(img image.Image) (Ref, error) {
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, img); err != nil {
		return "", err
	}
	return p.store("png", b.Bytes())
}

func (p *Pass) jpeg(img image.Image, quality int) (Ref, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return "", err
	}
	return p.store("jpg", b.Bytes())
}

func (p *Pass) store(ext string, data []byte) (Ref, error) {
	if p.Env.Store != nil {
		return p.Env.Store(ext, data)
	}
	sum := sha256.Sum256(data)
	return Ref(hex.EncodeToString(sum[:])), nil
}

// Shared returns what compute gives for this sample, computing it once however many detectors ask. The key names the value.
func Shared[T any](p *Pass, key string, compute func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	o, ok := p.shared[key].(outcome)
	if !ok {
		o.value, o.err = compute()
		p.shared[key] = o
	}
	return o.value, o.err
}

// PDQ returns the PDQ transform of frame i of the sample.
func (p *Pass) PDQ(i int) *pdq.Picture {
	all, _ := Shared(p, "pdq", func() ([]*pdq.Picture, error) { return make([]*pdq.Picture, len(p.Frames)), nil })
	if all[i] == nil {
		f := &p.Frames[i]
		all[i] = pdq.Of(f.Pix, f.Width, f.Height)
	}
	return all[i]
}

// Findings returns what was found so far.
func (p *Pass) Findings() []Finding { return p.findings }

// SmallSide is the longer side in pixels of the reduced frames that detectors and thumbnails share.
const SmallSide = 512

// Small returns frame i reduced to SmallSide. It is shared: nobody writes to it.
func (p *Pass) Small(i int) *image.NRGBA {
	all, _ := Shared(p, "small", func() ([]*image.NRGBA, error) { return make([]*image.NRGBA, len(p.Frames)), nil })
	if all[i] == nil {
		all[i] = p.Frames[i].Fit(SmallSide)
	}
	return all[i]
}
