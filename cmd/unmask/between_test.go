package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// withLabel writes a picture as PNG with an AI label of this content number, or none, in a tEXt chunk behind the header.
func withLabel(path string, img image.Image, number string) error {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return err
	}
	out := b.Bytes()
	if number != "" {
		body := []byte("tEXtAIGC\x00" + fmt.Sprintf(`{"Label":"1","ContentProducer":"Someone","ProduceID":%q}`, number))
		chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
		chunk = binary.BigEndian.AppendUint32(append(chunk, body...), crc32.ChecksumIEEE(body))
		const header = 33 // signature and IHDR
		out = bytes.Join([][]byte{out[:header], chunk, out[header:]}, nil)
	}
	return os.WriteFile(path, out, 0o644)
}

// contradicting writes pictures whose labels contradict each other.
func contradicting(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, c := range map[string]struct {
		seed   int
		number string
	}{"first": {0, "P-7777"}, "second": {5, "P-7777"}, "renumbered": {5, "P-8888"}, "kept": {9, "P-1"}, "clean": {13, ""}} {
		if err := withLabel(filepath.Join(dir, name+".png"), pattern(c.seed, 320, 240), c.number); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, pattern(9, 320, 240), &jpeg.Options{Quality: 85}); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "stripped.jpg"), b.Bytes(), 0o644)
}

// writeLabelled is the command "labels DIR" of scripts.
func writeLabelled(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(contradicting(ts.MkAbs(args[0])))
}

// Killed at any moment and started again, a scan ends with what the labels of its files say against each other, as one that was never killed.
func TestKilledBetweenFiles(t *testing.T) {
	bin, dir := binaries(t), t.TempDir()
	evidence := filepath.Join(dir, "ev")
	if err := contradicting(evidence); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if err := withLabel(filepath.Join(evidence, fmt.Sprintf("%02d.png", i)), pattern(20+i, 320, 240), "P-1"); err != nil {
			t.Fatal(err)
		}
	}
	scan := func(ctx context.Context, name string) error {
		return exec.CommandContext(ctx, filepath.Join(bin, "unmask"), "scan", evidence, "--case", filepath.Join(dir, name)).Run()
	}
	if err := scan(context.Background(), "whole"); err != nil {
		t.Fatal(err)
	}
	kills := 0
	for wait := 300 * time.Millisecond; ; wait += 150 * time.Millisecond {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		err := scan(ctx, "killed")
		cancel()
		if err == nil {
			break
		}
		kills++
	}
	records := func(name string) []byte {
		out, err := exec.Command(filepath.Join(bin, "unmask"), "report", filepath.Join(dir, name), "--format", "jsonl").Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if a, b := records("whole"), records("killed"); kills == 0 || !bytes.Equal(a, b) || !bytes.Contains(a, []byte("label.aigc.reused")) {
		t.Errorf("after %d kills:\n%s\nnot:\n%s", kills, b, a)
	}
}
