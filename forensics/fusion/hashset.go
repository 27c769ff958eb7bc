package fusion

import (
	"fmt"

	"unmask/forensics"
	"unmask/forensics/hashset/setfile"
	"unmask/forensics/pdq"
)

// knownMedia joins what the hash sets and the protected references say. An alert set comes first: it is what the file is wanted for.
func (d decision) knownMedia() forensics.Answer {
	if f := d.found("hashset.alert"); f != nil {
		return answer(forensics.Yes, f.Score, "%s", f.Text)
	}
	shown := d.protectedPicture()
	if shown.Answer == forensics.Yes {
		return shown
	}
	if f := d.found("hashset.known"); f != nil {
		return answer(forensics.Yes, f.Score, "%s", f.Text)
	}
	if len(d.given.HashSets) == 0 {
		return shown
	}
	missed := d.inNoHashSet()
	if d.given.References == 0 {
		return missed
	}
	if shown.Answer == forensics.No && missed.Answer != forensics.No {
		shown.Answer = forensics.Inconclusive
	}
	shown.Reason += "; " + missed.Reason
	return shown
}

// listed answers for a file that could not be examined, but was looked up by its digests.
func (d decision) listed() (forensics.Answer, bool) {
	f := d.found("hashset.alert", "hashset.known")
	if f == nil {
		return forensics.Answer{}, false
	}
	return answer(forensics.Yes, f.Score, "%s", f.Text), true
}

// inNoHashSet answers for a file that no hash set lists.
func (d decision) inNoHashSet() forensics.Answer {
	r := d.result("hashset")
	digests, hashes := 0, 0
	for _, s := range d.given.HashSets {
		digests += s.Counts.Digests()
		hashes += s.Counts[setfile.PDQ]
	}
	names := fmt.Sprintf("the %d hash sets given", len(d.given.HashSets))
	if len(d.given.HashSets) == 1 {
		names = fmt.Sprintf("the hash set %q", d.given.HashSets[0].Name)
	}
	exact := fmt.Sprintf("the digests of the file are none of the %d in %s", digests, names)
	const limit = "a copy with one changed byte has other digests"
	switch {
	case r.Status == forensics.NotApplied:
		return answer(forensics.Inconclusive, 0, "%s", r.Reason)
	case r.Status != forensics.Done:
		return without(r)
	case hashes == 0:
		return answer(forensics.No, 0, "%s; %s", exact, limit)
	case r.Features["pdq_frames"] == 0:
		return answer(forensics.Inconclusive, 0, "%s, and it is too plain to be compared with their %d PDQ hashes", exact, hashes)
	case d.rec.Status == forensics.Partial:
		return answer(forensics.Inconclusive, 0, "%s, and the part that could be decoded is like none of their %d PDQ hashes", exact, hashes)
	}
	return answer(forensics.No, 0, "%s, and it is within %d of 256 bits of none of their %d PDQ hashes; strongly changed copies are not found this way", exact, pdq.MatchDistance, hashes)
}

// isKnownGood tells whether a digest of the file stands in a known-good set. A picture that only looks like a known-good one is none:
// it may be an edited copy.
func isKnownGood(rec *forensics.Record) bool {
	for _, f := range rec.Findings {
		if f.Code == "hashset.known" && f.Score == 1 {
			return true
		}
	}
	return false
}
