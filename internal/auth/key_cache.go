package auth

import (
	"crypto/rsa"
	"sync"
)

// maxParsedKeys bounds the cache: about 2 KB each.
const maxParsedKeys = 10_000

// keyCache keeps parsed public keys by id. A key's bytes never change, so an
// entry is never stale; whether the key is still active is read from the rows
// at every request. A full cache is emptied, which costs a few microseconds a
// key and needs no order of use.
type keyCache struct {
	mu     sync.RWMutex
	parsed map[KeyID]*rsa.PublicKey
}

func (c *keyCache) public(key APIKey) (*rsa.PublicKey, error) {
	c.mu.RLock()
	public, ok := c.parsed[key.ID]
	c.mu.RUnlock()
	if ok {
		return public, nil
	}
	public, err := parseSPKI(key.PublicKey)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parsed == nil || len(c.parsed) >= maxParsedKeys {
		c.parsed = map[KeyID]*rsa.PublicKey{}
	}
	c.parsed[key.ID] = public
	return public, nil
}
