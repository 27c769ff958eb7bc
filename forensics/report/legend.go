package report

import (
	"strings"

	"unmask/forensics"
	"unmask/forensics/fusion"
)

// meaning says in words what a question asks and what its answers mean and do not mean.
type meaning struct {
	Question forensics.Question
	Title    string // heading of its column
	Asks     string
	Yes      string
	No       string // what a no, and a yes, leave open
}

// meanings in the order of forensics.Questions.
var meanings = [len(forensics.Questions)]meaning{
	{forensics.KnownMedia, "Known media",
		"Is this picture or clip, or a copy of it, among the references that were searched?",
		"It stands in a hash set, or it shows a protected picture, also after re-encoding, resizing, mirroring, turning, cropping, with borders or captions. The pictures side by side are in the file's report.",
		"Small parts of a picture, pictures seen at an angle and pictures without texture are missed. A digest finds the very same bytes only."},
	{forensics.ProtectedIdentity, "Protected person",
		"Is a person from the references shown?",
		"A face is more like a reference face of that person than the stated threshold. It is a lead for a person to confirm, not an identification.",
		"No does not mean that the person is absent: small, turned, covered or heavily changed faces are missed."},
	{forensics.DeclaredAI, "Declared AI",
		"Does the file itself say that AI made or edited it?",
		"A label, a C2PA claim, an IPTC source type, metadata of a generator or a visible mark says so. What a file says can be forged, or copied from another file.",
		"No means that no such statement was found. Statements are easily removed, so it says nothing about how the picture was made."},
	{forensics.Synthetic, "Synthetic",
		"Was the picture as a whole generated?",
		"The detectors together find generation clearly more probable than a camera or an artist.",
		"No does not make it a photograph: generators that the detectors were not measured on, re-encoding and small sizes hide the traces."},
	{forensics.FaceSwap, "Face swap",
		"Was a face replaced or made to move by another's?",
		"The detectors together find that a face does not belong to the picture around it, or does not move as faces do.",
		"No does not make the face authentic: good swaps and strong compression leave few traces."},
	{forensics.Edited, "Edited",
		"Was a part pasted, cloned or retouched?",
		"The detectors together find a part with another history than the rest. The file's report shows where.",
		"No does not mean unchanged: cropping, colour changes and re-saving are not looked for, and later compression hides edits."},
	{forensics.Impersonation, "Impersonation",
		"Is a protected person or picture used in something that was generated, swapped, edited or declared as AI?",
		"A protected person or picture is shown (known media or protected person is yes), and one of declared AI, synthetic, face swap and edited is yes as well.",
		"Inconclusive often means that one half was found and the other could not be decided. Intent is not a question that a tool answers."},
}

// verdict says in words what one of the four answers means.
type verdict struct {
	Verdict forensics.Verdict
	Name    string
	Means   string
}

// verdicts in the order in which they are counted.
var verdicts = [...]verdict{
	{forensics.Yes, "yes", "It was looked for and found, at the threshold whose error rates are listed below. A person decides what it is worth."},
	{forensics.Inconclusive, "inconclusive", "It was looked for, and what was seen does not decide either way, or the method's scores are not calibrated well enough to decide. Not a weak yes, and not a weak no."},
	{forensics.No, "no", "It was looked for with the methods listed, and they did not find it. Never proof that it is not there, and never a statement that a file is authentic."},
	{forensics.NotEvaluated, "not evaluated", "It was not looked for: nothing to compare with was given, the method does not apply to such a file, or the file could not be read. It says nothing."},
}

// verdictName is how reports print a verdict. One that is unknown stands as it is.
func verdictName(v forensics.Verdict) string {
	for _, known := range verdicts {
		if known.Verdict == v {
			return known.Name
		}
	}
	return string(v)
}

// rules are the levels of triage, each with what puts a file there.
func rules() [][2]string {
	var out [][2]string
	for line := range strings.Lines(fusion.Rules) {
		level, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
		out = append(out, [2]string{level, text})
	}
	return out
}
