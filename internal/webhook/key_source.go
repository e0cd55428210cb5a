package webhook

import (
	"context"
	"fmt"
)

// KeysByScheme is a KeySource that asks, for each scheme, the source which has
// its keys: the platform's own pairs, or the secrets of endpoints.
type KeysByScheme map[Scheme]KeySource

// Keys implements KeySource.
func (k KeysByScheme) Keys(ctx context.Context, ref KeyRef) ([]Key, error) {
	source, known := k[ref.Scheme]
	if !known {
		return nil, fmt.Errorf("webhook: no keys for scheme %q", ref.Scheme)
	}
	return source.Keys(ctx, ref)
}
