package report

import (
	"time"

	"tillway/internal/webhook"
)

// MostWaiting is how far the deliveries that wait for an endpoint are counted.
const MostWaiting = 10_000

// EndpointHealth is an endpoint and how it does. It holds no secret.
type EndpointHealth struct {
	Scope
	ID           webhook.EndpointID
	Dialect      webhook.Dialect
	Channel      webhook.Channel
	URL          string // as it may be shown
	Description  string
	Events       []webhook.EventType
	State        webhook.EndpointState
	DisabledFor  webhook.DisabledFor
	DisabledAt   time.Time
	FailingSince time.Time // first failure since the last success; zero while all is well
	// Waiting counts pending deliveries, at most MostWaiting.
	Waiting int
	// LastAt, LastStatus and LastClass are of the latest attempt among the
	// endpoint's newest deliveries; LastAt is zero when none of these was tried.
	LastAt     time.Time
	LastStatus int
	LastClass  webhook.Class
	CreatedAt  time.Time
}
