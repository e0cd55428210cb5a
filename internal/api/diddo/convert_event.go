package diddo

import (
	"tillway/internal/cart"
	"tillway/internal/pay"
)

// fromSnapshot is the data of an event of a checkout.
func fromSnapshot(s cart.Snapshot) eventDataWire {
	data := eventDataWire{
		CheckoutID: string(s.Checkout), CartID: string(s.Cart), TemplateCartID: textOrNull(s.Origin), Status: string(s.Status),
		Reason: string(s.Reason), PaymentOption: string(s.Option), Amount: fromMoney(s.Total),
	}
	if s.Failure != nil {
		failed := failureWire(*s.Failure)
		data.Failure = &failed
	}
	if s.Email != "" {
		data.Customer = &customerTold{Email: s.Email}
	}
	return data
}

// fromOrder is what of a snapshot is told of its order.
func fromOrder(s cart.Snapshot) *orderTold {
	told := &orderTold{
		OrderID: string(s.Order), OrderNumber: s.OrderNumber, BuyerInfo: buyerInfoWire(fromBuyer(s.Email, s.Buyer)),
		Cost: costTold{Subtotal: fromMoney(s.Subtotal), Tax: fromMoney(s.Tax), Shipping: fromMoney(s.Shipping), Total: fromMoney(s.Total)},
	}
	store := storeTold{
		Store: string(s.Store), CartLines: []cartLineWire{},
		Subtotal: told.Cost.Subtotal, Shipping: told.Cost.Shipping, Tax: told.Cost.Tax,
	}
	for _, line := range s.Lines {
		store.CartLines = append(store.CartLines, fromLine(line.Line, s.StoreName, line.Available))
	}
	told.Stores = []storeTold{store}
	return told
}

func fromRefund(r pay.Refund) *refundTold {
	return &refundTold{ID: string(r.ID), Amount: fromMoney(r.Amount), Status: string(r.State), Reason: r.Reason}
}
