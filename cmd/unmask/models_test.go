package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/models"
	"unmask/models/download"
)

// A place that has other bytes, or nothing, is passed over; what is wrong here is not tried again elsewhere.
func TestFetchModelTriesThePlaces(t *testing.T) {
	other := httptest.NewServer(http.FileServer(http.Dir(t.TempDir())))
	defer other.Close()
	disk := filepath.Join(t.TempDir(), "good.onnx")
	if err := os.WriteFile(disk, []byte("abc"), 0o644); err != nil {
		t.Fatal(err)
	}
	m := models.Model{Name: "some/model", File: "some.onnx", Size: 3, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
	fetch := func(folder string, places ...string) error {
		m.URLs = places
		return fetchModel(t.Context(), download.NewClient(), models.Folder(folder), m, "")
	}
	folder := t.TempDir()
	if err := fetch(folder, other.URL+"/", other.URL+"/none", disk); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(folder, "some.onnx")); err != nil || string(got) != "abc" {
		t.Errorf("%q, %v", got, err)
	}
	err := fetch(t.TempDir(), other.URL+"/none")
	if err == nil || !strings.Contains(err.Error(), "model some/model from "+other.URL+"/none: the server answered 404 Not Found") {
		t.Errorf("%v", err)
	}
	err = fetch(filepath.Join(disk, "sub"), disk, disk)
	if err == nil || strings.Count(err.Error(), "some/model") != 1 {
		t.Errorf("%v", err)
	}
}

func TestModelFiles(t *testing.T) {
	all, err := modelFiles([]string{})
	if err != nil || len(all) == 0 {
		t.Fatalf("%v, %v", all, err)
	}
	for name, words := range map[string]string{"nonsense": `no model "nonsense"`, "pigo/puploc": "built in"} {
		if _, err := modelFiles([]string{all[0].Name, name}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
