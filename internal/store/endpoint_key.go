package store

import (
	"context"
	"sync"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const (
	// endpointKeyAge is how old a secret in memory may be: another node may
	// have rotated it.
	endpointKeyAge = 5 * time.Second
	// endpointKeyPatience bounds a look at the row.
	endpointKeyPatience = 2 * time.Second
	// endpointKeysKept bounds how many endpoints' secrets are in memory.
	endpointKeysKept = 4096
)

// EndpointKeys finds the secrets of endpoints that are signed with their own.
// It implements webhook.KeySource for webhook.SecretSchemes and answers from
// memory, after a look at the endpoint's row once in endpointKeyAge.
type EndpointKeys struct {
	db   sqldb.DB
	keys *seal.Keyring
	now  func() time.Time

	mu    sync.Mutex
	cache map[webhook.EndpointID]*endpointKey
}

// endpointKey is one endpoint's secrets. Its lock is held during the look at
// the row, so that a burst of deliveries looks once.
type endpointKey struct {
	mu       sync.Mutex
	readAt   time.Time
	endpoint webhook.Endpoint
	err      error
}

// NewEndpointKeys makes the source.
func NewEndpointKeys(db sqldb.DB, keys *seal.Keyring, now func() time.Time) *EndpointKeys {
	return &EndpointKeys{db: db, keys: keys, now: now, cache: map[webhook.EndpointID]*endpointKey{}}
}

// Forget has the next delivery of the endpoint look at its row. It is called
// after a rotation in this process.
func (s *EndpointKeys) Forget(endpoint webhook.EndpointID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, endpoint)
}

// Keys implements webhook.KeySource. While a rotation overlaps, both secrets
// sign where the scheme can carry both, newest first; otherwise the old one
// does. A secret in another scheme's notation is passed over: the endpoint has
// changed its scheme since the delivery was made.
func (s *EndpointKeys) Keys(ctx context.Context, ref webhook.KeyRef) ([]webhook.Key, error) {
	endpoint, err := s.endpoint(ctx, webhook.EndpointID(ref.Name))
	if err != nil {
		return nil, err
	}
	secrets := []id.Secret{endpoint.Secret}
	if overlaps := !endpoint.Previous.IsZero() && s.now().Before(endpoint.PreviousUntil); overlaps && ref.Scheme.SignsTogether() {
		secrets = append(secrets, endpoint.Previous)
	} else if overlaps {
		secrets = []id.Secret{endpoint.Previous}
	}
	var keys []webhook.Key
	for _, secret := range secrets {
		if key, err := webhook.ParseSecret(ref.Scheme, secret); err == nil {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 || endpoint.Store != ref.Store || endpoint.Env != ref.Env {
		return nil, fault.New(fault.Internal, "no_endpoint_key", "The webhook has no secret to sign with by scheme "+string(ref.Scheme))
	}
	return keys, nil
}

func (s *EndpointKeys) endpoint(ctx context.Context, row webhook.EndpointID) (webhook.Endpoint, error) {
	entry := s.entry(row)
	entry.mu.Lock()
	defer entry.mu.Unlock()
	if now := s.now(); entry.readAt.IsZero() || now.Sub(entry.readAt).Abs() >= endpointKeyAge {
		found, err := s.read(ctx, row)
		switch {
		case err == nil || fault.Is(err, fault.NotFound):
			entry.endpoint, entry.err, entry.readAt = found, err, now
		case entry.readAt.IsZero() || entry.err != nil:
			return webhook.Endpoint{}, err
		default:
			// A database that does not answer must not cost a delivery its
			// attempt: what was true a moment ago is good enough.
			entry.readAt = now
		}
	}
	return entry.endpoint, entry.err
}

func (s *EndpointKeys) entry(row webhook.EndpointID) *endpointKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry, known := s.cache[row]
	if known {
		return entry
	}
	if len(s.cache) >= endpointKeysKept {
		for other := range s.cache { // whichever comes first: a miss costs one read
			delete(s.cache, other)
			break
		}
	}
	entry = &endpointKey{}
	s.cache[row] = entry
	return entry
}

func (s *EndpointKeys) read(ctx context.Context, row webhook.EndpointID) (endpoint webhook.Endpoint, err error) {
	limited, cancel := context.WithTimeout(ctx, endpointKeyPatience)
	defer cancel()
	err = s.db.Read(limited, func(q sqldb.Querier) (err error) {
		endpoint, err = webhookTx{keys: s.keys}.scanEndpoint(q.QueryRow(selectEndpoint, row))
		return err
	})
	if err == nil && endpoint.Locked {
		err = fault.New(fault.Internal, "webhook_sealed", "What is sealed of this webhook does not open with this master key")
	}
	return endpoint, err
}
