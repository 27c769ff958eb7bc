package validation

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Number is a figure; NaN, which is null in JSON, where it has no value.
type Number float64

// MarshalJSON writes six significant digits, and null for NaN.
func (n Number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, max(-math.MaxFloat64/2, min(v, math.MaxFloat64/2)), 'g', 6, 64), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	v, err := strconv.ParseFloat(string(text), 64)
	*n = Number(v)
	return err
}

// String prints three decimals, as ".876"; "-" where there is no value.
func (n Number) String() string {
	switch v := float64(n); {
	case math.IsNaN(v):
		return "-"
	case math.IsInf(v, 0):
		return "infinite"
	default:
		return short(fmt.Sprintf("%.3f", v))
	}
}

// short leaves out the zero before the point.
func short(text string) string {
	if rest, ok := strings.CutPrefix(text, "-0."); ok {
		return "-." + rest
	}
	if rest, ok := strings.CutPrefix(text, "0."); ok {
		return "." + rest
	}
	return text
}

// String prints an interval as "[.812 .934]"; "" where there is none.
func (i *Interval) String() string {
	if i == nil {
		return ""
	}
	return fmt.Sprintf("[%v %v]", i[0], i[1])
}
