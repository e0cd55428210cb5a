package conformance

import (
	"os"
	"testing"

	"tillway/test/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }
