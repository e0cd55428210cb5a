package main

import (
	"context"

	"tillway/internal/webhook"
)

// measureSaturated empties a backlog of due deliveries over 64 endpoints:
// claimed from the table, signed, sent, and recorded with their attempts.
func measureSaturated(ctx context.Context, b *bench) error {
	hmac, err := drain(ctx, b, webhook.StandardScheme, 1500)
	if err != nil {
		return err
	}
	say("HMAC deliveries from a backlog of 96,000:  %8.0f /s   %3.0f %% of the bare loop (bar: 15,000/s and 35 %%)", hmac, 100*hmac/b.posts)
	rsa, err := drain(ctx, b, webhook.PancakeScheme, 200)
	if err != nil {
		return err
	}
	say("RSA deliveries from a backlog of 12,800:   %8.0f /s   %3.0f %% of the signing limit (bar: 80 %%)", rsa, 100*rsa/b.rsa)
	return nil
}

func drain(ctx context.Context, b *bench, scheme webhook.Scheme, each int) (float64, error) {
	r, err := newRig(ctx, scheme)
	if err != nil {
		return 0, err
	}
	defer r.stop()
	endpoints, err := r.addEndpoints(ctx, 64, b.sink.url)
	if err != nil {
		return 0, err
	}
	if err := r.backlog(ctx, endpoints, each); err != nil {
		return 0, err
	}
	return r.drain(ctx, b, int64(64*each))
}
