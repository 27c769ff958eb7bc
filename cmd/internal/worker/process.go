package worker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"unmask/media"
)

// process is one worker.
type process struct {
	cmd     *exec.Cmd
	to      *os.File // requests
	from    *os.File // replies
	enc     *json.Encoder
	replies chan Reply // closed when the worker closed its end
	stderr  tail
	exited  chan struct{} // closed when cmd.Wait returned
	served  int
}

// errKilled says that a worker was killed before it answered.
var errKilled = errors.New("signal: killed")

// start starts a worker, and once more where the first was killed before it answered.
func start(program string, c Config) (*process, Hello, error) {
	p, hello, err := begin(program, c)
	if errors.Is(err, errKilled) {
		p, hello, err = begin(program, c)
	}
	return p, hello, err
}

// begin runs the worker program and tells it its configuration.
func begin(program string, c Config) (*process, Hello, error) {
	reqR, reqW, err := os.Pipe()
	if err != nil {
		return nil, Hello{}, err
	}
	repR, repW, err := os.Pipe()
	if err != nil {
		return nil, Hello{}, errors.Join(err, reqR.Close(), reqW.Close())
	}
	p := &process{cmd: exec.Command(program), to: reqW, from: repR, enc: json.NewEncoder(reqW), replies: make(chan Reply), exited: make(chan struct{})}
	p.cmd.ExtraFiles = []*os.File{reqFile: reqR, repFile: repW}
	p.cmd.Stderr = &p.stderr
	p.cmd.Env = append(os.Environ(), "GOTRACEBACK=crash") // a Go panic ends as a signal, like a C++ one
	if c.Plan.MaxPixels > 0 {
		p.cmd.Env = append(p.cmd.Env, fmt.Sprintf("OPENCV_IO_MAX_IMAGE_PIXELS=%d", c.Plan.MaxPixels)) // read when the library loads
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches the parent only; kill reaches the group
	p.cmd.WaitDelay = time.Second                           // for descriptors that a grandchild would hold open
	err = p.cmd.Start()
	reqR.Close()
	repW.Close()
	if err != nil {
		return nil, Hello{}, errors.Join(fmt.Errorf("worker cannot be started: %w", err), reqW.Close(), repR.Close())
	}
	go func() {
		p.cmd.Wait()
		close(p.exited)
	}()
	var hello Hello
	dec := json.NewDecoder(repR)
	err = p.enc.Encode(c)
	if err == nil {
		err = dec.Decode(&hello)
	}
	if err != nil {
		p.kill()
		cause := errors.New(p.end())
		if p.killed() {
			cause = errKilled
		}
		return nil, Hello{}, fmt.Errorf("worker %s does not answer (%w): %s", program, cause, p.stderr.last())
	}
	if hello.Error != "" {
		p.kill()
		return nil, hello, errors.New(hello.Error)
	}
	go func() {
		defer close(p.replies)
		for {
			var r Reply
			if dec.Decode(&r) != nil {
				return
			}
			p.replies <- r
		}
	}()
	return p, hello, nil
}

// places of the pipes in ExtraFiles, which begins at descriptor 3
const (
	reqFile = requestFD - 3
	repFile = replyFD - 3
)

// kill ends the worker and whatever it started, and waits for it.
func (p *process) kill() {
	select {
	case <-p.exited:
	default:
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.exited
	}
	p.reap()
	p.to.Close()
	p.from.Close()
}

// reap ends and collects what a worker that is gone had started, such as tesseract: the pool adopts it.
func (p *process) reap() {
	group := -p.cmd.Process.Pid
	for {
		switch pid, err := syscall.Wait4(group, nil, syscall.WNOHANG, nil); {
		case err == syscall.EINTR, pid > 0:
		case err != nil: // none is left
			return
		default:
			syscall.Kill(group, syscall.SIGKILL)
			time.Sleep(time.Millisecond)
		}
	}
}

// end says how a worker that is gone ended.
func (p *process) end() string { return p.cmd.ProcessState.String() }

// killed tells whether a worker that is gone ended by SIGKILL.
func (p *process) killed() bool {
	status, _ := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return status.Signaled() && status.Signal() == syscall.SIGKILL
}

// failure says what the end of a worker means for the item it had in hand.
func (p *process) failure() *media.Failure {
	status, _ := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	said := p.stderr.last()
	if said != "" {
		said = ": " + said
	}
	switch {
	case strings.Contains(said, "out of memory") || strings.Contains(said, "cannot allocate memory"):
		return media.Failf("worker.memory", "the worker ran out of the memory it is allowed%s", said)
	case p.killed():
		return media.Failf(codeKilled, "the worker was killed from outside, twice; the system may be short of memory")
	case status.Signaled():
		return media.Failf("worker.crashed", "the worker crashed (%s)%s", status.Signal(), said)
	}
	return media.Failf("worker.exited", "the worker ended with exit code %d%s", status.ExitStatus(), said)
}

// memory is the resident set of the worker in bytes without the files that it maps, such as hash sets; 0 where it cannot be told.
func (p *process) memory() uint64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	var size, resident, shared uint64
	if _, serr := fmt.Sscan(string(text), &size, &resident, &shared); err != nil || serr != nil || shared > resident {
		return 0
	}
	return (resident - shared) * uint64(os.Getpagesize())
}

// tail keeps the end of what a worker prints: the reason of a crash stands there.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 64 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if over := len(t.text) - tailBytes; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(b), nil
}

// last returns the line that tells most: what a C++ exception said, or the first line of a Go panic.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, mark := range []string{"what():", "fatal error:", "panic:", "SIGSEGV", "SIGABRT"} {
		if i := bytes.Index(t.text, []byte(mark)); i >= 0 {
			l, _, _ := strings.Cut(string(t.text[i:]), "\n")
			return strings.TrimSpace(l)
		}
	}
	return ""
}
