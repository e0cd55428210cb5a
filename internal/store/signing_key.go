package store

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"sync"
	"sync/atomic"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const (
	// signingKeyBits is the size of the platform's key pairs (spec/pancake.md §10.2).
	signingKeyBits = 2048
	// signingKeyAge is how old the pairs in memory may be: another node, or a
	// command on PostgreSQL, may have rotated them.
	signingKeyAge = 10 * time.Second
	// signingKeyPatience bounds a look for changes; after it what is known counts.
	signingKeyPatience = 2 * time.Second
)

// SigningKeys keeps the platform's key pairs that sign webhooks: one pair per
// environment, the private half sealed, and during a rotation the next one. It
// implements webhook.KeySource for the pancake scheme and answers from memory,
// after a look at the table once in signingKeyAge.
type SigningKeys struct {
	db   sqldb.DB
	keys *seal.Keyring
	now  func() time.Time

	mu      sync.RWMutex
	cache   map[pay.Env][]signingKey // latest to begin first
	loading sync.Mutex
	looked  atomic.Int64 // when the table was last looked at, in microseconds
}

type signingKey struct {
	webhook.SigningKey
	signer webhook.Key
}

// NewSigningKeys makes the source. Call Load before the first delivery.
func NewSigningKeys(db sqldb.DB, keys *seal.Keyring, now func() time.Time) *SigningKeys {
	return &SigningKeys{db: db, keys: keys, now: now, cache: map[pay.Env][]signingKey{}}
}

// Load reads the key pairs of both environments and makes those that do not
// exist yet. Errors: a sealed key that this master key does not open.
func (s *SigningKeys) Load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	return s.load(ctx)
}

func (s *SigningKeys) load(ctx context.Context) error {
	s.looked.Store(sqldb.Micros(s.now()))
	for _, env := range []pay.Env{pay.Test, pay.Prod} {
		found, err := s.read(ctx, env)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			if err := s.create(ctx, env); err != nil {
				return err
			}
			// Another node may have been faster: what is stored counts.
			if found, err = s.read(ctx, env); err != nil {
				return err
			}
		}
		s.mu.Lock()
		s.cache[env] = found
		s.mu.Unlock()
	}
	return nil
}

// refresh looks at the table when that is due. A pair that is known goes on
// signing when the table cannot be read.
func (s *SigningKeys) refresh(ctx context.Context) {
	due := func() bool { return s.now().Sub(sqldb.Moment(s.looked.Load())).Abs() >= signingKeyAge }
	if !due() {
		return
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	if !due() { // whoever held the lock has looked
		return
	}
	limited, cancel := context.WithTimeout(ctx, signingKeyPatience)
	defer cancel()
	_ = s.load(limited)
}

// Keys implements webhook.KeySource: the pair that signs now.
func (s *SigningKeys) Keys(ctx context.Context, ref webhook.KeyRef) ([]webhook.Key, error) {
	s.refresh(ctx)
	pair, found := s.signing(pay.Env(ref.Env))
	if ref.Scheme != webhook.PancakeScheme || !found {
		return nil, fault.New(fault.Internal, "no_signing_key", "There is no key to sign webhooks of scheme "+string(ref.Scheme)+" with")
	}
	return []webhook.Key{pair.signer}, nil
}

// PublicPEM is the public half that merchants verify with now.
func (s *SigningKeys) PublicPEM(env pay.Env) string {
	pair, found := s.signing(env)
	if !found {
		return ""
	}
	return pair.PEM()
}

// signing is the pair that has begun last. Before the first one begins, as on
// a node whose clock is behind, it is the earliest.
func (s *SigningKeys) signing(env pay.Env) (pair signingKey, found bool) {
	now := s.now()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, pair = range s.cache[env] {
		if !now.Before(pair.ActivatesAt) {
			return pair, true
		}
	}
	return pair, len(s.cache[env]) > 0
}

// Published lists the pairs that receivers should know now: for each
// environment the one that signs and the one that will.
func (s *SigningKeys) Published(ctx context.Context) []webhook.SigningKey {
	s.refresh(ctx)
	now := s.now()
	s.mu.RLock()
	defer s.mu.RUnlock()
	var published []webhook.SigningKey
	for _, env := range []pay.Env{pay.Test, pay.Prod} {
		for _, pair := range s.cache[env] {
			if pair.State(now) != webhook.Retired {
				published = append(published, pair.SigningKey)
			}
		}
	}
	return published
}

// A pair that has retired is not read again: its private half may be gone.
const selectSigningKeys = `SELECT id, private_key, public_key, created_at, activates_at, retired_at FROM signing_keys
	WHERE scheme = $1 AND env = $2 AND (retired_at = 0 OR retired_at > $3) ORDER BY activates_at DESC, created_at DESC, id DESC LIMIT 4`

func (s *SigningKeys) read(ctx context.Context, env pay.Env) (found []signingKey, err error) {
	err = s.db.Read(ctx, func(q sqldb.Querier) error {
		found = nil
		rows, err := q.Query(selectSigningKeys, webhook.PancakeScheme, env, sqldb.Micros(s.now()))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			pair := signingKey{SigningKey: webhook.SigningKey{Env: webhook.Env(env)}}
			var sealed []byte
			var created, activates, retires int64
			if err := rows.Scan(&pair.ID, &sealed, &pair.Public, &created, &activates, &retires); err != nil {
				return err
			}
			pair.CreatedAt, pair.ActivatesAt, pair.RetiresAt = sqldb.Moment(created), sqldb.Moment(activates), sqldb.Moment(retires)
			private, err := s.open(pair.ID, env, sealed)
			if err != nil {
				return err
			}
			pair.signer = webhook.RSAKey(private)
			found = append(found, pair)
		}
		return rows.Err()
	})
	return found, err
}

func (s *SigningKeys) open(row string, env pay.Env, sealed []byte) (*rsa.PrivateKey, error) {
	der, err := s.keys.Open(sealed, signingKeyBinding(row, env))
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if private, ok := parsed.(*rsa.PrivateKey); ok {
		return private, nil
	}
	return nil, fault.New(fault.Internal, "bad_signing_key", "A stored signing key is damaged").WithCause(err)
}

// The id is one per scheme and environment, so that two nodes that start at
// once on an empty database make one key between them.
const insertFirstSigningKey = `INSERT INTO signing_keys (id, scheme, env, private_key, public_key, created_at, retired_at)
	SELECT $1, $2, $3, $4, $5, $6, 0 WHERE NOT EXISTS
	(SELECT 1 FROM signing_keys WHERE scheme = $2 AND env = $3 AND retired_at = 0) ON CONFLICT (id) DO NOTHING`

func (s *SigningKeys) create(ctx context.Context, env pay.Env) error {
	row := "first-" + string(webhook.PancakeScheme) + "-" + string(env)
	made, err := s.newPair(row, env)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(insertFirstSigningKey, row, string(webhook.PancakeScheme), string(env), made.sealed, made.public, sqldb.Micros(s.now()))
		return nil
	})
}

// newPair is a pair ready to be stored in a row.
type newPair struct {
	sealed []byte // PKCS #8
	public []byte // SPKI
}

func (s *SigningKeys) newPair(row string, env pay.Env) (made newPair, err error) {
	private, err := rsa.GenerateKey(rand.Reader, signingKeyBits)
	if err != nil {
		return made, fault.New(fault.Internal, "key_generation", "The signing key could not be made").WithCause(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return made, fault.New(fault.Internal, "key_generation", "The signing key could not be encoded").WithCause(err)
	}
	if made.public, err = x509.MarshalPKIXPublicKey(&private.PublicKey); err != nil {
		return made, fault.New(fault.Internal, "key_generation", "The signing key could not be encoded").WithCause(err)
	}
	made.sealed, err = s.keys.Seal(der, signingKeyBinding(row, env))
	return made, err
}

func signingKeyBinding(row string, env pay.Env) seal.Binding {
	return seal.Binding{Table: "signing_keys", Column: "private_key", Row: row, Env: string(env)}
}
