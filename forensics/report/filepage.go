package report

import (
	"strconv"

	"unmask/forensics"
	"unmask/media"
)

// copiesShown is how many other paths of a content its page lists; the JSON report lists all.
const copiesShown = 200

// filePage is what the report of one file shows.
type filePage struct {
	shell
	*fileReport
	Name     string // SHA-256 that names the report
	Picture  *picture
	MoreDups int // copies not listed
	HasJSON  bool
	Claims   []statement // in place of the record's
	MoreSaid int         // claims not shown
	known    acquainted
}

// Other is the way to the report of the file that a finding between files names, empty where it names none.
func (p filePage) Other(f forensics.Finding) string {
	if to := p.known.of(&f); to != "" {
		return "../../" + reportPath(to, "html")
	}
	return ""
}

func newFilePage(sh shell, rep *fileReport, hasJSON bool, known acquainted) filePage {
	p := filePage{shell: sh, fileReport: rep, Name: rep.Item.SHA256, Picture: newPicture(rep.Record), HasJSON: hasJSON, known: known}
	p.Claims, p.MoreSaid = statements(rep.Record.Claims)
	p.Title = plain(splitPath(rep.Item.Path.String())[1])
	if n := len(rep.Copies); n > copiesShown {
		p.fileReport = &fileReport{rep.Record, rep.Copies[:copiesShown]}
		p.MoreDups = n - copiesShown
	}
	return p
}

// picture is the thumbnail with what was found drawn over it, in the pixels of the whole picture.
type picture struct {
	Href          string
	ShowW, ShowH  int // size on the page
	Width, Height int // size of the picture
	Frame         int // of a video
	Video         bool
	Text          int // height of letters in pixels of the picture
	Faces         []rect
	Found         []rect
}

// rect is a box with the number of what it marks.
type rect struct {
	X, Y, W, H   int
	Label        string
	TextX, TextY int
}

// pictureSide is the longer side of the thumbnail on the page.
const pictureSide = 320

func newPicture(r *forensics.Record) *picture {
	m := r.Media
	p := &picture{Href: evidence(r.Thumbnail, "jpg"), Width: m.Width, Height: m.Height, Video: m.Kind == media.Video}
	if p.Href == "" || m.Width < 1 || m.Height < 1 {
		return nil
	}
	if len(m.Frames) > 0 {
		p.Frame = m.Frames[0]
	}
	long := max(m.Width, m.Height)
	p.ShowW, p.ShowH = max(1, m.Width*pictureSide/long), max(1, m.Height*pictureSide/long)
	p.Text = max(1, long*14/pictureSide)
	pad := p.Text / 3
	for i, f := range r.Faces {
		if b := f.Box; f.Frame == p.Frame { // named at the bottom, so that a finding around the face can be numbered at the top
			p.Faces = append(p.Faces, rect{b[0], b[1], b[2], b[3], "face " + strconv.Itoa(i+1), b[0] + pad, b[1] + b[3] - pad})
		}
	}
	for i, f := range r.Findings {
		if f.Where == nil || f.Where.Box == nil || f.Where.Frame != nil && *f.Where.Frame != p.Frame {
			continue
		}
		b := *f.Where.Box
		p.Found = append(p.Found, rect{b[0], b[1], b[2], b[3], strconv.Itoa(i + 1), b[0] + pad, b[1] + p.Text + pad})
	}
	return p
}
