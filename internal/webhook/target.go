package webhook

import (
	"context"
	"strings"

	"tillway/internal/fault"
)

// URLPolicy decides which URLs may be called; package egress implements it,
// one policy for each environment.
type URLPolicy interface {
	// Vet checks the URL's form and, when its name resolves, every address
	// behind it. The error is a fault that names the rule, without telling
	// what listens inside.
	Vet(ctx context.Context, rawURL string) error
}

// Target is a URL that has passed the egress rules. Only VetTarget makes one,
// outside of any transaction since it may ask DNS; so an endpoint cannot be
// saved with a URL that nobody looked at.
type Target struct{ url string }

// URL returns the vetted URL as it was given.
func (t Target) URL() string { return t.url }

// VetTarget checks a URL that a person wants to save. Its errors are faults of
// kind Invalid with field "url", whose hint names the rule.
func VetTarget(ctx context.Context, policy URLPolicy, rawURL string) (Target, error) {
	if rawURL == "" {
		return Target{}, fault.Invalidf("url", "url_required", "A webhook needs a URL.")
	}
	if err := policy.Vet(ctx, rawURL); err != nil {
		refused := fault.From(err).WithField("url")
		return Target{}, refused.WithHint(strings.TrimSpace("Rule " + refused.Code + ". " + refused.Hint))
	}
	return Target{url: rawURL}, nil
}
