package pay_test

import (
	"context"
	"sync"
	"testing"

	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestPlaceOrderAtOnce(t *testing.T) {
	t.Parallel()
	t.Run("by many makes one order, and nobody meets an error", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			for range 10 {
				session := s.MustOpen(t)
				var wg sync.WaitGroup
				var mu sync.Mutex
				orders := map[pay.OrderID]bool{}
				for range 8 {
					placement := s.Placement(session)
					wg.Go(func() {
						placed, err := pay.Run(context.Background(), s.Core, pay.PlaceOrder, placement)
						if err != nil {
							t.Errorf("place: %v", err)
						}
						mu.Lock()
						defer mu.Unlock()
						orders[placed.Order.ID] = true
					})
				}
				wg.Wait()
				if len(orders) != 1 {
					t.Fatalf("%d orders", len(orders))
				}
			}
		})
	})
}
