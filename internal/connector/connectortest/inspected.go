package connectortest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
)

// inspected passes every call on and checks that each answer has the shape
// that its outcome promises and tells no secret that the connector was given.
type inspected struct {
	t     *testing.T
	inner connector.Connector

	mu      sync.Mutex
	secrets []*regexp.Regexp
}

var _ connector.Connector = (*inspected)(nil)

func (i *inspected) Describe() connector.Capabilities { return i.inner.Describe() }

func (i *inspected) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	i.t.Helper()
	i.remember(charge.Instrument)
	return i.check("Begin", i.inner.Begin(ctx, charge))
}

func (i *inspected) Continue(ctx context.Context, ref connector.Ref, input connector.CustomerInput) connector.Result {
	i.t.Helper()
	i.rememberCode(input.Fields["code"])
	return i.check("Continue", i.inner.Continue(ctx, ref, input))
}

func (i *inspected) Cancel(ctx context.Context, ref connector.Ref) connector.Result {
	i.t.Helper()
	return i.check("Cancel", i.inner.Cancel(ctx, ref))
}

func (i *inspected) Refund(ctx context.Context, refund connector.Refund) connector.Result {
	i.t.Helper()
	return i.check("Refund", i.inner.Refund(ctx, refund))
}

func (i *inspected) Inquire(ctx context.Context, ref connector.Ref) connector.Observation {
	i.t.Helper()
	return i.checkObservation("Inquire", i.inner.Inquire(ctx, ref))
}

func (i *inspected) InquireRefund(ctx context.Context, reference string) connector.Observation {
	i.t.Helper()
	return i.checkObservation("InquireRefund", i.inner.InquireRefund(ctx, reference))
}

func (i *inspected) ParseCallback(
	ctx context.Context, headers map[string][]string, body []byte,
) ([]connector.Signal, error) {
	return i.inner.ParseCallback(ctx, headers, body)
}

func (i *inspected) ListSettled(
	ctx context.Context, from, until time.Time, cursor string,
) ([]connector.Settled, string, error) {
	return i.inner.ListSettled(ctx, from, until, cursor)
}

// remember notes what must never be seen again. A CVC is only three digits
// long, so it counts where it stands alone.
func (i *inspected) remember(instrument connector.Instrument) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if card := instrument.Card; card != nil && len(card.Number) >= 12 {
		i.secrets = append(i.secrets, regexp.MustCompile(regexp.QuoteMeta(card.Number)),
			regexp.MustCompile(`\b`+regexp.QuoteMeta(card.CVC)+`\b`))
	}
	if wallet := instrument.Wallet; wallet != nil && len(wallet.Phone) >= 8 {
		i.secrets = append(i.secrets, regexp.MustCompile(regexp.QuoteMeta(wallet.Phone)))
		if wallet.CNIC != "" {
			i.secrets = append(i.secrets, regexp.MustCompile(`\b`+regexp.QuoteMeta(wallet.CNIC)+`\b`))
		}
	}
}

// rememberCode notes a one-time code that the customer typed. Like a CVC it is
// short, so it counts where it stands alone.
func (i *inspected) rememberCode(code string) {
	if len(code) < 4 {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.secrets = append(i.secrets, regexp.MustCompile(`\b`+regexp.QuoteMeta(code)+`\b`))
}

// wantNoSecret fails the test when the text holds one of the secrets.
func (i *inspected) wantNoSecret(where, text string) {
	i.t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, secret := range i.secrets {
		if secret.MatchString(text) {
			i.t.Errorf("%s tells a secret of the instrument", where)
		}
	}
}

// check inspects one answer to a money operation.
func (i *inspected) check(call string, r connector.Result) connector.Result {
	i.t.Helper()
	if problem := malformed(r); problem != "" {
		i.t.Errorf("%s: outcome %q %s", call, r.Outcome, problem)
	}
	told := []string{r.Message, r.ProviderID, r.Receipt.Brand, r.Receipt.Last4}
	if r.Action != nil {
		told = append(told, r.Action.URL, r.Action.Code, fmt.Sprint(r.Action.Data))
	}
	i.wantNoSecret(call, strings.Join(told, "\n"))
	return r
}

// checkObservation inspects one answer to an inquiry.
func (i *inspected) checkObservation(call string, o connector.Observation) connector.Observation {
	i.t.Helper()
	switch o.Finding {
	case connector.Found:
		i.check(call, o.Result)
		if o.Result.Outcome == connector.Unknown || o.Result.Outcome == connector.NotAttempted {
			i.t.Errorf("%s: found, but with outcome %q, which is no truth about a charge", call, o.Result.Outcome)
		}
	case connector.NotFound, connector.NoAnswer:
		if o.Result.Outcome != "" {
			i.t.Errorf("%s: finding %q comes with outcome %q", call, o.Finding, o.Result.Outcome)
		}
	default:
		i.t.Errorf("%s: finding %q is not of the closed set", call, o.Finding)
	}
	return o
}

// outcomes is the closed set.
var outcomes = []connector.Outcome{
	connector.Succeeded, connector.Pending, connector.RequiresAction, connector.Declined,
	connector.NotAttempted, connector.Rejected, connector.Unknown,
}

// malformed says what is wrong with a result's shape, or nothing.
func malformed(r connector.Result) string {
	switch {
	case !slices.Contains(outcomes, r.Outcome):
		return "is not of the closed set"
	case (r.Outcome == connector.Succeeded) != r.Captured.IsSet():
		return "and a captured amount go together, and neither comes alone"
	case (r.Outcome == connector.Declined) != (r.Decline != ""):
		return "and soft or hard go together, and neither comes alone"
	case r.Decline != "" && r.Decline != connector.Soft && r.Decline != connector.Hard:
		return "has a decline that is not of the closed set"
	case (r.Outcome == connector.RequiresAction) != (r.Action != nil):
		return "and an action go together, and neither comes alone"
	case (r.Outcome == connector.Declined || r.Outcome == connector.Rejected) && r.Reason == "":
		return "has no reason"
	case (r.Outcome == connector.Succeeded || r.Outcome == connector.Pending || r.Outcome == connector.RequiresAction) && r.Reason != "":
		return "has a reason"
	case (r.Outcome == connector.Succeeded || r.Outcome == connector.Declined) && !r.ExpiresAt.IsZero():
		return "expires although it is terminal"
	case r.Action != nil && r.Action.Kind == connector.OneTimeCode && triesLeft(r) < 1:
		return "asks for a code and does not say how many tries are left"
	case len(r.Receipt.Last4) > 4:
		return "has a receipt with more than four digits"
	}
	return ""
}

// triesLeft is how many more codes an answer lets the customer type, 0 when it
// does not say.
func triesLeft(r connector.Result) int {
	if r.Action == nil {
		return 0
	}
	tries, err := strconv.Atoi(r.Action.Data[connector.ActionTries])
	if err != nil {
		return 0
	}
	return tries
}
