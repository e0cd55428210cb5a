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
// claimed from the table, signed, sent, and recorded with their attempts.
func measureSaturated(ctx context.Context, b *bench) error {
	hmac, err := b.rounds(ctx, webhook.StandardScheme, 1000, func() (float64, error) { return barePosts(ctx, b, b.span/4) })
	if err != nil {
		return err
	}
	say("HMAC deliveries from a backlog of 64,000:  %s of the bare loop (bar: 15,000/s and 35 %%)", hmac)
	rsa, err := b.rounds(ctx, webhook.PancakeScheme, 100, func() (float64, error) { return bareSignatures(b.span / 4) })
	if err != nil {
		return err
	}
	say("RSA deliveries from a backlog of 6,400:    %s of the signing limit (bar: 80 %%)", rsa)
	return nil
}

// round is one emptied backlog: deliveries per second, and the limit beside it.
type round struct{ perSecond, limit float64 }

func (r round) ratio() float64 { return r.perSecond / r.limit }

// rounds are sorted by their ratio.
type rounds []round

// String tells the round in the middle, and between which ratios all were.
func (r rounds) String() string {
	middle := r[len(r)/2]
	return fmt.Sprintf("%6.0f /s   %3.0f %% (%.0f–%.0f %%)", middle.perSecond, 100*middle.ratio(), 100*r[0].ratio(), 100*r[len(r)-1].ratio())
}

// rounds empties a backlog of 64 endpoints several times.
func (b *bench) rounds(ctx context.Context, scheme webhook.Scheme, each int, limit func() (float64, error)) (rounds, error) {
	all := make(rounds, saturatedRounds)
	for i := range all {
		var err error
		if all[i], err = b.round(ctx, scheme, each, limit); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b round) int { return cmp.Compare(a.ratio(), b.ratio()) })
	return all, nil
}

func (b *bench) round(ctx context.Context, scheme webhook.Scheme, each int, limit func() (float64, error)) (round, error) {
	r, err := newRig(ctx, scheme)
	if err != nil {
		return round{}, err
	}
	defer r.stop()
	endpoints, err := r.addEndpoints(ctx, 64, b.sink.url)
	if err != nil {
		return round{}, err
	}
	if err := r.backlog(ctx, endpoints, each); err != nil {
		return round{}, err
	}
	before, err := limit()
	if err != nil {
		return round{}, err
	}
	perSecond, err := r.drain(ctx, b, int64(64*each))
	if err != nil {
		return round{}, err
	}
	after, err := limit()
	return round{perSecond: perSecond, limit: (before + after) / 2}, err
}
