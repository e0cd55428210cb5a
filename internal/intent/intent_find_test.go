package intent_test

import (
	"strings"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/intent"
	"tillway/internal/pay"
)

func TestATransactionIsFoundByAnyOfItsNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		look := func(actor pay.Actor, name string) (found intent.Intent, err error) {
			err = s.Core.View(t.Context(), func(r pay.Records) (err error) {
				found, err = s.intents.Look(r, actor, name)
				return err
			})
			return found, err
		}
		for what, name := range map[string]string{
			"the intent": string(made.ID), "the transaction": string(made.Transaction), "in capitals": strings.ToUpper(string(made.ID)),
			"its reference": made.TxnRef, "the merchant's name": "ORD1",
		} {
			if found, err := look(s.actor(), name); err != nil || found.ID != made.ID {
				t.Errorf("by %s: %s, %v", what, found.ID, err)
			}
		}
		stranger, live := s.actor(), s.actor()
		stranger.Store, live.Env = "STO_other", pay.Prod
		for _, name := range []string{string(made.ID), string(made.Transaction), made.TxnRef, "ORD1"} {
			for _, actor := range []pay.Actor{stranger, live} {
				if _, err := look(actor, name); fault.CodeOf(err) != "transaction_not_found" {
					t.Errorf("%s of another: %v", name, err)
				}
			}
		}
		for _, name := range []string{"", "ord1", "nothing", "\x00", "\xff", string(made.Session), strings.Repeat("x", 5000)} {
			if _, err := look(s.actor(), name); fault.CodeOf(err) != "transaction_not_found" {
				t.Errorf("%.20q: %v", name, err)
			}
		}
	})
}

// A merchant may name an order like another transaction: what is Waypay's own
// name goes first.
func TestTheMerchantsNameComesLast(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		decoy := s.mustCreate(t, s.input(made.TxnRef))
		twin := s.mustCreate(t, s.input(string(made.ID)))
		for _, name := range []string{made.TxnRef, string(made.ID)} {
			err := s.Core.View(t.Context(), func(r pay.Records) error {
				found, err := s.intents.Look(r, s.actor(), name)
				if found.ID != made.ID {
					t.Errorf("%s finds %s; decoys are %s and %s", name, found.ID, decoy.ID, twin.ID)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}
