package labels

import (
	"strings"
	"testing"
)

// The codes of labels that ByteDance and Tencent wrote are right, and every change of one character of them is noticed.
func TestProducers(t *testing.T) {
	real := []string{"001191110102MACQD9K64010000", "001191440300708461136T1XGW3", "001191110102MAD55U9H0F10002", "00119144030008867405X210001"}
	for _, s := range real {
		p, ok := readProducer(s)
		if !ok || p.wrong != "" || producerHead+p.credit+p.suffix != s {
			t.Errorf("%s: %+v", s, p)
		}
		for i := len(producerHead); i < len(producerHead)+creditLength; i++ {
			for _, c := range creditAlphabet {
				if changed := s[:i] + string(c) + s[i+1:]; changed != s {
					if p, ok := readProducer(changed); !ok || p.wrong == "" {
						t.Fatalf("%s passes for %s", changed, s)
					}
				}
			}
		}
	}
	if p, _ := readProducer(real[1]); p.district() != "440300" || p.credit != "91440300708461136T" || p.suffix != "1XGW3" {
		t.Errorf("%+v", p)
	}
	for s, wrong := range map[string]string{real[0][:26]: "another length", real[0] + "0": "another length", "001191110102MACQD9KI4010000": "a letter that"} {
		if p, ok := readProducer(s); !ok || !strings.Contains(p.wrong, wrong) {
			t.Errorf("%s: %+v", s, p)
		}
	}
	for _, s := range []string{"", "Doubao", "0011", "001191110102", "0021" + real[0][4:], "0011-a-name-of-a-product-01", strings.ToLower(real[0])} {
		if p, ok := readProducer(s); ok {
			t.Errorf("the name %q is read as %+v", s, p)
		}
	}
}
