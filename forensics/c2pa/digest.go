package c2pa

import "crypto"

// hashes that C2PA allows (2.2 section 13.1).
var hashes = map[string]crypto.Hash{"": crypto.SHA256, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}

// digest of bytes by the first algorithm that is named; nil where it is not allowed.
func digest(b []byte, algorithms ...string) []byte {
	h, ok := hashes[first(algorithms...)]
	if !ok {
		return nil
	}
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}

func first(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}
