package simulator

import (
	"strings"
	"time"

	"tillway/internal/connector"
)

// The answers that no booking stands behind.

func neverSent(message string) connector.Result {
	return connector.Result{
		Outcome: connector.NotAttempted, Reason: connector.ReasonProviderError, Message: "simulator: " + message,
	}
}

func rejected(reason connector.Reason, message string) connector.Result {
	return connector.Result{Outcome: connector.Rejected, Reason: reason, Message: "simulator: " + message}
}

func unknown(message string) connector.Result {
	return connector.Result{Outcome: connector.Unknown, Message: "simulator: " + message}
}

// referenceOf finds our reference in a ref that may carry the provider's id alone.
func referenceOf(ref connector.Ref) string {
	if ref.Reference != "" {
		return ref.Reference
	}
	return strings.TrimPrefix(ref.ProviderID, providerPrefix)
}

// clock is the provider's time at the precision that the book keeps, so that a
// line reads the same before and after it was stored.
func (s *Simulator) clock() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
