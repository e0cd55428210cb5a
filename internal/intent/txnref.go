package intent

import "tillway/internal/id"

const (
	txnRefPrefix = "WPAY"
	txnRefDrawn  = 16
	txnRefLegal  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)

// NewTxnRef draws a transaction reference (spec/waypay.md §6).
func NewTxnRef(ids *id.Source) string {
	const fair = 256 / len(txnRefLegal) * len(txnRefLegal) // bytes beyond would favour some letters
	drawn := make([]byte, 0, txnRefDrawn)
	for len(drawn) < txnRefDrawn {
		for _, b := range ids.Bytes(txnRefDrawn) {
			if int(b) < fair && len(drawn) < txnRefDrawn {
				drawn = append(drawn, txnRefLegal[int(b)%len(txnRefLegal)])
			}
		}
	}
	return txnRefPrefix + string(drawn)
}
