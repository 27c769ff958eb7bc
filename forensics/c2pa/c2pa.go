// Package c2pa reads and checks C2PA manifests: what they say, whether they belong to the file and were signed, and by whom.
package c2pa

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector checks manifests and says what they claim.
var Detector = forensics.Detector{
	Name:    "c2pa",
	Version: 4,
	Doc: `Reads C2PA manifests and checks them: signature, digests of assertions and of the picture, signer, time stamp.
Manifests are found in JPEG, PNG, WebP, GIF, TIFF, AVI, MP4, MOV, HEIF, AVIF and JPEG XL, and in a file NAME.c2pa beside the item. Integrity, trust in the
signer, trust in the time stamp and what is claimed of AI are four separate things: a manifest by an untrusted signer is not broken, and one that is
intact may still lie. Signers and authorities are trusted by the certificates given with --trust and by no others; nothing is fetched. Certificates are
judged at the time of the time stamp; without one, whether the certificate had expired is not judged, since a result must not depend on the day.
Digests of media data in pieces (Merkle trees) are checked, but for fragments that lie in other files.
Whether a certificate had been revoked is told by the answers of its issuer (OCSP) that the file carries, at the time of the time stamp; where they
differ, revoked counts. Without one it is not checked, for nothing is asked of anybody. Compressed manifests are read up to 32 KB of them in a file.
Not checked: revocation of the certificates of authorities, box hashes of formats other than JPEG and PNG, the content of identity assertions.
An address of a manifest elsewhere is reported and not fetched. A manifest that was taken out leaves no other trace here.
A digest that leaves out metadata is told; one that leaves out picture data does not pass for integrity, though the standard lets it pass.
An ingredient that was changed after signing makes the manifest invalid; one that was broken before, and is said to be, does not.
Sources: C2PA Technical Specification 2.2 (and 1.4 for older files), ISO/IEC 19566-5, RFC 9052, 9360, 5652, 3161, 5280, 5940, 6960, 7932.`,
	Accepts:    media.Image | media.Video | media.Other,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New: func(env forensics.Env) (forensics.Run, error) {
		t, err := readTrust(env.Trust)
		return func(p *forensics.Pass) error { return run(p, t) }, err
	},
}

// most is how many stores of a file are looked at; it should have one.
const most = 4

func run(p *forensics.Pass, t *trust) error {
	if p.Raw == nil && p.Item.SHA256 == "" {
		return forensics.NotApplicable("the file could not be read")
	}
	var c carried
	all, err := alone(p)
	if err == nil && all == nil {
		if p.Info.Kind == media.Other {
			return forensics.NotApplicable("the file is neither a picture, a video nor a manifest")
		}
		c, err = carriedBy(p)
		all = c.stores
	}
	if err != nil {
		return fmt.Errorf("manifests cannot be read: %w", err)
	}
	if len(all) == 0 {
		remote(p, c.xmp)
		if f, digest, ok := sidecar(p.Item); ok {
			f.place += " (SHA-256 " + digest + ")"
			all = append(all, f)
		}
	}
	p.Feature("stores", float64(len(all)))
	var u unpacker
	for _, f := range all[:min(len(all), most)] {
		if err := examine(p, f, t, &u, len(all), c.metadata); err != nil {
			return err
		}
	}
	return nil
}

// alone returns the store that the item itself is, where it is a sidecar file.
func alone(p *forensics.Pass) ([]found, error) {
	if p.Info.Kind != media.Other {
		return nil, nil
	}
	const start = 64 // bytes that the description stands in
	b, err := p.Head(start)
	if err != nil || !isStore(b) {
		return nil, err
	}
	if b, err = p.Head(maxStore); err != nil {
		return nil, err
	}
	f := found{place: "this file, which is a manifest store of its own", beside: true}
	f.packet.Add(b, 0)
	return []found{f}, nil
}

// examine checks one store and reports it.
func examine(p *forensics.Pass, f found, t *trust, u *unpacker, count int, metadata []span) error {
	r := reporter{p: p, found: f, trust: t}
	if f.long {
		r.present("")
		r.long()
		return nil
	}
	r.store = readStore(f.packet.Data, u)
	r.active = len(r.store.manifests) - 1
	if r.active < 0 {
		r.present("")
		r.unreadable(r.store.problem)
		return nil
	}
	m := r.store.manifests[r.active]
	r.store.redacted = r.store.redactions(m)
	v := r.store.judge(m, t)
	if r.store.problem != nil {
		v.fail(m.box, "general.error", "the manifest store cannot be read as a whole: %v", r.store.problem)
	}
	if count > 1 {
		v.fail(m.box, "manifest.multiple", "the file has %d manifest stores, and may have one", count)
	}
	if r.store.beyond == nil {
		r.store.heirs(v, m, t, map[*manifest]bool{m: true})
		if err := r.bind(v, m, metadata); err != nil {
			return err
		}
	}
	r.report()
	return nil
}

func (r *reporter) bind(v *verdict, m *manifest, metadata []span) error {
	if r.p.Info.Kind == media.Other {
		v.skip(m.box, "binding", "the picture that it belongs to is not in this file")
		return nil
	}
	return r.p.Content(func(f io.ReaderAt, size int64) error {
		format := r.p.Info.Format
		r.store.bind(v, m, &asset{r: f, size: size, format: format, store: r.found.spans, metadata: metadata, boxed: boxed[format]})
		return nil
	})
}

// boxed are the formats that are made of boxes of ISO/IEC 14496-12.
var boxed = map[string]bool{"mp4": true, "mov": true, "3gp": true, "heic": true, "avif": true, "jxl": true}

func hexDigest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
