package waypay

import "tillway/internal/webhook"

// Scheme is how this dialect's webhooks are signed, as an addition that old
// receivers do not see (spec/waypay.md §6).
const Scheme = webhook.WaypayScheme
