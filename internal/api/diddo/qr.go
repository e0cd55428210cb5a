package diddo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"rsc.io/qr"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/pay"
)

// The types of picture.
const (
	typePNG = "image/png"
	typeSVG = "image/svg+xml"
)

// drawCode answers GET /checkout/{cart_id}/qr with a code that leads a buyer's
// telephone to the hosted page. Without a type of its own the route gives what
// the caller prefers, and PNG to who does not care (spec/diddo.md §5).
func (d *dialect) drawCode(mediaType string) api.Handler {
	return func(ctx context.Context, call *api.Call) (pay.Answer, error) {
		found, err := d.pathCart(ctx, call)
		if err != nil {
			return pay.Answer{}, err
		}
		if found.Status == cart.Submitted {
			return pay.Answer{}, cart.ErrNotFound // there is nothing to buy any more
		}
		code, err := qr.Encode(d.entryOf(found.ID), qr.M)
		if err != nil {
			return pay.Answer{}, err
		}
		drawn := mediaType
		if drawn == "" {
			drawn = preferred(call.Header.Values("Accept"))
			call.Tell("Vary", "Accept")
		}
		call.Tell("Content-Type", drawn)
		body := code.PNG()
		if drawn == typeSVG {
			body = drawSVG(code)
		}
		return pay.Answer{Status: http.StatusOK, Body: body}, nil
	}
}

// entryOf is where the hosted page of any cart is opened.
func (d *dialect) entryOf(of cart.ID) string {
	return d.publicURL + Root + "/checkout?cart_id=" + string(of)
}

// quiet is how many modules around a code stay white (ISO/IEC 18004).
const quiet = 4

// drawSVG draws each row's dark runs as one path.
func drawSVG(code *qr.Code) []byte {
	side := code.Size + 2*quiet
	var path bytes.Buffer
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			start := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start+quiet, y+quiet, x-start, x-start)
		}
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges">`+
		`<title>Checkout</title><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, side, side, side*8, side*8, side, side, path.Bytes())
}
