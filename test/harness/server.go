package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Options says how to serve. The zero value of everything but Place is fine.
type Options struct {
	Place string   // a data directory, or a postgres:// URL
	Live  bool     // without --dev
	Args  []string // more arguments of serve
}

// Server is `tillway serve` under a test. It is killed when the test ends.
type Server struct {
	URL string // scheme, host and port, without a trailing slash

	t       testing.TB
	options Options
	address string
	running *exec.Cmd
	ended   chan error // gets what Wait returned
	log     *tail
}

// Serve starts the server on a free port of the loopback address and returns
// when it is ready.
func Serve(t testing.TB, options Options) *Server {
	t.Helper()
	s := &Server{t: t, options: options, address: freePort(t), log: new(tail)}
	s.URL = "http://" + s.address
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("the end of the server's log:\n%s", s.log)
		}
	})
	s.Start()
	return s
}

// Start starts a server that was killed or stopped, at the same address and
// on the same data, and returns when it is ready.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatalf("harness: %v", err)
	}
}

func (s *Server) start() error {
	if s.running != nil {
		return errors.New("the server runs already")
	}
	args := append([]string{"serve", "--listen", s.address}, s.options.Args...)
	if !s.options.Live {
		args = append(args, "--dev")
	}
	running := command(context.Background(), s.t, s.options.Place, args...)
	running.Stdout, running.Stderr = s.log, s.log
	if err := running.Start(); err != nil {
		return err
	}
	s.running, s.ended = running, make(chan error, 1)
	go func(ended chan<- error) { ended <- running.Wait() }(s.ended)
	return s.awaitReady()
}

// awaitReady returns when the server answers that it is ready.
func (s *Server) awaitReady() error {
	limit, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if ready(limit, s.URL) {
			return nil
		}
		select {
		case err := <-s.ended:
			s.running = nil
			return errors.Join(fmt.Errorf("serve ended before it was ready\n%s", s.log), err)
		case <-limit.Done():
			s.Kill()
			return fmt.Errorf("serve is not ready after %s\n%s", Patience, s.log)
		case <-tick.C:
		}
	}
}

func ready(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := lonely.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close() // nothing of it is read
	return answer.StatusCode == http.StatusOK
}

// lonely keeps no connection open: one to a dead server would be in the way.
var lonely = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}

// Kill ends the server with SIGKILL and returns when it is gone. A server that
// does not run stays as it is.
func (s *Server) Kill() {
	if s.running == nil {
		return
	}
	_ = s.running.Process.Kill() // fails only when it has ended by itself
	<-s.ended                    // it tells of the kill
	s.running = nil
}

// Stop ends the server with SIGTERM, waits for it and fails the test unless it
// ended well.
func (s *Server) Stop() {
	s.t.Helper()
	if s.running == nil {
		return
	}
	if err := s.running.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Errorf("harness: SIGTERM: %v", err)
	}
	select {
	case err := <-s.ended:
		s.running = nil
		if err != nil {
			s.t.Errorf("harness: the server ended with %v after SIGTERM\n%s", err, s.log)
		}
	case <-time.After(Patience):
		s.Kill()
		s.t.Errorf("harness: the server runs on %s after SIGTERM\n%s", Patience, s.log)
	}
}

// Process is the id of the running server, 0 when none runs.
func (s *Server) Process() int {
	if s.running == nil {
		return 0
	}
	return s.running.Process.Pid
}

// Log is the end of everything the server has written, over all its lives.
func (s *Server) Log() string { return s.log.String() }
