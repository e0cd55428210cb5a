package intent_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func wantTold(t *testing.T, s *shop, want ...string) {
	t.Helper()
	if got := s.told(t); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

func wantStatus(t *testing.T, s *shop, i intent.Intent, want intent.Status) {
	t.Helper()
	if got := s.mustRead(t, i); got.Status != want {
		t.Errorf("the transaction is %s (%s), want %s", got.Status, got.Reason, want)
	}
}

func TestAPaidIntentIsCompleted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustPaid(t, "ORD1")
		if made.Status != intent.Completed || made.Before != intent.Pending || made.Payment == "" || made.Method != connector.Card {
			t.Errorf("the intent is %+v", made)
		}
		wantTold(t, s, "order.completed: Pending → Completed ()")
	})
}

// The first decline is the end: no other card is taken (spec/waypay.md §5).
func TestADeclineEndsTheIntent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		s.mustPress(t, made, declinedCard)
		found := s.mustRead(t, made)
		if found.Status != intent.Failed || found.Reason == "" {
			t.Errorf("the intent is %+v", found)
		}
		session := s.mustSession(t, made)
		look := s.MustLook(t, session, "me")
		if look.State != pay.CheckoutExpired {
			t.Errorf("the page is %s", look.State)
		}
		if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, goodCard)); err == nil {
			t.Error("another card was taken")
		}
		wantTold(t, s, "intent.status_changed: Pending → Failed ("+found.Reason+")")
	})
}

func TestAnIntentThatNobodyPaysExpires(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		s.Clock.Advance(time.Hour)
		s.PlayTimers(t)
		wantStatus(t, s, made, intent.Expired)
		wantTold(t, s, "intent.status_changed: Pending → Expired ()")
	})
}

func TestAnIntentThatTheBuyerGivesUpIsCancelled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		paytest.MustRun(t, s.Core, pay.CancelSale, pay.SaleCancellation{
			Session: made.Session, Actor: pay.Actor{Kind: pay.ByVisitor, Store: made.Store, Env: made.Env}, At: s.Core.Now(),
		})
		wantStatus(t, s, made, intent.Cancelled)
		wantTold(t, s, "intent.status_changed: Pending → Cancelled ()")
	})
}

// mustTell pays with a token of the simulator, which tells a story.
func (s *shop) mustTellStory(t *testing.T, i intent.Intent, story string) {
	t.Helper()
	session := s.mustSession(t, i)
	start := paytest.Card(session, "me", s.MustLook(t, session, "me").Turn, goodCard)
	start.Instrument = connector.Instrument{Token: "tok_" + story}
	if err := s.Core.Pay(t.Context(), start); err != nil {
		t.Fatal(err)
	}
}

func TestAPaymentThatTheProviderHasInHandIsInProgress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		good, bad := s.mustCreate(t, s.input("ORD1")), s.mustCreate(t, s.input("ORD2"))
		s.mustTellStory(t, good, "stays_pending")
		wantStatus(t, s, good, intent.InProgress)
		s.Clock.Advance(10 * time.Minute)
		s.PlayTimers(t)
		wantStatus(t, s, good, intent.Completed)
		wantTold(t, s, "intent.status_changed: Pending → InProgress ()", "order.completed: InProgress → Completed ()")
		s.mustTellStory(t, bad, "pending_expires")
		s.Clock.Advance(10 * time.Minute)
		s.PlayTimers(t)
		wantStatus(t, s, bad, intent.Failed)
	})
}

// What nobody knows is in progress, and neither expires nor is given up
// (DESIGN §3 rule 5).
func TestAnOutcomeThatNobodyKnowsIsInProgress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		s.mustTellStory(t, made, "timeout_moved")
		wantStatus(t, s, made, intent.InProgress)
		_, err := pay.Run(t.Context(), s.Core, pay.CancelSale, pay.SaleCancellation{Session: made.Session, Actor: pay.System(pay.Test), At: s.Core.Now()})
		if err == nil {
			t.Error("a payment whose outcome nobody knows was given up")
		}
	})
}

// While the buyer is asked for a password, nothing is under way.
func TestAChallengeLeavesTheIntentPending(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		s.mustTellStory(t, made, "challenge")
		wantStatus(t, s, made, intent.Pending)
		err := s.Core.Continue(t.Context(), pay.Continuation{
			Session: made.Session, Visitor: "me", Input: connector.CustomerInput{Fields: map[string]string{"answer": "approve"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, s, made, intent.Completed)
		wantTold(t, s, "order.completed: Pending → Completed ()")
	})
}

// One customer, one password: what is typed, or not, decides (spec/waypay.md §5, §7).
func TestAOneTimePasswordDecidesTheIntent(t *testing.T) {
	t.Parallel()
	typed := func(codes ...string) (inputs []map[string]string) {
		for _, code := range codes {
			inputs = append(inputs, map[string]string{"code": code})
		}
		return inputs
	}
	for name, c := range map[string]struct {
		inputs []map[string]string
		want   intent.Status
		end    pay.CheckoutEnd
		told   string
	}{
		"the right one completes it":     {typed("123456"), intent.Completed, "", "order.completed: Pending → Completed ()"},
		"000000 fails it":                {typed("000000"), intent.Failed, pay.EndedByDecline, "intent.status_changed: Pending → Failed (%s)"},
		"three wrong ones fail it":       {typed("111111", "222222", "333333"), intent.Failed, pay.EndedByDecline, "intent.status_changed: Pending → Failed (%s)"},
		"two wrong ones leave it":        {typed("111111", "222222"), intent.Pending, "", ""},
		"a right one after two wrong":    {typed("111111", "222222", "123456"), intent.Completed, "", "order.completed: Pending → Completed ()"},
		"a customer who gives up":        {[]map[string]string{{"answer": "refuse"}}, intent.Cancelled, pay.EndedByHand, "intent.status_changed: Pending → Cancelled (%s)"},
		"one who gives up after a wrong": {append(typed("111111"), map[string]string{"answer": "refuse"}), intent.Cancelled, pay.EndedByHand, "intent.status_changed: Pending → Cancelled (%s)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, s *shop) {
				made := s.mustCreate(t, s.input("ORD1"))
				s.mustCharge(t, made, "03123456789")
				for _, fields := range c.inputs {
					err := s.Core.Continue(t.Context(), pay.Continuation{Session: made.Session, Visitor: "me", Input: connector.CustomerInput{Fields: fields}})
					if err != nil {
						t.Fatal(err)
					}
				}
				s.wantEnd(t, made, c.want, c.end, c.told)
			})
		})
	}
}

// The customer may say no in the wallet's own app as well.
func TestAWalletThatItsCustomerRefusesCancelsTheIntent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		s.mustCharge(t, made, "03001234112")
		s.wantEnd(t, made, intent.Cancelled, pay.EndedByHand, "intent.status_changed: Pending → Cancelled (%s)")
	})
}

// mustCharge asks a JazzCash wallet for the money.
func (s *shop) mustCharge(t *testing.T, i intent.Intent, phone string) {
	t.Helper()
	session := s.mustSession(t, i)
	start := paytest.Card(session, "me", s.MustLook(t, session, "me").Turn, goodCard)
	start.Method, start.Instrument = connector.JazzCash, connector.Instrument{Wallet: &connector.WalletAccount{Provider: "jazzcash", Phone: phone}}
	if err := s.Core.Pay(t.Context(), start); err != nil {
		t.Fatal(err)
	}
}

// wantEnd checks an intent, what its page says, and what was told; %s stands for
// the reason, which then has to be there.
func (s *shop) wantEnd(t *testing.T, i intent.Intent, want intent.Status, end pay.CheckoutEnd, told string) {
	t.Helper()
	wantStatus(t, s, i, want)
	if look := s.MustLook(t, s.mustSession(t, i), "me"); look.Ended() != end {
		t.Errorf("the page ended %q, want %q", look.Ended(), end)
	}
	switch reason := s.mustRead(t, i).Reason; {
	case told == "":
		wantTold(t, s)
	case strings.Contains(told, "%s") && reason == "":
		t.Error("nobody says why")
	default:
		wantTold(t, s, strings.ReplaceAll(told, "%s", reason))
	}
}

// Nothing left, so that another try is free.
func TestAnAttemptThatNeverLeftLeavesTheIntentPending(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		s.mustTellStory(t, made, "never_sent")
		wantStatus(t, s, made, intent.Pending)
		s.mustPress(t, made, goodCard)
		wantStatus(t, s, made, intent.Completed)
	})
}

// In a store that honours late money, what was given up is completed after all.
func TestLateMoneyThatIsHonouredCompletesTheIntent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		for _, honours := range []bool{false, true} {
			err := s.Store.Write(t.Context(), func(r pay.Records) error {
				shop, err := r.Store(s.Shop.Shop.ID)
				if honours {
					shop.LateCapture = pay.HonourLate
				}
				r.UpdateStore(shop)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			reference, want := "ORD1", intent.Failed
			if honours {
				reference, want = "ORD2", intent.Completed
			}
			made := s.mustCreate(t, s.input(reference))
			s.mustTellStory(t, made, "late_success")
			for range 20 {
				s.Clock.Advance(time.Minute)
				s.PlayTimers(t)
			}
			wantStatus(t, s, made, want)
		}
	})
}

func TestAnEventCarriesTheIntent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		in := s.input("ORD1")
		in.CallbackURL, in.Metadata = "https://a.example/hook", `{"cart":1}`
		discount, name := "10", "Ali"
		in.Reference.Discount, in.Customer.Name = &discount, &name
		made := s.mustCreate(t, in)
		s.mustPress(t, made, goodCard)
		err := s.Core.View(t.Context(), func(r pay.Records) error {
			events, err := r.Events(pay.EventQuery{Store: s.Shop.Shop.ID, Env: pay.Test, Until: s.Clock.Now().Add(time.Hour), Limit: 9})
			if err != nil || len(events) != 1 {
				t.Fatalf("%d events, %v", len(events), err)
			}
			noun := events[0].Noun
			if events[0].Dialect != intent.Dialect || noun.ID != string(made.ID) || noun.Row < 2 || noun.Callback != made.Callback || !noun.Instead {
				t.Errorf("the event is %+v of %s", noun, events[0].Dialect)
			}
			change, err := intent.ReadSnapshot(events[0].Event)
			if err != nil || change.TxnRef != made.TxnRef || change.Transaction != made.Transaction || *change.Reference.Discount != "10" ||
				*change.Customer.Name != "Ali" || change.Metadata != in.Metadata || change.Amount != money.New(100_000, "PKR") || change.StoreName != "Acme" {
				t.Errorf("the snapshot is %+v, %v", change, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWithoutACallbackTheStoresEndpointsAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.mustPaid(t, "ORD1")
		err := s.Core.View(t.Context(), func(r pay.Records) error {
			events, err := r.Events(pay.EventQuery{Store: s.Shop.Shop.ID, Env: pay.Test, Until: s.Clock.Now().Add(time.Hour), Limit: 9})
			for _, event := range events {
				if event.Noun.Callback != "" || event.Noun.Instead {
					t.Errorf("the event is %+v", event.Noun)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
