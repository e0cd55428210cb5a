package waypay_test

import (
	"encoding/json"
	"os"
	"testing"
)

// vectorSecret signs the vectors. It is the source's own, and shorter than those
// that are made here.
const vectorSecret = "mer_sk_abc123def456"

// vector is a body, what it is signed as with and without orderRef, and the
// digests of both (spec/waypay.md §3). The guide's programs are run against the
// same file.
type vector struct {
	Name       string
	Body       string
	Example    string
	ExampleMD5 string
	Rule       string
	RuleMD5    string
}

func mustVectors(t testing.TB) (list []vector) {
	t.Helper()
	file, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// mustVector finds a vector by its name.
func mustVector(t testing.TB, name string) vector {
	t.Helper()
	for _, v := range mustVectors(t) {
		if v.Name == name {
			return v
		}
	}
	t.Fatalf("there is no vector %q", name)
	return vector{}
}
