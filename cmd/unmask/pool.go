package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/fusion"
	"unmask/media"
)

// fullPlan bounds what is decoded of one item when it is examined.
var fullPlan = media.Plan{Bursts: 32, Length: 1, Opening: 5, MaxPixels: 134e6, MaxBytes: 512 << 20}

// glances is how many more frames of a video are hashed, a second apart or more, where there are references: clips of a few seconds are to be found.
const glances = 200

// enrollPlan takes more frames of a video, so that the frames of a probe lie close to one of them.
var enrollPlan = media.Plan{Bursts: 64, Length: 1, Glances: glances, MaxPixels: 134e6, MaxBytes: 512 << 20}

// workerProgram is unmask-worker beside this program, or the one that UNMASK_WORKER names.
func workerProgram() (string, error) {
	if path := os.Getenv("UNMASK_WORKER"); path != "" {
		return path, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(self), "unmask-worker")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("unmask-worker is not beside %s: run make build, or name it in UNMASK_WORKER", self)
	}
	return path, nil
}

// modelsFolder is where model files are looked for: UNMASK_MODELS, or unmask/models in the user's data folder (XDG_DATA_HOME).
func modelsFolder() string {
	if dir := os.Getenv("UNMASK_MODELS"); dir != "" {
		return dir
	}
	data := os.Getenv("XDG_DATA_HOME")
	if home, err := os.UserHomeDir(); data == "" && err == nil {
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "unmask", "models")
}

// newPool starts workers. The references that they found in the packs decide what records of dead workers say, too.
func newPool(c worker.Config, jobs int, timeout time.Duration) (*worker.Pool, error) {
	program, err := workerProgram()
	if err != nil {
		return nil, err
	}
	c.Models = modelsFolder()
	return worker.NewPool(program, c, jobs, timeout, func(r *forensics.Record) { fusion.Decide(r, fusion.Given{}) })
}

// askWorker starts a worker that only says what it is made of.
func askWorker() (worker.Hello, error) {
	pool, err := newPool(worker.Config{}, 1, time.Minute)
	if err != nil {
		return worker.Hello{}, err
	}
	defer pool.Close()
	return pool.Hello, nil
}
