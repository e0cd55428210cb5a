package diddo

import "tillway/internal/webhook"

// Scheme is how this dialect's webhooks are signed (spec/diddo.md §3).
const Scheme = webhook.DiddoScheme
