package connector

import (
	"time"

	"tillway/internal/money"
)

// Finding says whether the provider knows a reference.
type Finding string

// The findings. NotFound resolves an attempt only after Capabilities.MaxBlock
// has passed since the call, because a slow provider may book late.
const (
	Found    Finding = "found"
	NotFound Finding = "not_found"
	NoAnswer Finding = "no_answer"
)

// Observation is the provider's truth at one moment. Result is meaningful when
// Found; its Outcome is then never Unknown or NotAttempted.
type Observation struct {
	Finding  Finding
	Result   Result
	Refunded money.Amount // how much of a charge went back so far
	At       time.Time    // the provider's time of booking, zero if it does not say
}

// Signal is one piece of news out of a provider's callback.
type Signal struct {
	Ref           Ref
	Authenticated bool // false: only a reason to inquire
	Observation   Observation
}

// Settled is one line of a provider's book.
type Settled struct {
	Reference  string
	ProviderID string
	Kind       SettledKind
	Amount     money.Amount
	At         time.Time
}

// SettledKind tells captures from refunds.
type SettledKind string

// The kinds of settled line.
const (
	SettledCapture SettledKind = "capture"
	SettledRefund  SettledKind = "refund"
)
