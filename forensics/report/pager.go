package report

import (
	"fmt"

	"unmask/forensics"
)

// jump leads to the first row of a level.
type jump struct {
	Level forensics.Level
	N     int
	Href  string
}

// pager says which part of a list a page is.
type pager struct {
	Page, Pages     int
	From, To, Total int // rows, from 1
	Prev, Next      string
	First           string
	Jumps           []jump
}

// pageName names the n-th page of a list, from 0.
func pageName(list string, n int) string {
	if n == 0 {
		return list + ".html"
	}
	return fmt.Sprintf("%s-%d.html", list, n+1)
}

func newPager(list string, n, total int) pager {
	p := pager{Page: n + 1, Pages: max(1, (total+pageRows-1)/pageRows), Total: total, First: pageName(list, 0)}
	p.From, p.To = min(total, n*pageRows+1), min(total, (n+1)*pageRows)
	if n > 0 {
		p.Prev = pageName(list, n-1)
	}
	if p.Page < p.Pages {
		p.Next = pageName(list, n+1)
	}
	return p
}
