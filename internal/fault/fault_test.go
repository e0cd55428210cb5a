package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"tillway/internal/fault"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	original := fault.New(fault.Conflict, "duplicate", "It exists already")

	t.Run("finds a wrapped fault", func(t *testing.T) {
		t.Parallel()
		if got := fault.From(fmt.Errorf("while saving: %w", original)); got != original {
			t.Errorf("From = %v, want the original", got)
		}
	})
	t.Run("the outermost of two faults counts", func(t *testing.T) {
		t.Parallel()
		outer := fault.New(fault.Unavailable, "store", "Try later").WithCause(original)
		if got := fault.From(outer); got != outer {
			t.Errorf("From = %v, want the outer fault", got)
		}
	})
	t.Run("a foreign error becomes Internal and stays the cause", func(t *testing.T) {
		t.Parallel()
		got := fault.From(context.Canceled)
		if got.Kind != fault.Internal || got.Code != "internal" || !errors.Is(got, context.Canceled) {
			t.Errorf("From = %#v", got)
		}
		if got.Message == context.Canceled.Error() {
			t.Error("the cause's text leaks into the message for the person")
		}
	})
	t.Run("nil stays nil", func(t *testing.T) {
		t.Parallel()
		if got := fault.From(nil); got != nil {
			t.Errorf("From(nil) = %v", got)
		}
		var typed *fault.Error
		if got := fault.From(typed); got != nil {
			t.Errorf("From(typed nil) = %v", got)
		}
	})
}

func TestKindOfAndCodeOf(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		err  error
		kind fault.Kind
		code string
	}{
		{"nil has none", nil, 0, ""},
		{"a fault has its own", fault.New(fault.Limited, "slow_down", "Too fast"), fault.Limited, "slow_down"},
		{"a wrapped fault keeps it", fmt.Errorf("x: %w", fault.New(fault.State, "closed", "")), fault.State, "closed"},
		{"anything else is internal", errors.New("boom"), fault.Internal, "internal"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := fault.KindOf(c.err); got != c.kind {
				t.Errorf("KindOf = %v, want %v", got, c.kind)
			}
			if got := fault.CodeOf(c.err); got != c.code {
				t.Errorf("CodeOf = %q, want %q", got, c.code)
			}
			for _, kind := range fault.Kinds() {
				if got, want := fault.Is(c.err, kind), kind == c.kind; got != want {
					t.Errorf("Is(%v) = %v, want %v", kind, got, want)
				}
			}
			if fault.Is(nil, 0) {
				t.Error("a nil error is of kind 0")
			}
		})
	}
}

func TestWith(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	base := fault.Invalidf("", "too_long", "name must not exceed %d characters", 64)
	full := base.WithField("name").WithHint("Shorten it.").WithCause(cause)

	t.Run("copies carry what was added", func(t *testing.T) {
		t.Parallel()
		want := fault.Error{
			Kind: fault.Invalid, Code: "too_long", Field: "name",
			Message: "name must not exceed 64 characters", Hint: "Shorten it.", Cause: cause,
		}
		if *full != want {
			t.Errorf("got %#v, want %#v", *full, want)
		}
	})
	t.Run("the original is untouched", func(t *testing.T) {
		t.Parallel()
		if base.Field != "" || base.Hint != "" || base.Cause != nil {
			t.Errorf("the base changed: %#v", base)
		}
	})
	t.Run("the line for the log names everything", func(t *testing.T) {
		t.Parallel()
		const want = "invalid too_long (name): name must not exceed 64 characters: disk full"
		if got := full.Error(); got != want {
			t.Errorf("Error = %q, want %q", got, want)
		}
		if got := (&fault.Error{Kind: fault.State}).Error(); got != "state" {
			t.Errorf("a bare fault prints %q", got)
		}
	})
	t.Run("the cause is reachable", func(t *testing.T) {
		t.Parallel()
		if !errors.Is(full, cause) {
			t.Error("errors.Is does not find the cause")
		}
	})
}

func TestKindsAreNamedOnce(t *testing.T) {
	t.Parallel()
	kinds := fault.Kinds()
	if len(kinds) != 12 || kinds[0] != fault.Invalid || kinds[len(kinds)-1] != fault.Internal {
		t.Fatalf("Kinds = %v", kinds)
	}
	names := map[string]fault.Kind{}
	for _, kind := range kinds {
		if other, taken := names[kind.String()]; taken || kind.String() == "" {
			t.Errorf("kind %d and %d are both called %q", kind, other, kind)
		}
		names[kind.String()] = kind
	}
	for _, unknown := range []fault.Kind{0, fault.Internal + 1} {
		if _, taken := names[unknown.String()]; taken {
			t.Errorf("the unknown kind %d is called %q", uint8(unknown), unknown)
		}
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	sealed := fault.New(fault.Internal, "wrong_key", "The value is sealed").WithCause(fmt.Errorf("opening: %w", fault.Invalidf("key", "bad_key", "The key is bad")))
	for want, err := range map[string]error{
		"no such file": errors.New("no such file"),
		"The value is sealed: opening: The key is bad":     sealed,
		"db: The value is sealed: opening: The key is bad": fmt.Errorf("db: %w", sealed),
		"The key is bad\nand closing failed":               errors.Join(fault.Invalidf("key", "bad_key", "The key is bad"), errors.New("and closing failed")),
	} {
		if got := fault.Reason(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
