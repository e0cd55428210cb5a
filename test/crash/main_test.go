package crash

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"tillway/test/harness"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(engineVariable); dir != "" {
		if err := runEngine(dir, os.Getenv(receiverVariable)); err != nil {
			fmt.Fprintln(os.Stderr, "engine:", err)
			os.Exit(1)
		}
		return
	}
	// The tests wait more than they work: for outcomes that a provider is asked
	// about after half a minute. So all run at once, however few cores there are.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	code := harness.Main(m)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}
