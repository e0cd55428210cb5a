package store

import (
	"context"
	"sync"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
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

// EndpointKeys finds the secrets of endpoints that are signed with their own,
// and of callbacks. Waypay's are signed with the merchant's secret, which is one
// for a store and environment (spec/waypay.md §6): that is the one that counts,
// whatever their rows were written with. It implements webhook.KeySource for
// webhook.SecretSchemes and answers from memory, after a look at the rows once in
// endpointKeyAge.
type EndpointKeys struct {
	db   sqldb.DB
	keys *seal.Keyring
	now  func() time.Time

	mu    sync.Mutex
	cache map[keyName]*endpointKey
}

// keyName is webhook.Delivery.KeyName: an endpoint's id, or what
// webhook.Callback.KeyName makes of a callback's.
type keyName string

// endpointKey is one row's secrets. Its lock is held during the look at the
// row, so that a burst of deliveries looks once.
type endpointKey struct {
	mu      sync.Mutex
	readAt  time.Time
	secrets ownSecrets
	err     error
}

// ForgetAll is Forget for every endpoint and callback. It is called after the
// rotation of a merchant's secret, which signs for many.
func (s *EndpointKeys) ForgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.cache)
}

// ownSecrets are the secrets of an endpoint, of which a callback has the first
// alone, and whose deliveries they may sign.
type ownSecrets struct {
	store         webhook.StoreID
	env           webhook.Env
	dialect       webhook.Dialect
	scheme        webhook.Scheme
	present       id.Secret
	previous      id.Secret
	previousUntil time.Time
	locked        bool
}

// NewEndpointKeys makes the source.
func NewEndpointKeys(db sqldb.DB, keys *seal.Keyring, now func() time.Time) *EndpointKeys {
	return &EndpointKeys{db: db, keys: keys, now: now, cache: map[keyName]*endpointKey{}}
}

// Forget has the next delivery of the endpoint look at its row. It is called
// after a rotation in this process.
func (s *EndpointKeys) Forget(endpoint webhook.EndpointID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, keyName(endpoint))
}

// Keys implements webhook.KeySource. While a rotation overlaps, both secrets
// sign where the scheme can carry both, newest first; otherwise the old one
// does. A secret in another scheme's notation is passed over: the endpoint has
// changed its scheme since the delivery was made.
func (s *EndpointKeys) Keys(ctx context.Context, ref webhook.KeyRef) ([]webhook.Key, error) {
	own, err := s.secrets(ctx, keyName(ref.Name))
	if err != nil {
		return nil, err
	}
	secrets := []id.Secret{own.present}
	if overlaps := !own.previous.IsZero() && s.now().Before(own.previousUntil); overlaps && ref.Together {
		secrets = append(secrets, own.previous)
	} else if overlaps {
		secrets = []id.Secret{own.previous}
	}
	var keys []webhook.Key
	for _, secret := range secrets {
		if key, err := webhook.ParseSecret(ref.Scheme, secret); err == nil {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 || own.store != ref.Store || own.env != ref.Env {
		return nil, fault.New(fault.Internal, "no_endpoint_key", "The webhook has no secret to sign with by scheme "+string(ref.Scheme))
	}
	return keys, nil
}

func (s *EndpointKeys) secrets(ctx context.Context, name keyName) (ownSecrets, error) {
	entry := s.entry(name)
	entry.mu.Lock()
	defer entry.mu.Unlock()
	if now := s.now(); entry.readAt.IsZero() || now.Sub(entry.readAt).Abs() >= endpointKeyAge {
		found, err := s.read(ctx, name)
		switch {
		case err == nil || fault.Is(err, fault.NotFound):
			entry.secrets, entry.err, entry.readAt = found, err, now
		case entry.readAt.IsZero() || entry.err != nil:
			return ownSecrets{}, err
		default:
			// A database that does not answer must not cost a delivery its
			// attempt: what was true a moment ago is good enough.
			entry.readAt = now
		}
	}
	return entry.secrets, entry.err
}

func (s *EndpointKeys) entry(name keyName) *endpointKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry, known := s.cache[name]
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
	s.cache[name] = entry
	return entry
}

func (s *EndpointKeys) read(ctx context.Context, name keyName) (own ownSecrets, err error) {
	limited, cancel := context.WithTimeout(ctx, endpointKeyPatience)
	defer cancel()
	err = s.db.Read(limited, func(q sqldb.Querier) (err error) {
		if own, err = readSecrets(webhookTx{Tx: snapshot{Querier: q}, keys: s.keys}, name); err != nil || own.scheme != webhook.WaypayScheme {
			return err
		}
		return own.followMerchant(q, s.keys)
	})
	if err == nil && own.locked {
		err = fault.New(fault.Internal, "webhook_sealed", "What is sealed of this webhook does not open with this master key")
	}
	return own, err
}

func readSecrets(tx webhookTx, name keyName) (ownSecrets, error) {
	if called, is := webhook.CallbackOfKey(string(name)); is {
		c, err := tx.Callback(called)
		return ownSecrets{store: c.Store, env: c.Env, dialect: c.Dialect, scheme: c.Scheme, present: c.Secret, locked: c.Locked}, err
	}
	e, err := tx.Endpoint(webhook.EndpointID(name))
	return ownSecrets{
		store: e.Store, env: e.Env, dialect: e.Dialect, scheme: e.Scheme,
		present: e.Secret, previous: e.Previous, previousUntil: e.PreviousUntil, locked: e.Locked,
	}, err
}

// followMerchant takes the merchant's present secret in the place of the row's
// own. Where the keys of a dialect share none, the row's own stays.
func (s *ownSecrets) followMerchant(q sqldb.Querier, keys *seal.Keyring) error {
	secret, err := readSigning(q, keys, auth.SigningScope{Store: pay.StoreID(s.store), Dialect: string(s.dialect), Env: pay.Env(s.env)})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	s.present, s.previous, s.previousUntil = secret, "", time.Time{}
	return err
}
