package sweep

import (
	"fmt"

	"unmask/forensics"
	"unmask/forensics/pdq"
)

// Finding codes of copies of which one carries a declaration and the other does not.
const (
	Stripped = "contradiction.label_stripped" // of the copy without
	Without  = "label.copy_without"           // of the copy with: it says nothing against it
)

// Scores of Stripped.
const (
	Settled    = .7 // the copy declares AI, and the pixels of both were compared and are the same; only Settle gives it
	LooksAlike = .5 // the copy declares AI
	scoreOther = .3 // what is missing does not declare AI, or this file declares it otherwise
)

// certain is the PDQ distance up to which two files that are not turned against each other are worth a look at their pixels: 31 only says that
// they look alike.
const certain = 20

// stripped reports pictures that lack a declaration which a copy of theirs carries.
func (c *Case) stripped(out []Found) []Found {
	var all, labelled []*picture
	for i := range c.pictures {
		p := &c.pictures[i]
		if !p.balanced {
			continue
		}
		all = append(all, p)
		if p.says.kinds&(aigc|c2pa) != 0 || p.says.ai != 0 {
			labelled = append(labelled, p)
		}
	}
	without := map[*picture][]*picture{}
	for i, o := range closest(all, labelled, func(p, other *picture) bool { return p.says.lacks(&other.says) != 0 }) {
		if o.to == nil {
			continue
		}
		p := all[i]
		without[o.to] = append(without[o.to], p)
		missing, score, doubt := p.says.lacks(&o.to.says), scoreOther, (*Variant)(nil)
		if missing&o.to.says.ai != 0 && p.says.ai == 0 {
			score = LooksAlike
			if o.distance <= certain && o.symmetry == pdq.Identity {
				doubt = &Variant{p.item, o.to.item}
			}
		}
		out = p.add(out, forensics.Finding{Code: Stripped, Score: score,
			Text: fmt.Sprintf("%s carries %s%s, and this file does not, though both look like the same picture (PDQ distance %d of 256 bits%s): somebody or some platform removed it here, or added it there.",
				quoted(o.to.item.Path.String()), missing.words(), declaring(missing&o.to.says.ai), o.distance, o.turned())}, o.to, doubt)
	}
	for _, p := range labelled {
		if of := without[p]; len(of) > 0 {
			out = p.add(out, forensics.Finding{Code: Without, Score: .1,
				Text: fmt.Sprintf("What this file declares is missing in %s of this case that look like the same picture, such as %s.", files(of), quoted(of[0].item.Path.String()))}, of[0], nil)
		}
	}
	return out
}

func declaring(ai kind) string {
	if ai == 0 {
		return ""
	}
	return " that declares AI"
}
