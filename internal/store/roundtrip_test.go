package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

// at gives every field a time of its own, so that two swapped columns show.
func at(n int) time.Time { return time.Date(2026, 11, 20, 9, 30, n, 123456000, time.UTC) }

func usd(n int64) money.Amount { return money.New(n, "USD") }

// Every member of every noun has a value of its own and comes back as it went
// in, by insert and by update.
func TestNounsComeBackAsTheyWentIn(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := store.New(db, paytest.MustKeyring(t))

		merchant := pay.Merchant{ID: "MER_1", Email: "a@b.example", Name: "A", CreatedAt: at(1)}
		check(t, s, merchant, func(r pay.Records) { r.InsertMerchant(merchant) },
			func(r pay.Records) (pay.Merchant, error) { return r.Merchant("MER_1") })
		check(t, s, merchant, func(pay.Records) {},
			func(r pay.Records) (pay.Merchant, error) { return r.MerchantByEmail("a@b.example") })

		shop := pay.Store{
			ID: "STO_1", Slug: "slug-1", Name: "Shop", Status: pay.StoreActive, Logo: "logo", SupportEmail: "s@b.example",
			Website: "https://b.example", ProdEnabled: true, LateCapture: pay.RefundLate,
			Notifications: pay.Notifications{pay.NotifyNewOrders: false}, Checkout: appearance("1"),
			Version: 1, CreatedAt: at(1), UpdatedAt: at(2),
		}
		check(t, s, shop, func(r pay.Records) { r.InsertStore(shop) }, func(r pay.Records) (pay.Store, error) { return r.Store("STO_1") })
		changed := shop
		changed.Slug, changed.Name, changed.Status, changed.Logo, changed.SupportEmail, changed.Website = "slug-2", "N", pay.StoreInactive, "l", "x", "y"
		changed.ProdEnabled, changed.LateCapture, changed.Notifications, changed.Checkout, changed.UpdatedAt = false, pay.HonourLate, nil, appearance("2"), at(3)
		update := changed
		changed.Version = 2
		check(t, s, changed, func(r pay.Records) { r.UpdateStore(update) }, func(r pay.Records) (pay.Store, error) { return r.StoreBySlug("slug-2") })

		product := pay.Product{
			ID: "PROD_1", Store: "STO_1", TestVersion: "PVER_1", ProdVersion: "PVER_2", TestStatus: pay.ProductActive,
			ProdStatus: pay.ProductInactive, Version: 1, CreatedAt: at(1), UpdatedAt: at(2),
		}
		check(t, s, product, func(r pay.Records) { r.InsertProduct(product) }, func(r pay.Records) (pay.Product, error) { return r.Product("PROD_1") })
		productUpdate := product
		productUpdate.TestVersion, productUpdate.ProdVersion, productUpdate.TestStatus, productUpdate.ProdStatus = "PVER_3", "PVER_4", pay.ProductInactive, pay.ProductActive
		productAfter := productUpdate
		productAfter.Version = 2
		check(t, s, productAfter, func(r pay.Records) { r.UpdateProduct(productUpdate) }, func(r pay.Records) (pay.Product, error) { return r.Product("PROD_1") })

		version := pay.ProductVersion{
			ID: "PVER_1", Product: "PROD_1", Number: 3, Name: "Guide", Description: "# d", SuccessURL: "https://b.example/ok",
			Prices:   pay.Prices{{Amount: money.New(4500, "JPY"), TaxCategory: pay.Ebook}, {Amount: usd(2900), TaxCategory: pay.SaaS}},
			Media:    []pay.Media{{Type: "image", URL: "https://b.example/i", Alt: "alt", Thumbnail: "https://b.example/t"}},
			Metadata: `{"trialDays":3}`, CreatedAt: at(4),
		}
		check(t, s, version, func(r pay.Records) { r.InsertProductVersion(version) },
			func(r pay.Records) (pay.ProductVersion, error) { return r.ProductVersion("PVER_1") })

		dark := true
		session := pay.Session{
			ID: "cs_1", Store: "STO_1", Env: pay.Test, Product: "PROD_1", Version: "PVER_1", Status: pay.SessionOpen,
			Price: pay.Price{Amount: usd(100), TaxCategory: pay.SaaS}, BuyerEmail: "x@y.example", Identity: "user", Billing: billing(),
			SuccessURL: "https://b.example/s", Language: "en", DarkMode: &dark, Metadata: `{"k":"v"}`, ExternalID: "ext",
			Methods: []connector.Method{connector.Card, connector.WeChat}, Row: 1, CreatedAt: at(1), ExpiresAt: at(2),
			Dialect: "wayl", Item: pay.Item{Name: "A", Description: "B"}, Form: pay.FormContact, Buyer: buyer("1"), CancelURL: "https://b.example/c",
		}
		check(t, s, session, func(r pay.Records) { r.InsertSession(session) }, func(r pay.Records) (pay.Session, error) { return r.Session("cs_1") })
		sessionUpdate := session
		sessionUpdate.Status, sessionUpdate.Identity, sessionUpdate.Order, sessionUpdate.CompletedAt = pay.SessionUsed, "other", "ORD_1", at(9)
		sessionAfter := sessionUpdate
		sessionAfter.Row = 2
		check(t, s, sessionAfter, func(r pay.Records) { r.UpdateSession(sessionUpdate) }, func(r pay.Records) (pay.Session, error) { return r.Session("cs_1") })

		check(t, s, true, func(pay.Records) {}, func(r pay.Records) (bool, error) { return r.InsertHandle("h", "cs_1") })
		check(t, s, false, func(pay.Records) {}, func(r pay.Records) (bool, error) { return r.InsertHandle("h", "cs_2") })
		check(t, s, sessionAfter, func(pay.Records) {}, func(r pay.Records) (pay.Session, error) { return r.SessionByHandle("h") })

		order := pay.Order{
			ID: "ORD_1", Store: "STO_1", Env: pay.Prod, Session: "cs_1", Product: "PROD_1", Version: "PVER_1", Status: pay.OrderPending,
			BuyerEmail: "x@y.example", Identity: "user", Category: pay.Ebook, Billing: billing(), SuccessURL: "https://b.example/s",
			Quote:    pay.Quote{Subtotal: usd(100), Tax: usd(19), Total: usd(119), Rate: pay.TaxRate{Name: "VAT", Rate: 190_000}},
			Metadata: `{"k":"v"}`, ExternalID: "ext", Payment: "PAY_0", Turn: 4, Row: 1, CreatedAt: at(1), UpdatedAt: at(2),
			Dialect: "wayl", Buyer: buyer("2"),
		}
		check(t, s, order, func(r pay.Records) { r.InsertOrder(order) }, func(r pay.Records) (pay.Order, error) { return r.Order("ORD_1") })
		orderUpdate := order
		orderUpdate.Status, orderUpdate.BuyerEmail, orderUpdate.Identity, orderUpdate.Payment, orderUpdate.Turn = pay.OrderCanceled, "e", "i", "PAY_9", 7
		orderUpdate.Quote = pay.Quote{Subtotal: usd(200), Tax: usd(1), Total: usd(201), Rate: pay.TaxRate{Name: "GST", Rate: 7}}
		orderUpdate.Billing, orderUpdate.Buyer, orderUpdate.SuccessURL = pay.Billing{Country: "JP"}, buyer("3"), "u"
		orderUpdate.UpdatedAt, orderUpdate.CompletedAt, orderUpdate.CanceledAt = at(5), at(6), at(7)
		orderAfter := orderUpdate
		orderAfter.Row = 2
		check(t, s, orderAfter, func(r pay.Records) { r.UpdateOrder(orderUpdate) }, func(r pay.Records) (pay.Order, error) { return r.Order("ORD_1") })

		payment := pay.Payment{
			ID: "PAY_1", Store: "STO_1", Env: pay.Test, Order: "ORD_1", Status: pay.PaymentPending, Method: connector.Card, Connector: "simulator",
			Amount: usd(119), Tax: usd(19), Charged: usd(0), Refunded: usd(0), Refunding: usd(0), RefundTax: usd(0), Fee: usd(0), ExternalID: "ext", Row: 1, CreatedAt: at(1), UpdatedAt: at(2),
		}
		check(t, s, payment, func(r pay.Records) { r.InsertPayment(payment) }, func(r pay.Records) (pay.Payment, error) { return r.Payment("PAY_1") })
		paymentUpdate := payment
		paymentUpdate.Status, paymentUpdate.Method, paymentUpdate.Connector = pay.PaymentSucceeded, connector.WeChat, "manual"
		paymentUpdate.Charged, paymentUpdate.Refunded, paymentUpdate.Refunding = usd(118), usd(3), usd(2)
		paymentUpdate.RefundTax = usd(1)
		paymentUpdate.Fee, paymentUpdate.FeeName, paymentUpdate.FeeWords = usd(4), "Standard", "4% of 1.18 = 0.04"
		paymentUpdate.Receipt = connector.Receipt{Brand: "visa", Last4: "0110", ExpiryMonth: 12, ExpiryYear: 2030}
		paymentUpdate.Failure, paymentUpdate.UpdatedAt, paymentUpdate.PaidAt = connector.ReasonGeneric, at(5), at(6)
		paymentAfter := paymentUpdate
		paymentAfter.Row = 2
		check(t, s, paymentAfter, func(r pay.Records) { r.UpdatePayment(paymentUpdate) }, func(r pay.Records) (pay.Payment, error) { return r.Payment("PAY_1") })

		attempt := pay.Attempt{
			ID: "ATT_1", Store: "STO_1", Env: pay.Test, Payment: "PAY_1", Order: "ORD_1", Turn: 2, Number: 1, Connector: "simulator",
			State: pay.AttemptCalling, Amount: usd(119), Captured: usd(0), Visitor: "v", CalledAt: at(1), Row: 1,
		}
		check(t, s, attempt, func(r pay.Records) { r.InsertAttempt(attempt) }, func(r pay.Records) (pay.Attempt, error) { return r.Attempt("ATT_1") })
		attemptUpdate := attempt
		attemptUpdate.ProviderID, attemptUpdate.State, attemptUpdate.Captured = "p", pay.AttemptLate, money.New(5, "EUR")
		attemptUpdate.Reason, attemptUpdate.Decline, attemptUpdate.Message = connector.ReasonExpired, connector.Hard, "m"
		attemptUpdate.Action = &connector.Action{Kind: connector.ShowCode, Code: "c", URL: "u", Data: map[string]string{"a": "b"}}
		attemptUpdate.ResolvedAt, attemptUpdate.WatchUntil = at(3), at(4)
		attemptAfter := attemptUpdate
		attemptAfter.Row = 2
		check(t, s, attemptAfter, func(r pay.Records) { r.UpdateAttempt(attemptUpdate) }, func(r pay.Records) (pay.Attempt, error) { return r.LastAttempt("PAY_1") })
		check(t, s, attemptAfter, func(pay.Records) {}, func(r pay.Records) (pay.Attempt, error) { return r.LastAttemptOfOrder("ORD_1") })

		refund := pay.Refund{
			ID: "REF_1", Store: "STO_1", Env: pay.Test, Payment: "PAY_1", Attempt: "ATT_1", Origin: pay.OriginSale, State: pay.RefundRequested,
			Connector: "simulator", Amount: usd(119), Tax: usd(0), Reason: "two\nlines", ExternalID: "R-1", AskedBy: pay.AskedByCustomer, Asker: "user", Row: 1, CreatedAt: at(1), UpdatedAt: at(2),
		}
		check(t, s, refund, func(r pay.Records) { r.InsertRefund(refund) }, func(r pay.Records) (pay.Refund, error) { return r.Refund("REF_1") })
		refundUpdate := refund
		refundUpdate.State, refundUpdate.ProviderID, refundUpdate.Failure = pay.RefundFailed, "p", connector.ReasonUnsupported
		refundUpdate.Tax, refundUpdate.DecidedBy, refundUpdate.Note, refundUpdate.DecidedAt = usd(19), "Ann", "why", at(5)
		refundUpdate.UpdatedAt, refundUpdate.DoneAt = at(3), at(4)
		refundAfter := refundUpdate
		refundAfter.Row = 2
		check(t, s, refundAfter, func(r pay.Records) { r.UpdateRefund(refundUpdate) }, func(r pay.Records) (pay.Refund, error) { return r.Refund("REF_1") })

		paid := attemptAfter
		paid.State = pay.AttemptSucceeded
		paidAfter := paid
		paidAfter.Row = 3
		check(t, s, paidAfter, func(r pay.Records) { r.UpdateAttempt(paid) }, func(r pay.Records) (pay.Attempt, error) { return r.CapturedAttempt("PAY_1") })
		reserved := paymentAfter
		reserved.Refunding, reserved.RefundTax, reserved.UpdatedAt, reserved.Row = usd(12), usd(3), at(8), 3
		check(t, s, reserved, func(r pay.Records) { r.ReserveRefund(paymentAfter, usd(10), usd(2), at(8)) },
			func(r pay.Records) (pay.Payment, error) { return r.Payment("PAY_1") })
	})
}

func TestRefundsAreListed(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := store.New(db, paytest.MustKeyring(t))
		refund := func(id pay.RefundID, shop pay.StoreID, state pay.RefundState, n int) pay.Refund {
			return pay.Refund{
				ID: id, Store: shop, Env: pay.Test, Payment: "PAY_1", Attempt: "ATT_1", Origin: pay.OriginSale, State: state,
				Connector: "simulator", Amount: usd(int64(n)), Tax: usd(0), AskedBy: pay.AskedByMerchant, Row: 1, CreatedAt: at(n), UpdatedAt: at(n),
			}
		}
		err := s.Write(t.Context(), func(r pay.Records) error {
			r.InsertRefund(refund("REF_1", "STO_1", pay.RefundRequested, 1))
			r.InsertRefund(refund("REF_2", "STO_2", pay.RefundRequested, 2))
			r.InsertRefund(refund("REF_3", "STO_1", pay.RefundSucceeded, 4))
			r.InsertRefund(refund("REF_4", "STO_1", pay.RefundRequested, 8))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			query pay.RefundQuery
			want  []pay.RefundID
		}{
			"all, newest first":           {pay.RefundQuery{Limit: 9}, []pay.RefundID{"REF_4", "REF_3", "REF_2", "REF_1"}},
			"no more than the limit":      {pay.RefundQuery{Limit: 2}, []pay.RefundID{"REF_4", "REF_3"}},
			"of a store":                  {pay.RefundQuery{Store: "STO_1", Limit: 9}, []pay.RefundID{"REF_4", "REF_3", "REF_1"}},
			"in a state":                  {pay.RefundQuery{State: pay.RefundRequested, Limit: 9}, []pay.RefundID{"REF_4", "REF_2", "REF_1"}},
			"of a store and in a state":   {pay.RefundQuery{Store: "STO_1", State: pay.RefundRequested, Limit: 9}, []pay.RefundID{"REF_4", "REF_1"}},
			"of a payment and in a state": {pay.RefundQuery{Payment: "PAY_1", State: pay.RefundSucceeded, Limit: 9}, []pay.RefundID{"REF_3"}},
			"none of a payment":           {pay.RefundQuery{Payment: "PAY_2", Limit: 9}, nil},
			"none of a store without any": {pay.RefundQuery{Store: "STO_3", Limit: 9}, nil},
		} {
			var got []pay.RefundID
			var requested int64
			err := s.Read(t.Context(), func(r pay.Records) error {
				refunds, err := r.Refunds(c.query)
				for _, refund := range refunds {
					got = append(got, refund.ID)
				}
				if err != nil {
					return err
				}
				requested, err = r.RefundsRequested("PAY_1")
				return err
			})
			if err != nil || !slices.Equal(got, c.want) || requested != 11 {
				t.Errorf("%s: %v, %d requested, %v", name, got, requested, err)
			}
		}
	})
}

// appearance has a value of its own in every member.
func appearance(mark string) pay.Appearance {
	dark := true
	return pay.Appearance{
		DarkByDefault: &dark,
		Light:         pay.Theme{Logo: "a" + mark, Primary: "b" + mark, Background: "c" + mark, Card: "d" + mark, Text: "e" + mark, Radius: "f" + mark},
		Dark:          pay.Theme{Logo: "g" + mark, Primary: "h" + mark, Background: "i" + mark, Card: "j" + mark, Text: "k" + mark, Radius: "l" + mark},
	}
}

func buyer(mark string) pay.Buyer {
	return pay.Buyer{
		Name: "a" + mark, FirstName: "b" + mark, LastName: "c" + mark, Phone: "d" + mark, NationalID: "e" + mark, Address1: "f" + mark,
		Address2: "g" + mark, City: "h" + mark, Province: "i" + mark, Postcode: "j" + mark, Country: "k" + mark,
	}
}

func billing() pay.Billing {
	return pay.Billing{Country: "US", IsBusiness: true, Postcode: "10001", State: "NY", BusinessName: "B", TaxID: "T"}
}

func check[T any](t *testing.T, s *store.Store, want T, write func(pay.Records), read func(pay.Records) (T, error)) {
	t.Helper()
	var got T
	err := s.Write(t.Context(), func(r pay.Records) (err error) {
		write(r)
		got, err = read(r)
		return err
	})
	if err != nil {
		t.Fatalf("%T: %v", want, err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(money.Amount{})); diff != "" {
		t.Errorf("%T (-want +got):\n%s", want, diff)
	}
}
