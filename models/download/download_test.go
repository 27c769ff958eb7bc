package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// content is what the servers below have.
var content = func() []byte {
	b := make([]byte, 300_000)
	rand.NewChaCha8([32]byte{}).Read(b)
	return b
}()

func wanted(t *testing.T) File {
	return File{Path: filepath.Join(t.TempDir(), "folder", "model.onnx"), Size: int64(len(content)), SHA256: fmt.Sprintf("%x", sha256.Sum256(content))}
}

// begun leaves a partial download.
func begun(t *testing.T, f File, part []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.Path+".part", part, 0o644); err != nil {
		t.Fatal(err)
	}
}

func serve(t *testing.T, h http.HandlerFunc) Source {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Web(NewClient(), s.URL)
}

// ranges serves the content as a file server does, and notes the ranges that it was asked for.
func ranges(asked *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Header.Get("Range"))
		http.ServeContent(w, r, "model.onnx", time.Time{}, bytes.NewReader(content))
	}
}

func check(t *testing.T, f File) {
	t.Helper()
	got, err := os.ReadFile(f.Path)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := os.Stat(f.Path + ".part"); err == nil {
		t.Error("the part is left")
	}
}

func TestFetch(t *testing.T) {
	other := bytes.Repeat([]byte{7}, 1000)
	for name, c := range map[string]struct {
		part []byte
		want string // ranges that the server is asked for
	}{
		"nothing there":        {nil, `[""]`},
		"half there":           {content[:100_000], `["bytes=100000-"]`},
		"all there":            {content, `[]`},
		"something else there": {other, `["bytes=1000-" ""]`},
		"too much there":       {append(bytes.Clone(content), 1), `[""]`},
	} {
		t.Run(name, func(t *testing.T) {
			f := wanted(t)
			if c.part != nil {
				begun(t, f, c.part)
			}
			var asked []string
			var last int64
			if err := f.Fetch(t.Context(), serve(t, ranges(&asked)), func(n int64) { last = n }); err != nil {
				t.Fatal(err)
			}
			check(t, f)
			if got := fmt.Sprintf("%q", asked); got != c.want || len(asked) > 0 && last != f.Size {
				t.Errorf("asked for %s, progress to %d", got, last)
			}
		})
	}
}

func TestAServerWithoutRangesStartsAfresh(t *testing.T) {
	f := wanted(t)
	begun(t, f, content[:1000])
	if err := f.Fetch(t.Context(), serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(content) }), nil); err != nil {
		t.Fatal(err)
	}
	check(t, f)
}

func TestACutConnectionIsResumed(t *testing.T) {
	f := wanted(t)
	var asked []string
	cut := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:200_000])
	})
	err := f.Fetch(t.Context(), cut, nil)
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(err.Error(), "200000 of 300000 bytes came") {
		t.Fatal(err)
	}
	if err := f.Fetch(t.Context(), serve(t, ranges(&asked)), nil); err != nil {
		t.Fatal(err)
	}
	check(t, f)
	if len(asked) != 1 || asked[0] != "bytes=200000-" {
		t.Errorf("asked for %q", asked)
	}
}

func TestWhatIsNotTheFileIsRemoved(t *testing.T) {
	wrong := bytes.Clone(content)
	wrong[5]++
	for name, h := range map[string]http.HandlerFunc{
		"other bytes": func(w http.ResponseWriter, _ *http.Request) { w.Write(wrong) },
		"short":       func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>sign in</html>")) },
		"endless, without length": func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			w.Write(append(wrong, wrong...))
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := wanted(t)
			err := f.Fetch(t.Context(), serve(t, h), nil)
			if !errors.Is(err, ErrDigest) {
				t.Errorf("%v", err)
			}
			if left, _ := os.ReadDir(filepath.Dir(f.Path)); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	secure := httptest.NewTLSServer(http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound))
	defer secure.Close()
	client := secure.Client()
	client.CheckRedirect = sameSecurity
	for words, source := range map[string]Source{
		"404 Not Found":      serve(t, http.NotFound),
		"which is not https": Web(client, secure.URL),
		"connection refused": Web(NewClient(), "http://127.0.0.1:1/"),
		"not from byte 1000": serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 7-9/10")
			w.WriteHeader(http.StatusPartialContent)
		}),
	} {
		f := wanted(t)
		begun(t, f, content[:1000])
		err := f.Fetch(t.Context(), source, nil)
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, not %s", err, words)
		}
		fresh := wanted(t)
		if err := fresh.Fetch(t.Context(), source, nil); err == nil {
			t.Errorf("%s: fetched", words)
		}
		if left, _ := os.ReadDir(filepath.Dir(fresh.Path)); len(left) > 0 {
			t.Errorf("%s: left %v", words, left)
		}
		if part, err := os.ReadFile(f.Path + ".part"); err != nil || len(part) != 1000 {
			t.Errorf("%s: the part is not kept: %v", words, err)
		}
	}
}

func TestAnInterruptKeepsThePart(t *testing.T) {
	f := wanted(t)
	why := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	source := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:200_000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	err := f.Fetch(ctx, source, func(have int64) {
		if have == 200_000 {
			cancel(why)
		}
	})
	part, _ := os.ReadFile(f.Path + ".part")
	if !errors.Is(err, why) || !bytes.Equal(part, content[:200_000]) {
		t.Errorf("%v, %d bytes", err, len(part))
	}
}

func TestAFolder(t *testing.T) {
	f := wanted(t)
	path := filepath.Join(t.TempDir(), "copy")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	begun(t, f, content[:1000])
	if err := f.Fetch(t.Context(), Disk(path), nil); err != nil {
		t.Fatal(err)
	}
	check(t, f)
	if err := f.Fetch(t.Context(), Disk(path+" elsewhere"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestOneFetchAtATime(t *testing.T) {
	f := wanted(t)
	err := f.Fetch(t.Context(), func(ctx context.Context, from, size int64) (io.ReadCloser, int64, error) {
		err := f.Fetch(ctx, nil, nil)
		return nil, 0, fmt.Errorf("inner: %w", err)
	}, nil)
	if err == nil || !strings.Contains(err.Error(), "inner: ") || !strings.Contains(err.Error(), "by another unmask") {
		t.Errorf("%v", err)
	}
}

// silent is a server that answers and then sends nothing.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	body, w := io.Pipe()
	context.AfterFunc(r.Context(), func() { w.CloseWithError(r.Context().Err()) })
	return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: body}, nil
}

func TestASilentServerIsLeft(t *testing.T) {
	f := wanted(t)
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		err := f.Fetch(t.Context(), Web(&http.Client{Transport: silent{}}, "https://example.invalid/"), nil)
		if err == nil || !strings.Contains(err.Error(), "sent nothing") || time.Since(started) != patience {
			t.Errorf("%v after %v", err, time.Since(started))
		}
	})
}
