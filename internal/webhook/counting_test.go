package webhook_test

import (
	"context"
	"sync/atomic"

	"tillway/internal/webhook"
)

// countingStore tells how many outcomes have been recorded durably.
type countingStore struct {
	webhook.Store
	count   atomic.Int64
	arrived chan struct{}
}

func (s *countingStore) Record(ctx context.Context, outcomes []webhook.Outcome) ([]webhook.Notice, error) {
	notices, err := s.Store.Record(ctx, outcomes)
	if err != nil {
		return nil, err
	}
	s.count.Add(int64(len(outcomes)))
	select {
	case s.arrived <- struct{}{}:
	default:
	}
	return notices, nil
}
