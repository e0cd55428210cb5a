package intent

import (
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Config is what Intents work on.
type Config struct {
	// Rows are the intents' rows in the transaction below pay's records.
	Rows func(pay.Records) Records
	// Callbacks is the webhook side of the same transaction.
	Callbacks func(pay.Records) webhook.Tx
}

// Intents are the commands on intents, and the follower that keeps them in step.
// It is safe for concurrent use.
type Intents struct {
	rows      func(pay.Records) Records
	callbacks func(pay.Records) webhook.Tx
}

// New makes Intents.
func New(config Config) *Intents { return &Intents{rows: config.Rows, callbacks: config.Callbacks} }
