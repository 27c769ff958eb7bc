package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/fusion"
	"unmask/forensics/hashset"
	"unmask/forensics/hashset/compile"
	"unmask/forensics/hashset/setfile"
	"unmask/media"
)

const hashSetUsage = "hash set to look files up in: alert:`FILE` of files to be found, or known:FILE of known-good ones; " +
	"lists and tables of MD5, SHA-1, SHA-256 and PDQ, NSRL RDSv3, Project VIC JSON (repeatable)"

// parseHashSet reads a value of --hashset.
func parseHashSet(flag string) (setfile.Kind, string, error) {
	kind, path, _ := strings.Cut(flag, ":")
	if k := setfile.Kind(kind); (k == setfile.Alert || k == setfile.Known) && path != "" {
		return k, path, nil
	}
	return "", "", usagef("--hashset %q: alert:FILE or known:FILE", flag)
}

// compileHashSets makes set files of what --hashset names, in the case, and says on standard error what is in them. The order of the
// flags makes no difference to the records.
func compileHashSets(ctx context.Context, flags []string, caseDir string) ([]worker.HashSet, error) {
	if len(flags) == 0 {
		return nil, nil
	}
	dir := filepath.Join(caseDir, "hashsets")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("case folder: %w", err)
	}
	var out []worker.HashSet
	for i, flag := range flags {
		kind, source, err := parseHashSet(flag)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(source)
		set := worker.HashSet{Kind: kind, Name: media.Path(name).String(), Path: filepath.Join(dir, fmt.Sprintf("%d-%.200s.set", i, name))}
		made, err := compile.File(ctx, source, set.Path)
		if err != nil {
			os.Remove(dir) // empty folders are not left behind; others stay
			os.Remove(caseDir)
			return nil, err
		}
		describeHashSet(set, made)
		set.SHA256 = made.Source
		out = append(out, set)
	}
	slices.SortFunc(out, func(a, b worker.HashSet) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256))
	})
	return out, nil
}

// describeHashSet says what a set holds, and which lines were left out.
func describeHashSet(set worker.HashSet, s compile.Summary) {
	var counts []string
	for _, a := range setfile.Algorithms {
		if n := s.Counts[a]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, a))
		}
	}
	text := strings.Join(counts, ", ")
	if s.Damaged > 0 {
		text += fmt.Sprintf("; %d damaged lines left out", s.Damaged)
	}
	if s.Reused {
		text += " (compiled before)"
	}
	fmt.Fprintf(os.Stderr, "hash set %s %q: %s\n", set.Kind, set.Name, text)
	for _, p := range s.Problems {
		fmt.Fprintf(os.Stderr, "  %s\n", p)
	}
	if more := s.Damaged - len(s.Problems); more > 0 && !s.Reused {
		fmt.Fprintf(os.Stderr, "  and %d more\n", more)
	}
}

// addHashSets adds the sets to what stands for a configuration: their kind, name and the digest of the file they were made from.
func addHashSets(parts map[string]string, sets []worker.HashSet) {
	for _, s := range sets {
		key := fmt.Sprintf("hashset %s %s", s.Kind, s.Name)
		parts[key] = strings.TrimSpace(parts[key] + " " + s.SHA256)
	}
}

// lookingUp returns an examiner that looks up what the one it is made of could not have examined, because a worker died of it: the
// digests of such an item are known all the same.
func lookingUp(examine forensics.Examiner, c worker.Config) (forensics.Examiner, error) {
	if len(c.HashSets) == 0 {
		return examine, nil
	}
	sets, err := c.OpenHashSets()
	if err != nil {
		return nil, err
	}
	env := forensics.Env{HashSets: sets}
	run, err := hashset.Detector.New(env)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, it media.Item) (*forensics.Record, error) {
		rec, err := examine(ctx, it)
		if err != nil || len(rec.Results) > 0 {
			return rec, err
		}
		pass := forensics.NewPass(&media.Sample{Item: rec.Item, Info: rec.Media}, env)
		res, err := pass.Detect(&hashset.Detector, run)
		rec.Results, rec.Findings = append(rec.Results, res), append(rec.Findings, pass.Findings()...)
		fusion.Decide(rec, fusion.Given{HashSets: sets})
		return rec, err
	}, nil
}
