package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"tillway/internal/webhook"
)

// perSecond is the rate of the paced measurements.
const perSecond = 200

// measureLatency takes the time from a durable commit to the receiver's read,
// at 200 events a second to one endpoint.
func measureLatency(ctx context.Context, b *bench) error {
	for _, c := range []struct {
		scheme webhook.Scheme
		name   string
		bar    string
	}{{webhook.StandardScheme, "HMAC", "1 / 5 ms"}, {webhook.PancakeScheme, "RSA ", "2 / 8 ms"}} {
		r, err := newRig(ctx, c.scheme)
		if err != nil {
			return err
		}
		endpoints, err := r.addEndpoints(ctx, 1, b.sink.url)
		if err == nil {
			r.dispatcher.Start(ctx)
			var times latencies
			if times, err = pace(ctx, b, r, endpoints[0]); err == nil {
				say("%s committed → received at %d/s:  %s (bar: p50 / p99 %s)", c.name, perSecond, times, c.bar)
			}
		}
		r.stop()
		if err != nil {
			return err
		}
	}
	return nil
}

// measureIsolation takes the same beside 1,000 endpoints that never answer,
// with ten deliveries queued for each, and one with 10,000; and beside as many of
// each other way to be hostile.
func measureIsolation(ctx context.Context, b *bench) error {
	for i, h := range hostiles {
		if err := measureBeside(ctx, b, h, b.hostileURLs[i]); err != nil {
			return fmt.Errorf("beside endpoints that %s: %w", h.name, err)
		}
	}
	return nil
}

func measureBeside(ctx context.Context, b *bench, h hostile, url string) error {
	r, err := newRig(ctx, webhook.StandardScheme)
	if err != nil {
		return err
	}
	defer r.stop()
	healthy, err := r.addEndpoints(ctx, 1, b.sink.url)
	if err != nil {
		return err
	}
	others, err := r.addEndpoints(ctx, 1001, url)
	if err != nil {
		return err
	}
	if err := r.backlog(ctx, others[:1000], 10); err != nil {
		return err
	}
	if err := r.backlog(ctx, others[1000:], 10_000); err != nil {
		return err
	}
	if err := forgetPeak(); err != nil {
		return err
	}
	r.dispatcher.Start(ctx)
	time.Sleep(2 * time.Second) // the others have what they can get
	times, err := pace(ctx, b, r, healthy[0])
	if err != nil {
		return err
	}
	say("healthy endpoint beside 1,000 that %s (10 queued each) and one with 10,000:", h.name)
	say("  HMAC committed → received at %d/s:  %s (bar: p99 20 ms)", perSecond, times)
	say("  memory of the sender: at most %d MB (bar: 200 MB)", peakMB())
	return nil
}

// pace commits events at the fixed rate for the bench's span and waits for the
// last to arrive.
func pace(ctx context.Context, b *bench, r *rig, endpoint webhook.Endpoint) (latencies, error) {
	if _, err := b.sink.arrivals(); err != nil {
		return nil, err
	}
	committed := map[int64]time.Time{}
	ticker := time.NewTicker(time.Second / perSecond)
	defer ticker.Stop()
	for range int(b.span.Seconds() * perSecond) {
		<-ticker.C
		number, at, err := r.commit(ctx, endpoint)
		if err != nil {
			return nil, err
		}
		committed[number] = at
	}
	time.Sleep(time.Second)
	came, err := b.sink.arrivals()
	if err != nil {
		return nil, err
	}
	var times latencies
	for number, at := range committed {
		arrival, ok := came[number]
		if !ok {
			return nil, fmt.Errorf("delivery %d had not arrived a second after the last commit", number)
		}
		times = append(times, arrival.Sub(at))
	}
	return times, nil
}

// latencies prints as percentiles.
type latencies []time.Duration

func (l latencies) String() string {
	slices.Sort(l)
	at := func(q float64) time.Duration {
		return l[min(len(l)-1, int(q*float64(len(l))))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %v  p99 %v  max %v  (%d)", at(0.5), at(0.99), at(1), len(l))
}

// forgetPeak gives back what earlier measurements have left, and has the kernel
// forget what this process once took.
func forgetPeak() error {
	debug.FreeOSMemory()
	return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// peakMB is the most memory that this process took since forgetPeak, by the
// kernel's count.
func peakMB() (mb int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &mb); err == nil {
			return mb / 1024
		}
	}
	return 0
}
