package visible

import (
	"regexp"
	"strings"
)

// The two elements that a visible label holds (GB 45438-2025 5.2: text that holds "人工智能" or "AI", and "生成" and/or "合成"), and what
// tesseract makes of them at small sizes. Of other languages the words that vendors are known to write.
var (
	aiElement  = regexp.MustCompile(`人[工二三土丁王大][智知][能熊]|工[智知]能|人?工智\p{Han}[合生]|人工.能|人.智能|(?:^|[^A-Za-z])A[Il1|丨](?:$|[^A-Za-z0-9])|(?:^|[^A-Za-z])A[IlL1|]+[-_]?(?i:generated)|dall['’”]?A[Il]$`)
	generation = regexp.MustCompile(`[生主牛年][成戍戌咸]|[合台][成戍戌咸]|(?i:generated?|generat[il1]|synthetic|synthesi[sz]ed|made (?:with|by)|created (?:with|by))`)
	// slurred are both elements where A and I were read as one character, or the last character of the label as another, and the openings
	// of labels that can go on in one way only.
	slurred = regexp.MustCompile(`(?:^|[由包梦])[人入凡凤风从][生主牛][成戍戌咸]|A[Il1i] ?生\p{Han}|人工智能[生合]\p{Han}|人工智\p{Han}{1,2}[成戍戌咸威]|内容由A[Il1i]|豆包.{0,4}生成|` +
		`(?:^|[^A-Za-z])A.? ?生成|(?:^|[^A-Za-z])A[Il1iN][^ ]{0,3} ?[^ ]?enerate`)
	// vendor is a mark with the first element alone, such as "即梦AI": a name and AI at its end, and nothing else but a logo before it.
	vendor = regexp.MustCompile(`^(?:[^\p{Han}]{1,2} )?[\p{Han}]{1,6}A[Il1]$`)
)

const (
	longest        = 40 // characters: a label is a phrase, not a paragraph that mentions AI
	leastConfident = 30 // tesseract's own scale; below it what is read is noise
)

// kind tells what a line of text is.
type kind int

const (
	nothing kind = iota
	partial      // the AI element alone
	full         // both elements
)

// classify judges a line as it was read, and its mean confidence.
func classify(text string, confidence float64) kind {
	text = strings.TrimSpace(text)
	if confidence < leastConfident || len([]rune(text)) > longest {
		return nothing
	}
	packed := packedHan(text)
	switch {
	case slurred.MatchString(packed), aiElement.MatchString(packed) && generation.MatchString(packed):
		return full
	case vendor.MatchString(packed):
		return partial
	}
	return nothing
}

var betweenHan = regexp.MustCompile(`(\p{Han}|[A-Z]) +(\p{Han})|(\p{Han}) +([A-Z])`)

// packedHan takes out the spaces that tesseract puts between Chinese characters.
func packedHan(s string) string {
	for range 2 { // a match consumes the character that the next one begins with
		s = betweenHan.ReplaceAllString(s, "$1$3$2$4")
	}
	return strings.Trim(s, "|_.,:;'\"-—~ ")
}

// joined puts words together as they stand in the picture.
func joined(words []word) (text string, confidence float64) {
	var parts []string
	letters := 0
	for _, w := range words {
		n := len([]rune(w.text))
		parts = append(parts, w.text)
		confidence += w.confidence * float64(n)
		letters += n
	}
	return packedHan(strings.Join(parts, " ")), confidence / float64(max(1, letters))
}
