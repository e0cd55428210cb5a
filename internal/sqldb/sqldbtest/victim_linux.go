package sqldbtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Victim is a PostgreSQL server of one test's own, made to be killed with
// everything that it runs. Unlike the shared one it is as durable as a real
// one. The list of its processes, without which a part of it would live on,
// exists on Linux only.
type Victim struct {
	t       testing.TB
	cluster cluster
	running *exec.Cmd // nil while it is dead
}

// NewVictim makes a cluster and starts a server on it. Both go away with the
// test.
func NewVictim(t testing.TB) *Victim {
	t.Helper()
	skipWithGoAlone(t)
	made, err := newCluster()
	if err != nil {
		t.Fatalf("sqldbtest: %v", err)
	}
	v := &Victim{t: t, cluster: made}
	t.Cleanup(func() {
		v.Kill()
		if err := os.RemoveAll(made.dir); err != nil {
			t.Errorf("sqldbtest: %v", err)
		}
	})
	v.Start()
	return v
}

// URL leads to the server's one database, which is empty at first.
func (v *Victim) URL() string { return (&server{dir: v.cluster.dir}).url("postgres") }

// Start starts the server, after a kill on what the kill left, and returns
// when it takes connections.
func (v *Victim) Start() {
	v.t.Helper()
	if err := v.start(); err != nil {
		v.t.Fatalf("sqldbtest: %v", err)
	}
}

func (v *Victim) start() error {
	log, err := os.OpenFile(filepath.Join(v.cluster.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own handle
	running := exec.Command(v.cluster.program("postgres"), "-D", filepath.Join(v.cluster.dir, "data"), "-k", v.cluster.dir,
		"-c", "listen_addresses=", "-c", "shared_buffers=16MB", "-c", "max_connections=100", "-c", "jit=off",
		"-c", "autovacuum_naptime=5s") // statistics as a server has them that is older than a test
	running.Dir = v.cluster.dir
	running.Stdout, running.Stderr = log, log
	running.SysProcAttr = v.cluster.account.attributes()
	running.SysProcAttr.Pdeathsig = syscall.SIGKILL // nothing outlives the tests
	if err := running.Start(); err != nil {
		return err
	}
	v.running = running
	return (&server{dir: v.cluster.dir}).awaitReady()
}

// Kill ends the server and every process of it with SIGKILL, as the kernel
// does when memory runs out, and returns when they are gone.
func (v *Victim) Kill() {
	v.t.Helper()
	if v.running == nil {
		return
	}
	if err := v.kill(v.running.Process.Pid); err != nil {
		v.t.Errorf("sqldbtest: kill the server: %v", err)
	}
	_ = v.running.Wait() // it tells of the kill
	v.running = nil
}

func (v *Victim) kill(postmaster int) error {
	// Stopped, it cannot start another while the others are listed.
	if err := syscall.Kill(postmaster, syscall.SIGSTOP); err != nil {
		return err
	}
	listed, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", postmaster, postmaster))
	errs := []error{err}
	var children []int
	for field := range strings.FieldsSeq(string(listed)) {
		child, err := strconv.Atoi(field)
		if err == nil {
			children = append(children, child)
			err = syscall.Kill(child, syscall.SIGKILL)
		}
		if !errors.Is(err, syscall.ESRCH) {
			errs = append(errs, err)
		}
	}
	errs = append(errs, syscall.Kill(postmaster, syscall.SIGKILL))
	for _, child := range children {
		errs = append(errs, awaitDeath(child))
	}
	return errors.Join(errs...)
}

// awaitDeath returns when a process is gone, or is a corpse that only waits to
// be counted: a server that finds one of its predecessor's alive does not start.
func awaitDeath(pid int) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil || bytes.Contains(status, []byte("\nState:\tZ")) {
			return nil // without a status it is gone
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			return fmt.Errorf("process %d does not die", pid)
		}
	}
}
