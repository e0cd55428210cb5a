package harness

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// MasterKey is the key that everything is sealed with where the harness keeps
// data in PostgreSQL, which has no data directory to find it in.
const MasterKey = "dGlsbHdheSB0ZXN0IGhhcm5lc3MgbWFzdGVyIGtleSE="

// Patience is how long one step may take on a busy machine before it counts
// as stuck.
const Patience = 30 * time.Second

// Output is what a command left behind.
type Output struct {
	Code   int // exit code, -1 when a signal ended it
	Stdout []byte
	Stderr string
}

// Run runs one command of the binary to its end. place is a data directory or
// a postgres:// URL; "" for a command without data.
func Run(t testing.TB, place string, args ...string) Output {
	t.Helper()
	Build(t) // which may take longer than any command
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	command := command(ctx, t, place, args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("harness: tillway %s: %v\n%s", strings.Join(args, " "), errors.Join(err, ctx.Err()), stderr.String())
	}
	return Output{Code: command.ProcessState.ExitCode(), Stdout: stdout.Bytes(), Stderr: stderr.String()}
}

// command prepares a command of the binary on a place. It ends with this
// process, however that ends.
func command(ctx context.Context, t testing.TB, place string, args ...string) *exec.Cmd {
	t.Helper()
	command := Mortal(exec.CommandContext(ctx, Build(t), append(args, placed(place)...)...))
	command.Env = environment(place)
	return command
}

func placed(place string) []string {
	switch {
	case place == "":
		return nil
	case inPostgres(place):
		return []string{"--database-url", place}
	}
	return []string{"--data", place}
}

func inPostgres(place string) bool { return strings.HasPrefix(place, "postgres://") }

// environment is that of this process without what would configure Tillway.
func environment(place string) []string {
	var clean []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TILLWAY_") {
			clean = append(clean, variable)
		}
	}
	if inPostgres(place) {
		clean = append(clean, "TILLWAY_MASTER_KEY="+MasterKey)
	}
	return clean
}
