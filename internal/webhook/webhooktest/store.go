package webhooktest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/lease"
	"tillway/internal/webhook"
)

// Backend is one storage under test, empty at first.
type Backend struct {
	Store webhook.Store
	Log   webhook.Log
	// Write runs fn in a transaction of the storage, as fanout's caller does.
	Write func(ctx context.Context, fn func(tx webhook.Tx) error) error
}

// Store runs the suite. open is called once for each case.
func Store(t *testing.T, open func(t *testing.T) Backend) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, *rig){
		"an endpoint reads back as it was written":                   endpointReadsBack,
		"endpoints are listed by store and environment":              endpointsAreListed,
		"a lost race for an endpoint is run again":                   endpointRace,
		"the twenty-first endpoint of a store is refused":            endpointLimit,
		"the URL of a chat is sealed and shown by its host":          chatSealed,
		"removing an endpoint keeps its deliveries":                  endpointRemoved,
		"a delivery reads back as it was written":                    deliveryReadsBack,
		"a born-leased delivery is claimed once its lease lapses":    bornLeased,
		"a claim takes the earliest rows of the shares, up to room":  claimShares,
		"a look finds what a claim would lease, behind a row":        dueShares,
		"a claimed row is not claimed again":                         claimOnce,
		"claimers at the same time share the rows":                   claimTogether,
		"the walk visits each waiting queue once, with its version":  walkVisits,
		"a claim of one delivery takes no other":                     claimOnly,
		"a claim follows the endpoint's change of URL":               claimFollows,
		"a claim stops what has no receiving endpoint":               claimStops,
		"what waits for an endpoint is ended, but what is sent":      waitingHalted,
		"a lease is renewed by its owner until it lapses":            renewals,
		"a released delivery is due at once":                         releases,
		"orphans of other owners are freed":                          orphans,
		"a success counts under any lease":                           successUnderAnyLease,
		"a success does not change what is over":                     successAfterEnd,
		"a failure counts under the current lease only":              failureUnderLease,
		"an outcome recorded twice counts once":                      recordTwice,
		"a delivery that cannot be sent ends without an attempt":     recordUnsent,
		"an ordered delivery sleeps behind another of its subject":   orderSleeps,
		"the end of an ordered delivery wakes the earliest version":  orderWakes,
		"what is sent again takes its turn in the order":             orderRestarts,
		"whatever ends an ordered delivery lets the next go":         orderGoesOn,
		"insertions beside recorded ends leave nobody asleep":        orderRace,
		"insertions at the same time make one head":                  orderHeads,
		"an answer disables its endpoint once":                       disableOnce,
		"an answer from a former URL disables nothing":               disableFormer,
		"an endpoint fails from its first failure to a success":      failingSpan,
		"a success outweighs failures recorded with it":              failingOutweighed,
		"each level of failing is noticed once":                      failingLevels,
		"nodes that record together notice once":                     failingTogether,
		"a person's change leaves health alone":                      healthKept,
		"enabling an endpoint wipes what failed before":              healthWiped,
		"a resend does what the delivery's state asks for":           resendEffects,
		"a resend to what does not receive is refused":               resendRefused,
		"a claimed delivery follows a change of its secret's scheme": claimFollowsTheScheme,
		"a resend and older outcomes do not lose each other":         resendSurvivesOldOutcomes,
		"a resend that lost a race is run again":                     resendRaces,
		"a delivery is added once":                                   deliveryAddedOnce,
		"failed deliveries are paged, each once":                     failedArePaged,
		"what failed since is found, whenever it was made":           failedSince,
		"a recovery reads back as it was written":                    recoveryReadsBack,
		"a page of a recovery restarts what failed":                  recoveryPage,
		"a canceled recovery goes no further":                        recoveryCanceled,
		"a listener is found again by its name":                      listenerFoundAgain,
		"a listener that was gone begins anew":                       listenerBeginsAnew,
		"a listener keeps its name":                                  listenerKeepsItsName,
		"listeners are limited and counted apart":                    listenersCountApart,
		"only a listener is noted as used":                           listenerTouched,
		"a delivery to a listener is born due and of nobody":         listenerUnleased,
		"a callback reads back as it was written":                    callbackReadsBack,
		"a delivery to a callback joins no endpoint":                 callbackClaimed,
		"the answer of a callback ends its delivery alone":           callbackRecorded,
		"what was told to a callback is sent again":                  callbackResent,
		"what failed to callbacks is recovered with the store's":     callbackRecovered,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, &rig{Backend: open(t), t: t})
		})
	}
}

// Nodes and times of the suite. The database keeps microseconds.
const (
	nodeA lease.Owner = "node-a"
	nodeB lease.Owner = "node-b"
)

var start = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// rig is a backend with the means to put things into it and to look at them.
type rig struct {
	Backend
	t *testing.T
}

func (b *rig) mustWrite(fn func(tx webhook.Tx) error) {
	b.t.Helper()
	if err := b.Write(b.t.Context(), fn); err != nil {
		b.t.Fatalf("write: %v", err)
	}
}

func (b *rig) mustEndpoint(change func(*webhook.Endpoint)) webhook.Endpoint {
	b.t.Helper()
	endpoint := webhook.Endpoint{
		ID: "4f0c0d3e-0000-7000-8000-000000000001", Store: "STO_1", Env: webhook.Test, Dialect: "pancake",
		Channel: webhook.HTTP, URL: "https://shop.example/hook", Events: []webhook.EventType{"order.completed"},
		State: webhook.Active, CreatedAt: start, UpdatedAt: start,
	}
	if change != nil {
		change(&endpoint)
	}
	b.mustWrite(func(tx webhook.Tx) error { return tx.InsertEndpoint(endpoint) })
	return endpoint
}

// mustDelivery inserts a delivery that is due at start and leased to nobody,
// without an endpoint.
func (b *rig) mustDelivery(number int, change func(*webhook.Delivery)) webhook.Delivery {
	b.t.Helper()
	written, err := b.insert(b.delivery(number, change))
	if err != nil {
		b.t.Fatalf("insert: %v", err)
	}
	return written
}

// delivery is what mustDelivery inserts.
func (b *rig) delivery(number int, change func(*webhook.Delivery)) webhook.Delivery {
	delivery := webhook.Delivery{
		ID: deliveryID(number), Queue: "queue-a", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Origin: webhook.FromEvent,
		EventID: "event-1", EventType: "order.completed", EventKey: "PAY_1",
		URL: "https://shop.example/hook", Headers: []webhook.Header{{Name: "X-Waffo-Event", Value: "order.completed"}},
		Body: []byte(`{"id":"1"}`), Scheme: webhook.PancakeScheme, Schedule: webhook.Pancake.Name,
		State: webhook.Pending, WakeAt: start, CreatedAt: start.Add(time.Duration(number) * time.Millisecond),
	}
	if change != nil {
		change(&delivery)
	}
	return delivery
}

func (b *rig) insert(delivery webhook.Delivery) (written webhook.Delivery, err error) {
	err = b.Write(b.t.Context(), func(tx webhook.Tx) (err error) {
		written, err = tx.InsertDelivery(delivery)
		return err
	})
	return written, err
}

func deliveryID(number int) webhook.DeliveryID {
	return webhook.DeliveryID(fmt.Sprintf("0190c0de-0000-7000-8000-%012d", number))
}

func (b *rig) mustClaim(owner lease.Owner, now time.Time, shares ...webhook.Share) []webhook.Claimed {
	b.t.Helper()
	claimed, err := b.Store.Claim(b.t.Context(), webhook.Claim{
		Lease: lease.Lease{Owner: owner, Until: now.Add(time.Minute)}, Now: now, Shares: shares,
	})
	if err != nil {
		b.t.Fatalf("claim: %v", err)
	}
	return claimed
}

func (b *rig) mustRecord(outcomes ...webhook.Outcome) []webhook.Notice {
	b.t.Helper()
	notices, err := b.Store.Record(b.t.Context(), outcomes)
	if err != nil {
		b.t.Fatalf("record: %v", err)
	}
	return notices
}

func (b *rig) mustRead(id webhook.DeliveryID) webhook.Delivery {
	b.t.Helper()
	delivery, err := b.Log.Delivery(b.t.Context(), id)
	if err != nil {
		b.t.Fatalf("delivery: %v", err)
	}
	return delivery
}

func (b *rig) mustAttempts(id webhook.DeliveryID) []webhook.Attempt {
	b.t.Helper()
	attempts, err := b.Log.Attempts(b.t.Context(), id)
	if err != nil {
		b.t.Fatalf("attempts: %v", err)
	}
	return attempts
}

func ids(claimed []webhook.Claimed) []webhook.DeliveryID {
	found := []webhook.DeliveryID{}
	for _, row := range claimed {
		found = append(found, row.Delivery.ID)
	}
	return found
}

func wantEqual(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unexpected (-want +got):\n%s", diff)
	}
}
