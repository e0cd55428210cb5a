package id_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/id"
)

func TestULID(t *testing.T) {
	t.Parallel()

	t.Run("the time comes first, as everybody else writes it", func(t *testing.T) {
		t.Parallel()
		// The example of the ULID specification: 1469918176385 ms is 01ARYZ6S41.
		at := time.UnixMilli(1469918176385)
		if made := id.NewSource(func() time.Time { return at }, nil).ULID(); !strings.HasPrefix(made, "01ARYZ6S41") || len(made) != 26 {
			t.Errorf("made %s", made)
		}
	})

	t.Run("each is greater than the one before, also while the clock stands", func(t *testing.T) {
		t.Parallel()
		source := id.NewSource(func() time.Time { return time.UnixMilli(1) }, nil)
		made := make([]string, 1000)
		for i := range made {
			made[i] = source.ULID()
		}
		if !slices.IsSorted(made) || len(slices.Compact(made)) != len(made) {
			t.Error("they do not grow")
		}
	})

	t.Run("what was spelled is read back", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			u := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bits"))
			text := id.FormatULID(u)
			for _, spelled := range []string{text, strings.ToLower(text)} {
				if read, err := id.ParseULID(spelled); err != nil || read != u {
					t.Fatalf("%s is read as %s (%v), want %s", spelled, read, err, u)
				}
			}
		})
	})

	t.Run("letters that look like digits are digits", func(t *testing.T) {
		t.Parallel()
		plain, err := id.ParseULID("01ARZ3NDEKTSV4RRFFQ69G5F10")
		if err != nil {
			t.Fatal(err)
		}
		for _, alike := range []string{"0iARZ3NDEKTSV4RRFFQ69G5FlO", "OLARZ3NDEKTSV4RRFFQ69G5FIo"} {
			if read, err := id.ParseULID(alike); err != nil || read != plain {
				t.Errorf("%s is read as %s (%v)", alike, read, err)
			}
		}
	})

	for name, text := range map[string]string{
		"nothing":              "",
		"too short":            "01ARZ3NDEKTSV4RRFFQ69G5FA",
		"too long":             "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
		"more than 128 bits":   "81ARZ3NDEKTSV4RRFFQ69G5FAV",
		"a letter outside":     "01ARZ3NDEKTSV4RRFFQ69G5FAU",
		"a space":              "01ARZ3NDEKTSV4RRFFQ69G5FA ",
		"a byte outside ASCII": "01ARZ3NDEKTSV4RRFFQ69G5Fä",
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			if _, err := id.ParseULID(text); fault.CodeOf(err) != "bad_id" {
				t.Errorf("got %v", err)
			}
		})
	}
}
