package media

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Digest reads r to its end once and sets SHA-256, SHA-1 and MD5.
func (it *Item) Digest(r io.Reader) error {
	s256, s1, m5 := sha256.New(), sha1.New(), md5.New()
	if _, err := io.Copy(io.MultiWriter(s256, s1, m5), r); err != nil {
		return err
	}
	it.SHA256 = hex.EncodeToString(s256.Sum(nil))
	it.SHA1 = hex.EncodeToString(s1.Sum(nil))
	it.MD5 = hex.EncodeToString(m5.Sum(nil))
	return nil
}
