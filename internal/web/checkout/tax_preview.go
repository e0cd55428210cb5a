package checkout

import (
	"net/http"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// taxAnswer is what /tax tells: the figures, and the words the page shows.
type taxAnswer struct {
	Currency string     `json:"currency"`
	Subtotal string     `json:"subtotal"`
	Tax      string     `json:"tax"`
	TaxName  string     `json:"taxName"`
	TaxRate  string     `json:"taxRate"` // per cent: "19"
	Amount   string     `json:"amount"`  // the total
	Shown    shownTotal `json:"shown"`
}

// shownTotal is the summary in the buyer's language.
type shownTotal struct {
	TaxLabel string `json:"taxLabel"`
	Tax      string `json:"tax"`
	Total    string `json:"total"`
}

// previewTax answers in JSON what the details would cost with tax. It changes
// nothing; a country that is missing or wrong is 422.
func (h *Handler) previewTax(w http.ResponseWriter, r *http.Request) {
	v := h.open(w, r)
	if v == nil {
		return
	}
	v.json = true
	values, err := readForm(w, r)
	if err != nil {
		h.fail(v, err)
		return
	}
	if v.look.State != pay.CheckoutDetails && v.look.State != pay.CheckoutPayment {
		h.back(v)
		return
	}
	quote, err := h.quote(v, readDetails(values, v.look.Session))
	switch fault.KindOf(err) {
	case 0:
		h.answerTax(v, quote)
	case fault.Invalid:
		h.answer(v, http.StatusUnprocessableEntity, problemsOf(v.language, detailFields, err))
	case fault.NotFound:
		h.lookBack(v)
	default:
		h.fail(v, err)
	}
}

// quote is what the order would freeze for the details.
func (h *Handler) quote(v *visit, typed details) (pay.Quote, error) {
	return h.core.PreviewTax(v.r.Context(), pay.TaxPreview{
		Session: v.session, Billing: typed.Billing,
		Actor: pay.Actor{Kind: pay.ByVisitor, Env: v.look.Session.Env, Store: v.look.Session.Store},
	})
}

func (h *Handler) answerTax(v *visit, quote pay.Quote) {
	writeJSON(v.w, http.StatusOK, taxAnswer{
		Currency: string(quote.Total.Currency()), Subtotal: quote.Subtotal.String(), Tax: quote.Tax.String(),
		TaxName: quote.Rate.Name, TaxRate: quote.Rate.Rate.Percent(), Amount: quote.Total.String(),
		Shown: shownTotal{
			TaxLabel: taxLabel(v.language, quote), Tax: v.language.Money(quote.Tax), Total: v.language.Money(quote.Total),
		},
	})
}

// foresee shows the tax of details that are known already, so that a page
// without a script shows it before the next step when it can.
func (h *Handler) foresee(v *visit, typed details) {
	if !typed.Billing.IsSet() {
		return
	}
	if quote, err := h.quote(v, typed); err == nil {
		v.look.Quote = quote
	}
}
