package cli

import (
	"fmt"

	"tillway/internal/telemetry"
)

// versionCommand says which program this is.
type versionCommand struct {
	JSON bool `help:"Print one JSON object."`
}

// Run prints the version.
func (c *versionCommand) Run(s Streams) error {
	build := telemetry.ThisBuild()
	if c.JSON {
		return printJSON(s.Out, build)
	}
	revision := ""
	if build.Revision != "" {
		revision = ", revision " + build.Revision
	}
	_, err := fmt.Fprintf(s.Out, "tillway %s (%s, %s%s)\n", build.Version, build.Platform, build.Go, revision)
	return err
}
