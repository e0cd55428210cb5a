package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limiter decides how often a holder of a credential may call.
type Limiter interface {
	// Allow takes one call of a subject; when it refuses it says how long to wait.
	Allow(subject string, at time.Time) (wait time.Duration, ok bool)
}

// Meter is a Limiter that can tell what is left.
type Meter interface {
	Limiter
	// Level is what a subject may still do. It takes nothing.
	Level(subject string, at time.Time) Level
}

// Level is how full a bucket is.
type Level struct {
	Most int           // calls at once when it is full
	Left int           // calls at once now
	Full time.Duration // until it is full again
}

// BucketsConfig describes Buckets.
type BucketsConfig struct {
	PerSecond float64
	Burst     int
	// Subjects is how many of the subjects seen last are surely remembered;
	// 10,000 when zero. A forgotten one starts with a full bucket.
	Subjects int
}

// Buckets is one token bucket per subject in bounded memory: a young and an
// old generation of at most Subjects each. A full young one becomes the old
// one, and who is not asked for again is forgotten with it.
type Buckets struct {
	config BucketsConfig

	mu    sync.Mutex
	young map[string]*rate.Limiter
	old   map[string]*rate.Limiter
}

// NewBuckets makes Buckets.
func NewBuckets(config BucketsConfig) *Buckets {
	if config.Subjects <= 0 {
		config.Subjects = 10_000
	}
	return &Buckets{config: config, young: map[string]*rate.Limiter{}}
}

// Allow takes a token from the subject's bucket.
func (b *Buckets) Allow(subject string, at time.Time) (time.Duration, bool) {
	bucket := b.bucket(subject)
	reservation := bucket.ReserveN(at, 1)
	if !reservation.OK() {
		return time.Second, false // a burst of zero lets nobody through
	}
	wait := reservation.DelayFrom(at)
	if wait == 0 {
		return 0, true
	}
	reservation.CancelAt(at)
	return wait, false
}

// Level looks into the subject's bucket.
func (b *Buckets) Level(subject string, at time.Time) Level {
	most := float64(b.config.Burst)
	tokens := min(max(b.bucket(subject).TokensAt(at), 0), most)
	level := Level{Most: b.config.Burst, Left: int(tokens)}
	if b.config.PerSecond > 0 {
		level.Full = time.Duration((most - tokens) / b.config.PerSecond * float64(time.Second))
	}
	return level
}

func (b *Buckets) bucket(subject string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if bucket, ok := b.young[subject]; ok {
		return bucket
	}
	bucket, ok := b.old[subject]
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(b.config.PerSecond), b.config.Burst)
	}
	if len(b.young) >= b.config.Subjects {
		b.old, b.young = b.young, make(map[string]*rate.Limiter, b.config.Subjects)
	}
	b.young[subject] = bucket
	return bucket
}
