package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"unmask/forensics"
)

// folder is where evidence is kept: ab/<sha256>.png.
type folder string

// store keeps data under its digest; the file appears whole or not at all.
func (f folder) store(ext string, data []byte) (forensics.Ref, error) {
	sum := sha256.Sum256(data)
	ref := hex.EncodeToString(sum[:])
	path := filepath.Join(string(f), ref[:2], ref+"."+ext)
	if _, err := os.Stat(path); err == nil {
		return forensics.Ref(ref), nil
	}
	if err := f.write(path, data); err != nil {
		return "", &forensics.StoreError{Err: err}
	}
	return forensics.Ref(ref), nil
}

func (f folder) write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(string(f), ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
