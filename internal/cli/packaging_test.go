package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"tillway/internal/app"
	"tillway/internal/config"
)

// root is the top of the source.
const root = "../.."

func mustReadSource(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// instruction is one line of a Containerfile, continued lines joined.
type instruction struct{ name, rest string }

func containerfile(t *testing.T) (list []instruction) {
	t.Helper()
	text := strings.ReplaceAll(mustReadSource(t, "packaging/Containerfile"), "\\\n", " ")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		list = append(list, instruction{name, strings.TrimSpace(rest)})
	}
	return list
}

func rests(list []instruction, name string) (found []string) {
	for _, line := range list {
		if line.name == name {
			found = append(found, line.rest)
		}
	}
	return found
}

// mustParse holds a command line against the grammar, and is the variables that
// its command reads.
func mustParse(t *testing.T, line []string) (variables []string) {
	t.Helper()
	var grammar commands
	parser, err := kong.New(&grammar, kong.Name("tillway"), kong.DefaultEnvars(config.EnvPrefix))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(line)
	if err != nil {
		t.Errorf("tillway %s: %v", strings.Join(line, " "), err)
		return nil
	}
	for _, flag := range parsed.Flags() {
		variables = append(variables, flag.Envs...)
	}
	return append(variables, config.EnvPrefix+"_MASTER_KEY")
}

// The image cannot be built where there is no engine; but all that it takes
// from this source can be looked at.
func TestContainerfileAgreesWithTheSource(t *testing.T) {
	t.Parallel()
	lines := containerfile(t)

	t.Run("what it copies is there", func(t *testing.T) {
		t.Parallel()
		copied := 0
		for _, rest := range rests(lines, "COPY") {
			if strings.HasPrefix(rest, "--from") {
				continue
			}
			words := strings.Fields(rest)
			for _, path := range words[:len(words)-1] {
				copied++
				if _, err := os.Stat(filepath.Join(root, path)); err != nil {
					t.Error(err)
				}
			}
		}
		if copied < 4 {
			t.Errorf("only %d sources were found: the search is broken", copied)
		}
	})
	t.Run("it builds as make build does, with the Go of go.mod", func(t *testing.T) {
		t.Parallel()
		build := strings.Join(rests(lines, "RUN"), "\n")
		for _, part := range []string{"CGO_ENABLED=0", "-trimpath", "-s -w -X tillway/internal/telemetry.version=", "./cmd/tillway"} {
			if !strings.Contains(build, part) || !strings.Contains(mustReadSource(t, "Makefile"), part) {
				t.Errorf("%q is not in both Containerfile and Makefile", part)
			}
		}
		if !regexp.MustCompile(`(?m)^var version string$`).MatchString(mustReadSource(t, "internal/telemetry/build.go")) {
			t.Error("the variable that the linker sets is gone")
		}
		version := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindStringSubmatch(mustReadSource(t, "go.mod"))[1]
		if from := rests(lines, "FROM"); len(from) != 2 || !strings.Contains(from[0], "golang:"+version+"-") || from[1] != "scratch" {
			t.Errorf("it builds from %q, and go.mod says %s", from, version)
		}
	})
	t.Run("it starts a server with flags and variables that exist", func(t *testing.T) {
		t.Parallel()
		var entry, command []string
		for name, into := range map[string]*[]string{"ENTRYPOINT": &entry, "CMD": &command} {
			if err := json.Unmarshal([]byte(strings.Join(rests(lines, name), "")), into); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !slices.Equal(entry, []string{"/tillway"}) || !slices.Contains(rests(lines, "COPY"), "--from=build /out/tillway /tillway") {
			t.Errorf("the entry point is %q", entry)
		}
		variables := mustParse(t, command)
		ports := strings.Fields(strings.Join(rests(lines, "EXPOSE"), " "))
		for _, setting := range strings.Fields(strings.Join(rests(lines, "ENV"), " ")) {
			name, value, _ := strings.Cut(setting, "=")
			if !slices.Contains(variables, name) {
				t.Errorf("nothing reads %s", name)
			}
			if port, ok := strings.CutPrefix(value, ":"); !ok || !slices.Contains(ports, port) {
				t.Errorf("%s=%s is not exposed", name, value)
			}
		}
		if volumes := rests(lines, "VOLUME"); len(volumes) != 1 || !slices.Contains(command, volumes[0]) {
			t.Errorf("the data is not in the volume %q", volumes)
		}
		if user := rests(lines, "USER"); len(user) != 1 || strings.HasPrefix(user[0], "0") || strings.HasPrefix(user[0], "root") {
			t.Errorf("it runs as %q", user)
		}
	})
}

func TestUnitAgreesWithTheProgram(t *testing.T) {
	t.Parallel()
	unit := mustReadSource(t, "packaging/systemd/tillway.service")
	setting := func(name string) string {
		t.Helper()
		found := regexp.MustCompile(`(?m)^`+name+`=(.*)$`).FindAllStringSubmatch(unit, -1)
		if len(found) != 1 {
			t.Fatalf("%s is set %d times", name, len(found))
		}
		return found[0][1]
	}
	command := strings.Fields(setting("ExecStart"))
	if command[0] != "/usr/local/bin/tillway" || !slices.Contains(command, "/var/lib/"+setting("StateDirectory")) {
		t.Errorf("it runs %q", command)
	}
	variables := mustParse(t, command[1:])
	for _, found := range regexp.MustCompile(`TILLWAY_[A-Z_]+`).FindAllString(unit, -1) {
		if !slices.Contains(variables, found) {
			t.Errorf("nothing reads %s", found)
		}
	}
	if patience, err := time.ParseDuration(setting("TimeoutStopSec")); err != nil || patience <= app.StopPatience {
		t.Errorf("systemd kills it after %v (%v), and a stop may take %v", patience, err, app.StopPatience)
	}
}

// The command lines in the packaging's comments are typed as they stand there.
func TestPackagingNamesCommandsThatExist(t *testing.T) {
	t.Parallel()
	typed := regexp.MustCompile(`(?m)^# .*? /(?:usr/local/bin/)?tillway ([a-z][^\n\\]*)$`)
	for _, file := range []string{"packaging/Containerfile", "packaging/systemd/tillway.service"} {
		found := typed.FindAllStringSubmatch(mustReadSource(t, file), -1)
		if len(found) == 0 {
			t.Errorf("%s: no command was found: the search is broken", file)
		}
		for _, line := range found {
			mustParse(t, strings.Fields(line[1]))
		}
	}
	for _, found := range regexp.MustCompile(`--stop-timeout (\d+)`).FindAllStringSubmatch(mustReadSource(t, "packaging/Containerfile"), -1) {
		if patience, err := time.ParseDuration(found[1] + "s"); err == nil && patience > app.StopPatience {
			return
		}
	}
	t.Error("an engine kills a container after ten seconds unless it is told to wait for the drain")
}
