package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tillway/internal/sqldb"
)

// payload is the size of a Pancake order.completed body.
var payload = bytes.Repeat([]byte("x"), 900)

// measureRaw takes the machine's own limits.
func measureRaw(ctx context.Context, b *bench) error {
	var err error
	if b.posts, err = barePosts(ctx, b, b.span, hmacOf); err != nil {
		return err
	}
	say("bare loop of HTTP posts with an HMAC (Go's client, 64 at once): %8.0f /s", b.posts)
	if b.rsa, err = bareSignatures(b.span / 2); err != nil {
		return err
	}
	say("RSA-2048 signatures, %d cores:                                   %8.0f /s", runtime.NumCPU(), b.rsa)
	if b.syncs, err = bareCommits(ctx, b.span/2); err != nil {
		return err
	}
	say("durable one-row commits, one after another:                     %8.0f /s", b.syncs)
	return nil
}

// rate calls work from several goroutines for a while and counts.
func rate(span time.Duration, workers int, work func() error) (float64, error) {
	var done atomic.Int64
	var group sync.WaitGroup
	var failed atomic.Pointer[error]
	start := time.Now()
	for range workers {
		group.Go(func() {
			for time.Since(start) < span && failed.Load() == nil {
				if err := work(); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / time.Since(start).Seconds(), nil
}

// barePosts sends the payload with a signature from 64 goroutines.
func barePosts(ctx context.Context, b *bench, span time.Duration, sign func() ([]byte, error)) (float64, error) {
	const workers = 64
	transport := &http.Transport{MaxIdleConnsPerHost: workers, DisableCompression: true}
	defer transport.CloseIdleConnections()
	return rate(span, workers, func() error {
		signature, err := sign()
		if err != nil {
			return err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.sink.url, bytes.NewReader(payload))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Webhook-Signature", hex.EncodeToString(signature))
		response, err := transport.RoundTrip(request)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		return err
	})
}

func hmacOf() ([]byte, error) {
	mac := hmac.New(sha256.New, []byte("0123456789abcdef0123456789abcdef"))
	mac.Write(payload)
	return mac.Sum(nil), nil
}

func bareSignatures(span time.Duration) (float64, error) {
	return rate(span, runtime.NumCPU(), func() error { _, err := rsaOf(); return err })
}

var benchKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func rsaOf() ([]byte, error) {
	key, err := benchKey()
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(payload)
	return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
}

func bareCommits(ctx context.Context, span time.Duration) (float64, error) {
	db, clean, err := openScratch(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer clean()
	if err := db.Write(ctx, func(tx sqldb.Tx) error { tx.Exec(`CREATE TABLE raw (n BIGINT)`); return nil }); err != nil {
		return 0, err
	}
	return rate(span, 1, func() error {
		return db.Write(ctx, func(tx sqldb.Tx) error { tx.Exec(`INSERT INTO raw VALUES (1)`); return nil })
	})
}
