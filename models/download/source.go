package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Source opens a file of so many bytes to be read from an offset on, or from its start where it cannot do that: at says which.
type Source func(ctx context.Context, from, size int64) (body io.ReadCloser, at int64, err error)

// Disk reads a file of this machine.
func Disk(path string) Source {
	return func(_ context.Context, from, size int64) (io.ReadCloser, int64, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, 0, err
		}
		end, err := f.Seek(0, io.SeekEnd)
		if err == nil && end != size {
			err = fmt.Errorf("it %w: it has %d bytes, not %d", ErrDigest, end, size)
		}
		if err == nil {
			_, err = f.Seek(from, io.SeekStart)
		}
		if err != nil {
			f.Close()
			return nil, 0, err
		}
		return f, from, nil
	}
}

// ErrStatus marks an answer of a server that is not the file.
var ErrStatus = errors.New("the server answered")

// patience is how long a server may say nothing.
const patience = 30 * time.Second

// NewClient returns a client that gives up on servers that do not answer, and does not follow an answer from https to http.
func NewClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: patience}).DialContext
	t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = patience, patience
	return &http.Client{Transport: t, CheckRedirect: sameSecurity}
}

func sameSecurity(r *http.Request, via []*http.Request) error {
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return fmt.Errorf("it sends on to %s, which is not https", r.URL.Redacted())
	}
	if len(via) > 5 {
		return errors.New("it sends on and on")
	}
	return nil
}

// Web reads from an address, from an offset on with a range request (RFC 9110 section 14). The digest, not a validator, tells whether what
// came at two times belongs together.
func Web(client *http.Client, address string) Source {
	return func(ctx context.Context, from, size int64) (io.ReadCloser, int64, error) {
		ctx, cancel := context.WithCancelCause(ctx)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			cancel(nil)
			return nil, 0, err
		}
		r.Header.Set("Accept-Encoding", "identity") // offsets are those of the file
		if from > 0 {
			r.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		}
		resp, err := client.Do(r)
		if err != nil {
			defer cancel(nil)
			if cause := context.Cause(ctx); cause != nil {
				return nil, 0, cause
			}
			var in *url.Error
			errors.As(err, &in) // as every error of a client is
			return nil, 0, in.Err
		}
		at, err := start(resp, from, size)
		if err != nil {
			resp.Body.Close()
			cancel(nil)
			return nil, 0, err
		}
		stalled := time.AfterFunc(patience, func() { cancel(fmt.Errorf("the server sent nothing for %v", patience)) })
		return &body{resp.Body, ctx, cancel, stalled}, at, nil
	}
}

// start tells from which byte of the file an answer goes on.
func start(resp *http.Response, from, size int64) (at int64, err error) {
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusPartialContent:
		if !strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", from)) {
			return 0, fmt.Errorf("the server sent the range %q, not from byte %d on", resp.Header.Get("Content-Range"), from)
		}
		at = from
	case http.StatusRequestedRangeNotSatisfiable:
		return 0, fmt.Errorf("it %w: it is not longer than %d bytes", ErrDigest, from)
	default:
		return 0, fmt.Errorf("%w %s", ErrStatus, resp.Status)
	}
	if n := resp.ContentLength; n >= 0 && n != size-at {
		return 0, fmt.Errorf("it %w: it has %d bytes, not %d", ErrDigest, at+n, size)
	}
	return at, nil
}

// body is what a server sends; a read ends when nothing comes for as long as patience.
type body struct {
	io.ReadCloser
	ctx     context.Context
	cancel  context.CancelCauseFunc
	stalled *time.Timer
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.stalled.Reset(patience)
	if cause := context.Cause(b.ctx); err != nil && cause != nil {
		err = cause
	}
	return n, err
}

func (b *body) Close() error {
	b.stalled.Stop()
	b.cancel(nil)
	return b.ReadCloser.Close()
}
