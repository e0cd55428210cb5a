//go:build unix

package sqldbtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// victim is the script that a Victim runs under: as watch it ends the server
// when the test process ends, but it does not outlive its server.
const victim = `"$1" -D "$2/data" -k "$2" -c listen_addresses= -c shared_buffers=16MB -c max_connections=100 \
  -c jit=off >>"$2/log" 2>&1 &
server=$!
( read -r _; kill -QUIT $server ) <&0 &
reader=$!
wait $server
kill $reader 2>/dev/null`

// Victim is a PostgreSQL server of one test's own, made to be killed with
// everything that it runs. It is durable, unlike the shared one.
type Victim struct {
	t       testing.TB
	cluster cluster
	script  *exec.Cmd // nil while it is dead
}

// NewVictim makes a cluster and starts a server on it. Both go away with the
// test.
func NewVictim(t testing.TB) *Victim {
	t.Helper()
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

// URL leads to the maintenance database, which is empty.
func (v *Victim) URL() string { return (&server{dir: v.cluster.dir}).url("postgres") }

// Start starts the server, after a kill on what the kill left, and returns
// when it takes connections.
func (v *Victim) Start() {
	v.t.Helper()
	script := exec.Command("/bin/sh", "-c", victim, "victim", v.cluster.program("postgres"), v.cluster.dir)
	script.Dir = v.cluster.dir
	script.SysProcAttr = v.cluster.account.attributes()
	if _, err := script.StdinPipe(); err != nil { // held open until this process ends
		v.t.Fatalf("sqldbtest: %v", err)
	}
	if err := script.Start(); err != nil {
		v.t.Fatalf("sqldbtest: %v", err)
	}
	v.script = script
	if err := (&server{dir: v.cluster.dir}).awaitReady(); err != nil {
		v.t.Fatalf("sqldbtest: %v", err)
	}
}

// Kill ends the server and every process of it with SIGKILL, as a failure of
// the machine would, and returns when they are gone.
func (v *Victim) Kill() {
	v.t.Helper()
	if v.script == nil {
		return
	}
	if err := v.kill(); err != nil {
		v.t.Errorf("sqldbtest: kill the server: %v", err)
	}
	_ = v.script.Wait() // its exit code tells of the kill
	v.script = nil
}

func (v *Victim) kill() error {
	content, err := os.ReadFile(filepath.Join(v.cluster.dir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(content), "\n")
	postmaster, err := strconv.Atoi(first)
	if err != nil {
		return fmt.Errorf("postmaster.pid: %w", err)
	}
	// Stopped, it cannot start another while the others are listed. Where the
	// system has no such list they end by themselves when it is gone.
	if err := syscall.Kill(postmaster, syscall.SIGSTOP); err != nil {
		return err
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", postmaster, postmaster))
	var errs []error
	for child := range strings.FieldsSeq(string(children)) {
		pid, err := strconv.Atoi(child)
		if err != nil {
			return fmt.Errorf("children of %d: %w", postmaster, err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); !errors.Is(err, syscall.ESRCH) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, syscall.Kill(postmaster, syscall.SIGKILL))...)
}
