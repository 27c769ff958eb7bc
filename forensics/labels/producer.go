package labels

import "strings"

// producer is the code of a service in a label: "001" and "1", the unified social credit code of the organisation (GB 32100-2015, 18
// characters) and a suffix of five characters by which it tells its services apart. That form is seen in the labels of ByteDance and
// Tencent; GB 45438-2025 annex E leaves names open as well.
type producer struct {
	credit string // unified social credit code
	suffix string
	wrong  string // what is wrong with the code; empty where its check digit is right
}

const (
	producerHead   = "0011"
	producerLength = len(producerHead) + creditLength + 5
	creditLength   = 18

	// creditAlphabet has no I, O, S, V and Z, which are easily misread (GB 32100-2015, table 2).
	creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
)

// readProducer reads a code; ok is false for a bare name.
func readProducer(s string) (p producer, ok bool) {
	body, found := strings.CutPrefix(s, producerHead)
	if !found || len(body) < creditLength || strings.Trim(body[:creditLength], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return p, false
	}
	p.credit, p.suffix = body[:creditLength], body[creditLength:]
	switch digit, valid := checkDigit(p.credit); {
	case len(s) != producerLength:
		p.wrong = "it has another length than the 27 characters of such codes"
	case !valid:
		p.wrong = "its credit code holds a letter that credit codes do not use"
	case digit != p.credit[creditLength-1]:
		p.wrong = "the check digit of its credit code is wrong, so no organisation has that code"
	}
	return p, true
}

// district is the code of the place where the organisation is registered (GB/T 2260, six digits).
func (p producer) district() string { return p.credit[2:8] }

// checkDigit computes the last character of a credit code (GB 32100-2015, 5.5): 31 less the sum of the first 17 values, weighted with
// powers of three, modulo 31.
func checkDigit(credit string) (digit byte, valid bool) {
	sum, weight := 0, 1
	for i := range creditLength {
		v := strings.IndexByte(creditAlphabet, credit[i])
		if v < 0 {
			return 0, false
		}
		if i < creditLength-1 {
			sum += v * weight
			weight = weight * 3 % 31
		}
	}
	return creditAlphabet[(31-sum%31)%31], true
}
