package face

import (
	"errors"
	"fmt"
	"sync"

	"unmask/models"
)

// Names in models/manifest.json.
const (
	finderModel   = "yunet/640"
	embedderModel = "mobilefacenet/112"
)

// Networks names the models that find and embed faces; without them faces are found by pigo and embedded by nobody.
func Networks() []string { return []string{finderModel, embedderModel} }

// engine holds the networks of one models folder.
type engine struct {
	finder   *yunet // nil where its file is missing
	embedder *embedder
	missing  error // which file is missing; wraps models.ErrMissing
}

// engines are loaded once for the process and folder.
var engines sync.Map // models.Folder to func() (*engine, error)

func engineOf(folder models.Folder) (*engine, error) {
	load, _ := engines.LoadOrStore(folder, sync.OnceValues(func() (*engine, error) { return loadEngine(folder) }))
	return load.(func() (*engine, error))()
}

func loadEngine(folder models.Folder) (*engine, error) {
	e := &engine{}
	for _, m := range []struct {
		name string
		load func([]byte) error
	}{
		{finderModel, func(b []byte) (err error) { e.finder, err = loadYunet(b); return err }},
		{embedderModel, func(b []byte) (err error) { e.embedder, err = loadEmbedder(b); return err }},
	} {
		data, err := folder.Read(m.name)
		if errors.Is(err, models.ErrMissing) {
			e.missing = errors.Join(e.missing, err)
			continue
		}
		if err == nil {
			err = m.load(data)
		}
		if err != nil {
			return nil, fmt.Errorf("model %s: %w", m.name, err)
		}
	}
	return e, nil
}

// Ready tells whether faces can be embedded: nil, an error that wraps models.ErrMissing, or why a model file is not usable.
func Ready(folder models.Folder) error {
	_, err := complete(folder)
	return err
}

// complete returns the engine of a folder that holds all networks.
func complete(folder models.Folder) (*engine, error) {
	e, err := engineOf(folder)
	if err == nil {
		err = e.missing
	}
	return e, err
}
