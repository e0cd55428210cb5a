package sqldbtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// cluster is what initdb has made: the directory "data" in dir, without a
// server.
type cluster struct {
	dir      string
	programs string // the directory of initdb and postgres
	account  account
}

// newCluster makes a cluster in a new directory. Text sorts there by the rules
// of English, unlike on SQLite, so that a query that relies on the order of
// text differs between the engines and is found.
func newCluster() (cluster, error) {
	programs, err := findPrograms()
	if err != nil {
		return cluster{}, err
	}
	owner, err := serverAccount()
	if err != nil {
		return cluster{}, err
	}
	dir, err := os.MkdirTemp(owner.tempDir, "tillway-pg-")
	if err != nil {
		return cluster{}, err
	}
	if err := owner.own(dir); err != nil {
		return cluster{}, err
	}
	made := cluster{dir: dir, programs: programs, account: owner}
	initdb := exec.Command(made.program("initdb"), "-D", filepath.Join(dir, "data"),
		"--username", superuser, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8",
		"--locale-provider", "icu", "--icu-locale", "en-US", "--wal-segsize", "1", "--no-sync", "--no-instructions")
	initdb.Dir = dir
	initdb.SysProcAttr = owner.attributes()
	if output, err := initdb.CombinedOutput(); err != nil {
		return cluster{}, fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return made, nil
}

func (c cluster) program(name string) string { return filepath.Join(c.programs, name) }
