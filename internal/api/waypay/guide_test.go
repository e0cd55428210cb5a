package waypay_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tillway/internal/api/waypay"
	"tillway/internal/intent"
)

// docs/waypay.md says what the code says.
func TestTheGuideIsTrue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "waypay.md"))
	if err != nil {
		t.Fatal(err)
	}
	guide := string(text)
	for _, setting := range intent.Settings() {
		if !strings.Contains(guide, "| `"+setting.Name+"` | `"+setting.Default+"` |") {
			t.Errorf("the guide does not tell of %s and its default %s", setting.Name, setting.Default)
		}
	}
	for status, number := range waypay.StatusNumbers {
		if !strings.Contains(guide, "| `"+string(status)+"` | "+strconv.Itoa(number)+" |") {
			t.Errorf("the guide does not tell of %s as %d", status, number)
		}
	}
	enum := regexp.MustCompile(`(?s)code:\n\s+type: string\n\s+enum:\n(.*?)message:`).FindSubmatch(waypay.OpenAPI)
	if enum == nil {
		t.Fatal("the file lists no codes")
	}
	for _, code := range regexp.MustCompile(`- (\w+)`).FindAllSubmatch(enum[1], -1) {
		if !strings.Contains(guide, "`"+string(code[1])+"`") {
			t.Errorf("the guide does not tell of the code %s", code[1])
		}
	}
	for _, route := range waypay.New(waypay.Config{}).Routes() {
		if !strings.Contains(guide, route.Method+" "+strings.TrimPrefix(route.Path, "/Gateway/v1/")+"`") {
			t.Errorf("the guide does not tell of %s %s", route.Method, route.Path)
		}
	}
}
