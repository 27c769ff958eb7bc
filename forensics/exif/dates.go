package exif

import (
	"fmt"
	"strings"
	"time"

	"unmask/forensics"
)

const (
	layout = "2006:01:02 15:04:05" // CIPA DC-008-2023 section 4.6.5 F

	// zones is the most that clocks of one device may differ without being wrong: those of the date line, and an hour for summer.
	zones = 27 * time.Hour
)

// date reads a date. Unset is true for those that cameras without a set clock write; ok is false for what is no date at all.
func date(s string) (t time.Time, unset, ok bool) {
	if strings.Trim(s, "0: \x00") == "" {
		return t, true, false
	}
	t, err := time.Parse(layout, s[:min(len(s), len(layout))])
	if err != nil { // some writers separate with hyphens, after ISO 8601
		t, err = time.Parse("2006-01-02 15:04:05", strings.Replace(s[:min(len(s), len(layout))], "T", " ", 1))
	}
	return t, false, err == nil
}

// looksLikeDate tells texts of digits in the form of a date from other texts.
func looksLikeDate(s string) bool {
	return len(s) >= len(layout) && strings.Trim(s[:len(layout)], "0123456789:- T") == "" && strings.Count(s[:10], ":")+strings.Count(s[:10], "-") == 2
}

// dates reports dates that cannot be, and dates whose order cannot be.
func (b block) dates(p *forensics.Pass) {
	known := map[string]time.Time{}
	report := func(where *forensics.Region, score float64, format string, args ...any) {
		p.Report(forensics.Finding{Code: "exif.dates", Score: score, Clause: clause, Where: where, Text: fmt.Sprintf(format, args...)})
	}
	for _, name := range []string{"DateTimeOriginal", "CreateDate", "ModifyDate"} {
		v, where := b.field(name)
		t, unset, ok := date(v)
		switch {
		case ok:
			known[name] = t
		case !unset && looksLikeDate(v):
			report(where, .3, "The EXIF field %s holds %s, which is no date that exists; a fault of a program, or a hand that wrote it.", name, quoted(v))
		}
	}
	taken, ok := known["DateTimeOriginal"]
	if !ok {
		return
	}
	v, where := b.field("DateTimeOriginal")
	if t, ok := known["CreateDate"]; ok && taken.Sub(t) > zones {
		report(where, .2, "The picture is said to have been digitised (%s) before it was taken (%s); a clock that was set in between, or dates that were edited.", t.Format(time.DateTime), taken.Format(time.DateTime))
	}
	if t, ok := known["ModifyDate"]; ok && taken.Sub(t) > zones {
		report(where, .2, "The file is said to have been changed last (%s) before the picture was taken (%s); a clock that was set in between, or dates that were edited.", t.Format(time.DateTime), taken.Format(time.DateTime))
	}
	stamp, _ := b.field("GPSDateStamp")
	if sat, unset, ok := date(stamp + " 12:00:00"); ok && !unset && (taken.Sub(sat) > zones+12*time.Hour || sat.Sub(taken) > zones+12*time.Hour) {
		report(where, information, "The date on which the picture is said to have been taken (%s) is not the one of the satellite clock (%s); an old fix of the position, a clock that was set wrong, or dates that were edited.",
			quoted(v), quoted(stamp))
	}
}
