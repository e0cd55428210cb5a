package webhook

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// RotateSecretIn asks for a new secret of an endpoint.
type RotateSecretIn struct {
	ID EndpointID
	// Scheme, unless empty, is what the endpoint is signed with from now on.
	Scheme Scheme
	// Fresh has a new secret for each of SecretSchemes: which one is needed is
	// known only inside the transaction, which mints nothing.
	Fresh map[Scheme]id.Secret
	// Overlap is how long old and new go side by side; 0 is a change at once.
	Overlap time.Duration
	Now     time.Time
}

// Validate checks everything that needs no database. Its faults are of kind
// Invalid and name "overlap" or "scheme".
func (in RotateSecretIn) Validate() error {
	if err := ValidateOverlap(in.Overlap); err != nil {
		return err
	}
	if in.Scheme == "" {
		return nil
	}
	_, err := ParseSecret(in.Scheme, in.Fresh[in.Scheme])
	return err
}

// ValidateOverlap checks the overlap of a rotation.
func ValidateOverlap(overlap time.Duration) error {
	if overlap < 0 || overlap > MaxOverlap {
		return fault.Invalidf("overlap", "bad_overlap", "An overlap is between 0 and %d hours.", int(MaxOverlap.Hours()))
	}
	return nil
}

// RotateSecretOut is what came of it.
type RotateSecretOut struct {
	Endpoint Endpoint
	Secret   id.Secret // the new one; empty when a running overlap was ended
}

// RotateSecret gives an endpoint a new secret. Until Overlap is over both sign
// where the scheme can carry both; otherwise the old one signs until then. A
// change of scheme has no overlap.
//
// While an overlap runs a second rotation is refused, since it would end the
// first one early; with an Overlap of 0 it does just that, and makes no secret:
// the one that was announced signs alone from now on.
//
// Errors: NotFound "webhook_not_found"; State "webhook_unsigned" for a chat,
// "platform_signed" for an endpoint without a secret of its own, and
// "rotation_running".
func RotateSecret(_ context.Context, tx Tx, in RotateSecretIn) (RotateSecretOut, error) {
	if err := in.Validate(); err != nil {
		return RotateSecretOut{}, err
	}
	read, err := tx.Endpoint(in.ID)
	if err != nil {
		return RotateSecretOut{}, err
	}
	next := read
	if in.Scheme != "" {
		next.Scheme = in.Scheme
	}
	switch {
	case read.Channel.Chat():
		return RotateSecretOut{}, fault.New(fault.State, "webhook_unsigned", "Webhooks of chats are not signed.")
	case !next.Scheme.HasSecret():
		return RotateSecretOut{}, fault.New(fault.State, "platform_signed", "This webhook is signed with the platform's key pair and has no secret of its own.").
			WithHint("Rotate the platform's pair with --env test or --env prod, or give this webhook a secret with --scheme standard")
	}
	out := RotateSecretOut{Secret: in.Fresh[next.Scheme]}
	running := !read.Previous.IsZero() && in.Now.Before(read.PreviousUntil) && next.Scheme == read.Scheme
	switch {
	case running && in.Overlap > 0:
		return RotateSecretOut{}, RotationRunning(read.PreviousUntil)
	case running:
		out.Secret = ""
		next.Previous, next.PreviousUntil = "", time.Time{}
	case in.Overlap > 0 && next.Scheme == read.Scheme && !read.Secret.IsZero():
		next.Previous, next.PreviousUntil = read.Secret, in.Now.Add(in.Overlap)
		next.Secret = out.Secret
	default:
		next.Previous, next.PreviousUntil = "", time.Time{}
		next.Secret = out.Secret
	}
	next.UpdatedAt = laterThan(read.UpdatedAt, in.Now)
	out.Endpoint = next
	return out, tx.UpdateEndpoint(next, read)
}

// RotationRunning refuses a rotation while another overlaps.
func RotationRunning(until time.Time) error {
	return fault.New(fault.State, "rotation_running", "A rotation is under way until "+until.UTC().Format(time.RFC3339)+".").
		WithHint("Wait until then, or end its overlap now with --overlap 0")
}
