package pancake

import "tillway/internal/webhook"

// Scheme is how this dialect's webhooks are signed (spec/pancake.md §10.2).
const Scheme = webhook.PancakeScheme
