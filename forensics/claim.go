package forensics

// Claim is one thing that a file says of itself: a label, a manifest, a field of its metadata; with where it stands, and what was checked.
type Claim struct {
	Kind     string  `json:"kind"`             // aigc, c2pa, iptc, generator, exif, watermark or visible
	Place    string  `json:"place"`            // where it stands, in words: "a PNG tEXt chunk"
	Clause   string  `json:"clause,omitempty"` // the standard and the clause that it follows
	Origin   Origin  `json:"origin,omitempty"` // what it says of how the whole picture came about
	Says     string  `json:"says"`             // what it says, as a layman would read it
	Offset   *int64  `json:"offset,omitempty"` // bytes from the start of the file; nil for what is read in the pixels
	Length   *int64  `json:"length,omitempty"` // bytes
	Fields   []Field `json:"fields,omitempty"`
	Checks   []Check `json:"checks,omitempty"`
	Contains []Claim `json:"contains,omitempty"` // assertions of a manifest, manifests of its ingredients
}

// Origin is how a claim says that a picture came about; empty where it does not say.
type Origin string

const (
	MadeByAI   Origin = "ai"      // generated as a whole by a trained model
	EditedByAI Origin = "ai_edit" // in part made or changed by a trained model
	Captured   Origin = "capture" // by a camera, scanner or other sensor
	MadeByHand Origin = "human"   // drawn, composed or edited by people with software
)

// Field is a named value of a claim, in the order in which the file has them.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Check is one thing that was checked of a claim, or could not be.
type Check struct {
	What   string     `json:"what"` // "signature", "trust of the signer"
	Result CheckState `json:"result"`
	Code   string     `json:"code,omitempty"`   // the standard's own: "claimSignature.validated"
	Detail string     `json:"detail,omitempty"` // why; for NotChecked always there
	Clause string     `json:"clause,omitempty"`
}

// CheckState is the outcome of a Check.
type CheckState string

const (
	Passed     CheckState = "passed"
	Fell       CheckState = "failed"
	NotChecked CheckState = "not_checked"
)

// Field returns the first field of that name, empty where there is none.
func (c *Claim) Field(name string) string {
	for _, f := range c.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}
