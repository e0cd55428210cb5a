package pancake

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func (d *dialect) toCancellation(_ context.Context, call *api.Call, wire cancelOrderWire) (pay.Cancellation, error) {
	if err := require(text("orderId", wire.OrderID)); err != nil {
		return pay.Cancellation{}, err
	}
	return pay.Cancellation{ID: pay.OrderID(wire.OrderID), Actor: call.Actor(), At: call.At}, checkID("orderId", id.Order, wire.OrderID)
}

func fromOrderStatus(_ *api.Call, order pay.Order) any {
	return success(orderStatusWire{OrderID: string(order.ID), Status: string(order.Status)})
}
