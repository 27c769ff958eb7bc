package main

import (
	"context"
	"maps"
	"runtime"
	"runtime/debug"

	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/all"
	"unmask/forensics/calibration"
	"unmask/forensics/difference"
	"unmask/forensics/face"
	"unmask/forensics/fusion"
	"unmask/forensics/hashset"
	"unmask/forensics/identity"
	"unmask/forensics/match"
	"unmask/forensics/reference"
	"unmask/forensics/visible"
	"unmask/media"
	"unmask/media/cv"
	"unmask/media/decode"
	"unmask/models"
)

// start makes the detectors of the profile ready and returns the function that answers requests.
func start(c worker.Config) (hello worker.Hello, answer func(worker.Request) (worker.Reply, error), err error) {
	if err := confine(c.MaxMemory); err != nil {
		return hello, nil, err
	}
	if c.MaxMemory > 0 {
		debug.SetMemoryLimit(int64(c.MaxMemory / 4)) // collects the last item's frames before the next item's fill the memory
	}
	if err := cv.SetThreads(1); err != nil {
		return hello, nil, err
	}
	if hello.Build, err = build(); err != nil {
		return hello, nil, err
	}
	hello.Parameters = parameters()
	hello.Detectors = all.Profile(c.Profile)
	env := forensics.Env{Models: models.Folder(c.Models)}
	if c.Evidence != "" {
		env.Store = folder(c.Evidence).store
	}
	var given fusion.Given
	if env.References, hello.References, err = references(c.References); err != nil {
		return hello, nil, err
	}
	if env.References != nil {
		given.References = env.References.Len()
	}
	if env.HashSets, err = c.OpenHashSets(); err != nil {
		return hello, nil, err
	}
	given.HashSets = env.HashSets
	if env.Trust, err = worker.Read(c.Trust); err != nil {
		return hello, nil, err
	}
	if env.Registry, err = worker.Read(c.Registry); err != nil {
		return hello, nil, err
	}
	calibrated, err := worker.Read(c.Calibration)
	if err != nil {
		return hello, nil, err
	}
	own, err := calibration.Parse(calibrated)
	if err != nil {
		return hello, nil, err
	}
	if c.Profile == "triage" {
		c.Plan.Known = hashset.Known(env.HashSets)
	}
	given.Calibrate = func(r *forensics.Record) { calibration.Apply(r, own) }
	examine, err := forensics.NewExaminer(env, hello.Detectors, decode.Open, c.Plan, func(r *forensics.Record) { fusion.Decide(r, given) })
	if err != nil {
		return hello, nil, err
	}
	return hello, func(r worker.Request) (worker.Reply, error) {
		if r.Base != nil {
			return compare(r.Item, *r.Base, c.Plan, env)
		}
		if r.Enroll == nil {
			rec, err := examine(context.Background(), r.Item)
			return worker.Reply{Record: rec}, err
		}
		sample, err := decode.Open(r.Item, c.Plan)
		if err != nil {
			return worker.Reply{Failure: media.AsFailure(err, "decode.failed")}, nil
		}
		p := forensics.NewPass(sample, env)
		if _, err := face.Of(p); err != nil {
			return worker.Reply{}, err
		}
		entries, err := match.Describe(p, r.Enroll.Identity, r.Enroll.Name)
		if err == nil {
			entries, err = identity.Enroll(p, r.Enroll.Identity, r.Enroll.Name, entries)
		}
		return worker.Reply{Reference: entries}, err
	}, nil
}

// compare finds what differs between two pictures of a case: it looks for the base in the item. Where the item does not show the base after
// all, nothing differs.
func compare(item, base media.Item, plan media.Plan, env forensics.Env) (reply worker.Reply, err error) {
	plan.Known = nil
	var samples [2]*media.Sample
	for i, it := range []media.Item{item, base} {
		if samples[i], err = decode.Open(it, plan); err != nil {
			return worker.Reply{Failure: media.AsFailure(err, "decode.failed")}, nil
		}
	}
	entries, err := match.Describe(forensics.NewPass(samples[1], env), "", base.Path.String())
	if err != nil {
		return reply, err
	}
	env.References = reference.NewSet(entries)
	p := forensics.NewPass(samples[0], env)
	if err := match.Locate(p); err != nil {
		return reply, err
	}
	reply.OfItem, reply.OfBase, err = difference.BetweenCopies(p, &samples[1].Frames[0])
	return reply, err
}

// parameters are what a pack's hashes, keypoints and faces depend on.
func parameters() map[string]string {
	out := match.Parameters()
	maps.Copy(out, identity.Parameters())
	return out
}

// references reads the packs. No packs give no set.
func references(paths []string) (*reference.Set, []forensics.Reference, error) {
	if len(paths) == 0 {
		return nil, nil, nil
	}
	var entries []reference.Entry
	var packs []forensics.Reference
	for _, path := range paths {
		more, id, err := reference.ReadPack(path, parameters())
		if err != nil {
			return nil, nil, err
		}
		entries = append(entries, more...)
		packs = append(packs, forensics.Reference{Path: path, SHA256: id, Entries: len(more)})
	}
	return reference.NewSet(entries), packs, nil
}

// build names what decodes and what reads text: other versions may give other pixels, or other words.
func build() (map[string]string, error) {
	b, err := cv.BuildInfo()
	if err != nil {
		return nil, err
	}
	b["go"] = runtime.Version()
	b["tesseract"] = visible.Version()
	return b, nil
}
