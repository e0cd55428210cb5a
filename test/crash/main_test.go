package crash

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"tillway/test/harness"
)

func TestMain(m *testing.M) {
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
