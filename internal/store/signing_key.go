package store

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"sync"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// signingKeyBits is the size of the platform's key pairs (spec/pancake.md §10.2).
const signingKeyBits = 2048

// SigningKeys keeps the platform's key pairs that sign webhooks: one pair per
// environment, the private half sealed. It implements webhook.KeySource for
// the pancake scheme and answers from memory.
type SigningKeys struct {
	db   sqldb.DB
	keys *seal.Keyring
	now  func() time.Time

	mu    sync.RWMutex
	cache map[pay.Env][]signingKey
}

type signingKey struct {
	signer webhook.Key
	public []byte // SPKI
}

// NewSigningKeys makes the source. Call Load before the first delivery.
func NewSigningKeys(db sqldb.DB, keys *seal.Keyring, now func() time.Time) *SigningKeys {
	return &SigningKeys{db: db, keys: keys, now: now, cache: map[pay.Env][]signingKey{}}
}

// Load reads the key pairs of both environments and makes those that do not
// exist yet. Errors: a sealed key that this master key does not open.
func (s *SigningKeys) Load(ctx context.Context) error {
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

// Keys implements webhook.KeySource.
func (s *SigningKeys) Keys(_ context.Context, ref webhook.KeyRef) ([]webhook.Key, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	pairs := s.cache[pay.Env(ref.Env)]
	if ref.Scheme != webhook.PancakeScheme || len(pairs) == 0 {
		return nil, fault.New(fault.Internal, "no_signing_key", "There is no key to sign webhooks of scheme "+string(ref.Scheme)+" with")
	}
	keys := make([]webhook.Key, len(pairs))
	for i, pair := range pairs {
		keys[i] = pair.signer
	}
	return keys, nil
}

// PublicPEM is the public half that merchants verify with.
func (s *SigningKeys) PublicPEM(env pay.Env) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.cache[env]) == 0 {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: s.cache[env][0].public}))
}

const selectSigningKeys = `SELECT id, private_key, public_key FROM signing_keys
	WHERE scheme = $1 AND env = $2 AND retired_at = 0 ORDER BY created_at DESC, id DESC LIMIT 4`

func (s *SigningKeys) read(ctx context.Context, env pay.Env) (found []signingKey, err error) {
	err = s.db.Read(ctx, func(q sqldb.Querier) error {
		found = nil
		rows, err := q.Query(selectSigningKeys, webhook.PancakeScheme, env)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var row string
			var sealed, public []byte
			if err := rows.Scan(&row, &sealed, &public); err != nil {
				return err
			}
			private, err := s.open(row, env, sealed)
			if err != nil {
				return err
			}
			found = append(found, signingKey{signer: webhook.RSAKey(private), public: public})
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
const insertSigningKey = `INSERT INTO signing_keys (id, scheme, env, private_key, public_key, created_at, retired_at)
	SELECT $1, $2, $3, $4, $5, $6, 0 WHERE NOT EXISTS
	(SELECT 1 FROM signing_keys WHERE scheme = $2 AND env = $3 AND retired_at = 0) ON CONFLICT (id) DO NOTHING`

func (s *SigningKeys) create(ctx context.Context, env pay.Env) error {
	private, err := rsa.GenerateKey(rand.Reader, signingKeyBits)
	if err != nil {
		return fault.New(fault.Internal, "key_generation", "The signing key could not be made").WithCause(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fault.New(fault.Internal, "key_generation", "The signing key could not be encoded").WithCause(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return fault.New(fault.Internal, "key_generation", "The signing key could not be encoded").WithCause(err)
	}
	row := "first-" + string(webhook.PancakeScheme) + "-" + string(env)
	sealed, err := s.keys.Seal(der, signingKeyBinding(row, env))
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(insertSigningKey, row, string(webhook.PancakeScheme), string(env), sealed, public, sqldb.Micros(s.now()))
		return nil
	})
}

func signingKeyBinding(row string, env pay.Env) seal.Binding {
	return seal.Binding{Table: "signing_keys", Column: "private_key", Row: row, Env: string(env)}
}
