package face

import (
	"fmt"
	"image"
	"slices"

	"unmask/forensics"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/media/cv"
	"unmask/models"

	"github.com/disintegration/imaging"
)

// embedder turns an aligned face into a vector (Chen et al., "MobileFaceNets", CCBR 2018).
type embedder struct{ net *cv.Net }

var embedding = []cv.Output{{Name: "output0", Length: reference.VectorLength}}

func loadEmbedder(onnx []byte) (*embedder, error) {
	net, err := cv.LoadNet(onnx)
	if err != nil {
		return nil, err
	}
	e := &embedder{net}
	_, err = e.run(image.NewNRGBA(image.Rect(0, 0, AlignedSide, AlignedSide)))
	return e, err
}

// of returns the embedding of an aligned face: the mean of those of the face and of its mirror image, at length 1.
func (e *embedder) of(chip *image.NRGBA) (reference.Vector, error) {
	a, err := e.run(chip)
	if err != nil {
		return nil, err
	}
	b, err := e.run(imaging.FlipH(chip))
	if err != nil {
		return nil, err
	}
	return reference.Mean([]reference.Vector{a, b}), nil
}

func (e *embedder) run(chip *image.NRGBA) (reference.Vector, error) {
	out, err := e.outputs(chip, embedding)
	if err != nil {
		return nil, err
	}
	return reference.Vector(out[0]).Unit(), nil
}

func (e *embedder) outputs(chip *image.NRGBA, wanted []cv.Output) ([][]float32, error) {
	const plane = AlignedSide * AlignedSide
	mean, deviation := [3]float32{.485, .456, .406}, [3]float32{.229, .224, .225}
	blob := make([]float32, 3*plane)
	for i := range plane {
		for c := range 3 {
			blob[c*plane+i] = (float32(chip.Pix[4*i+c])/255 - mean[c]) / deviation[c]
		}
	}
	out, err := e.net.Run(blob, [4]int{1, 3, AlignedSide, AlignedSide}, wanted)
	if err != nil {
		return nil, fmt.Errorf("face embedding: %w", err)
	}
	return out, nil
}

// Shape of an inner layer of the embedding network.
const (
	InnerChannels = 128
	InnerSide     = 14
)

// inner are three layers in the middle of the network, by the names that OpenCV 4.6 gives them: of its fifteen blocks the eighth, tenth and twelfth.
var inner = []cv.Output{
	{Name: "onnx_node!/features/features.7/Add", Length: InnerChannels * InnerSide * InnerSide},
	{Name: "onnx_node!/features/features.9/Add", Length: InnerChannels * InnerSide * InnerSide},
	{Name: "onnx_node!/features/features.11/Add", Length: InnerChannels * InnerSide * InnerSide},
}

// Inner returns what three layers in the middle of the embedding network make of a square of AlignedSide pixels: for each InnerChannels maps of
// InnerSide rows and columns. The error wraps models.ErrMissing where the network is not at hand.
func Inner(folder models.Folder, chip *image.NRGBA) ([][]float32, error) {
	e, err := complete(folder)
	if err != nil {
		return nil, err
	}
	return e.embedder.outputs(chip, inner)
}

// Embedded is a face with its embedding, or with the reason why it was refused one.
type Embedded struct {
	Face    forensics.Face
	Vector  reference.Vector // length 1; nil where refused
	Refused string           // what keeps the face from being compared, such as "18 pixels between the eyes, 20 needed"
	Gate    string           // short name of that: small, blurred, turned, unsure
}

// Embed returns the faces of a sample, as Of finds them, with their embeddings. The error wraps models.ErrMissing where the
// networks are not at hand.
func Embed(p *forensics.Pass) ([]Embedded, error) {
	return forensics.Shared(p, "embedded", func() ([]Embedded, error) {
		e, err := complete(p.Env.Models)
		if err != nil {
			return nil, err
		}
		faces, err := Of(p)
		if err != nil {
			return nil, err
		}
		return e.embedAll(faces, p.Frames)
	})
}

// InPicture finds and embeds the faces in a picture that is not the sample, such as that of a reference; the largest first.
func InPicture(env forensics.Env, img image.Image) ([]Embedded, error) {
	e, err := complete(env.Models)
	if err != nil {
		return nil, err
	}
	frame := FrameOf(img)
	faces, err := e.finder.faces(frame)
	if err != nil {
		return nil, err
	}
	return e.embedAll(faces, []media.Frame{*frame})
}

// embedAll embeds faces, each in the frame that it names.
func (e *engine) embedAll(faces []forensics.Face, frames []media.Frame) ([]Embedded, error) {
	out := make([]Embedded, len(faces))
	for i, f := range faces {
		frame := slices.IndexFunc(frames, func(m media.Frame) bool { return m.Index == f.Frame })
		var err error
		if out[i], err = e.embed(&frames[frame], f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (e *engine) embed(frame *media.Frame, f forensics.Face) (Embedded, error) {
	out := Embedded{Face: f}
	if out.Gate, out.Refused = refuse(f); out.Refused != "" {
		return out, nil
	}
	chip, ok := Align(frame, Points(f))
	if !ok {
		out.Gate, out.Refused = "unsure", "eyes, nose and mouth were not told apart"
		return out, nil
	}
	var err error
	out.Vector, err = e.embedder.of(chip)
	return out, err
}

// FrameOf returns a picture as a frame.
func FrameOf(img image.Image) *media.Frame {
	m := imaging.Clone(img)
	f := &media.Frame{Width: m.Rect.Dx(), Height: m.Rect.Dy(), Pix: make([]byte, 0, 3*m.Rect.Dx()*m.Rect.Dy())}
	for i := 0; i < len(m.Pix); i += 4 {
		f.Pix = append(f.Pix, m.Pix[i+2], m.Pix[i+1], m.Pix[i])
	}
	return f
}
