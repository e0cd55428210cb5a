package crash

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"tillway/test/harness"
)

func TestMain(m *testing.M) {
	code := harness.Main(m)
	if code == 0 {
		if err := goleak.Find(); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}
