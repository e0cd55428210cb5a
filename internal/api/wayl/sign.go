package wayl

import "tillway/internal/webhook"

// Scheme is how this dialect's webhooks are signed (spec/wayl.md §6). A link
// without a secret has a callback without a scheme, and its webhooks are not
// signed.
const Scheme = webhook.WaylScheme
