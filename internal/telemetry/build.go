package telemetry

import (
	"runtime"
	"runtime/debug"
)

// version is set by the linker for a release: -X tillway/internal/telemetry.version=v1.2.3
var version string

// Build says which program this is.
type Build struct {
	Version  string `json:"version"`  // of the release, or "dev"
	Revision string `json:"revision"` // of the source; empty when the build did not know
	Go       string `json:"go"`
	Platform string `json:"platform"` // operating system and architecture
}

// ThisBuild describes the running program.
func ThisBuild() Build {
	b := Build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if b.Version == "" {
		b.Version = "dev"
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Revision = setting.Value
		case "vcs.modified":
			if setting.Value == "true" {
				b.Revision += " with changes"
			}
		}
	}
	return b
}
