package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tillway/internal/webhook"
)

// saturatedRounds is how often each backlog is emptied. The machine's pace
// moves by a tenth within seconds, so each round is compared with the limit
// taken right before and right after it.
const saturatedRounds = 5

// measureSaturated empties a backlog of due deliveries over 64 endpoints:
// claimed from the table, signed, sent, and recorded with their attempts. What
// a bare loop of posts with RSA signatures reaches is what is left of the
// signing limit once a receiver has its share of the same cores.
func measureSaturated(ctx context.Context, b *bench) error {
	posts := func() (float64, error) { return barePosts(ctx, b, b.span/4, hmacOf) }
	signatures := func() (float64, error) { return bareSignatures(b.span / 4) }
	hmac, err := rounds(posts, b.backlogOf(ctx, webhook.StandardScheme, 1000))
	if err != nil {
		return err
	}
	say("HMAC deliveries from a backlog of 64,000:  %s of the bare loop (bar: 15,000/s and 35 %%)", hmac)
	rsa, err := rounds(signatures, b.backlogOf(ctx, webhook.PancakeScheme, 100))
	if err != nil {
		return err
	}
	say("RSA deliveries from a backlog of 6,400:    %s of the signing limit (bar: 80 %%)", rsa)
	bare, err := rounds(signatures, func() (contest, error) {
		return contest{run: func() (float64, error) { return barePosts(ctx, b, b.span/4, rsaOf) }, end: func() {}}, nil
	})
	if err != nil {
		return err
	}
	say("bare loop of HTTP posts with RSA:          %s of the signing limit", bare)
	return nil
}

// contest is something prepared that is measured once beside a limit.
type contest struct {
	run func() (perSecond float64, err error)
	end func()
}

// round is one such measurement.
type round struct{ perSecond, limit float64 }

func (r round) ratio() float64 { return r.perSecond / r.limit }

// spread is rounds, sorted by their ratio.
type spread []round

// String tells the round in the middle, and between which ratios all were.
func (s spread) String() string {
	middle := s[len(s)/2]
	return fmt.Sprintf("%6.0f /s   %3.0f %% (%.0f–%.0f %%)", middle.perSecond, 100*middle.ratio(), 100*s[0].ratio(), 100*s[len(s)-1].ratio())
}

// rounds measures saturatedRounds contests, each between two takes of the limit.
func rounds(limit func() (float64, error), prepare func() (contest, error)) (spread, error) {
	all := make(spread, saturatedRounds)
	for i := range all {
		var err error
		if all[i], err = between(limit, prepare); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b round) int { return cmp.Compare(a.ratio(), b.ratio()) })
	return all, nil
}

func between(limit func() (float64, error), prepare func() (contest, error)) (round, error) {
	c, err := prepare()
	if err != nil {
		return round{}, err
	}
	defer c.end()
	before, err := limit()
	if err != nil {
		return round{}, err
	}
	perSecond, err := c.run()
	if err != nil {
		return round{}, err
	}
	after, err := limit()
	return round{perSecond: perSecond, limit: (before + after) / 2}, err
}

// backlogOf prepares so many deliveries for each of 64 endpoints.
func (b *bench) backlogOf(ctx context.Context, scheme webhook.Scheme, each int) func() (contest, error) {
	return func() (contest, error) {
		r, err := newRig(ctx, scheme)
		if err != nil {
			return contest{}, err
		}
		endpoints, err := r.addEndpoints(ctx, 64, b.sink.url)
		if err == nil {
			err = r.backlog(ctx, endpoints, each)
		}
		if err != nil {
			r.stop()
			return contest{}, err
		}
		return contest{run: func() (float64, error) { return r.drain(ctx, b, int64(64*each)) }, end: r.stop}, nil
	}
}
