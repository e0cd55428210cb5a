// Package checkout is the hosted checkout: the pages under
// /store/{slug}/checkout/{id} and the same endpoints answered in JSON, for the
// command line and for tests (spec/pancake.md §8); a product's permanent page,
// which leads there; and the sheet of a store's theme. The sales of other
// dialects have the same pages behind doors of their own (see Door), and ask what
// the sale's pay.Form says.
//
// A purchase goes details → payment → (challenge, waiting) → paid. Which of
// these a browser sees is decided by pay.LookAtCheckout alone; a handler only
// carries the buyer's words to a command of the core and sends the browser
// back to the page. The package holds no state, so every page works after a
// restart and on every node. It may not know SQL, a dialect or a provider; it
// stores nothing that was typed, and a card's number and code are never
// written back into a page.
//
// # Endpoints
//
// Every request answers HTML, or JSON (type Answer) when Accept names
// application/json and not text/html. Bodies are forms, or one flat JSON object
// of the same fields.
//
//	GET  /store/{slug}/checkout/{id}            where the purchase is
//	POST /store/{slug}/checkout/{id}/details    email country postcode state business businessName taxId; other forms: see below
//	POST /store/{slug}/checkout/{id}/tax        country postcode state business taxId (always JSON, changes nothing)
//	POST /store/{slug}/checkout/{id}/pay        method number expiry cvc holder turn; phone cnic; sandbox=approve|decline
//	POST /store/{slug}/checkout/{id}/challenge  answer=approve|refuse, or code
//	POST /store/{slug}/checkout/{id}/cancel     gives up a sale that offers it
//	POST /store/{slug}/checkout/{id}/identify   Authorization: Bearer (always JSON)
//	GET  /store/{slug}/product/{id}             currency email success_url test country is_business; writes nothing
//	POST /store/{slug}/product/{id}             the same members; opens a checkout (type OfferAnswer)
//	GET  /store/{slug}/theme/{hash}.css         the colours of the store's pages
//
// Behind a door the first, /details, /pay, /challenge and /cancel follow its
// prefix and the checkout's public name. /details takes name phone city address1
// with pay.FormContact; email firstName lastName phone address1 address2 city
// province postcode country with pay.FormDelivery; and is not there with
// pay.FormNone. A member that is not posted is what the request told.
//
// Every page takes ?lang=, the choice of a language at its foot.
//
// A form that was accepted answers 303 to the page; one with mistakes is drawn
// again with 422. In JSON the statuses are those of statusOf.
package checkout
