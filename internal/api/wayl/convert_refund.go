package wayl

import (
	"context"
	"strings"

	"tillway/internal/api"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/pay"
)

// Limits of refunds (spec/wayl.md §3).
const (
	minRefund          = 1000
	minRefundReference = 2
	minReason          = 100
	maxReason          = 1500
	maxAccount         = 255 // ours
)

// refundMethods are how a customer may get money back.
var refundMethods = []string{"QiCard", "FIB", "ZainCash"}

// toRefundRequest reads a request for a refund.
func (d *dialect) toRefundRequest(_ context.Context, call *api.Call, wire createRefundWire, found *problems) link.RefundCreation {
	in := link.RefundRequest{ID: pay.RefundID(call.IDs().New(id.Refund)), Actor: call.Actor(), At: call.At}
	in.Reference = toReference(wire.ReferenceID, minRefundReference, found)
	if wire.Reason == nil || strings.TrimSpace(*wire.Reason) == "" {
		found.missing("reason")
	} else if reason := found.text("reason", wire.Reason, minReason, maxReason); reason != nil {
		in.Reason = *reason
	}
	in.Amount = found.toDinars("amount", wire.Amount, minRefund)
	in.Method, in.Account = toRefundMethod(wire, found)
	return d.links.RefundCreation(in)
}

// toRefundMethod reads how the customer is to get the money: both members, or
// neither.
func toRefundMethod(wire createRefundWire, found *problems) (method, account string) {
	switch {
	case wire.RefundMethod == nil && wire.AccountNumber == nil:
		return "", ""
	case wire.RefundMethod == nil:
		found.addf("refundMethod", "missing_field", "refundMethod is required with accountNumber")
	case wire.AccountNumber == nil || strings.TrimSpace(*wire.AccountNumber) == "":
		found.addf("accountNumber", "missing_field", "accountNumber is required with refundMethod")
	}
	if wire.RefundMethod != nil {
		method = *wire.RefundMethod
		known := false
		for _, one := range refundMethods {
			known = known || one == method
		}
		if !known {
			found.addf("refundMethod", "bad_refund_method", "refundMethod must be %s", strings.Join(refundMethods, ", "))
		}
	}
	if number := found.text("accountNumber", wire.AccountNumber, 1, maxAccount); number != nil {
		account = *number
	}
	return method, account
}

func fromNewRefund(_ *api.Call, r link.Refund) (pay.Answer, error) {
	wire, err := fromRefund(r)
	if err != nil {
		return pay.Answer{}, err
	}
	return created(wire, "Refund created successfully.")
}

// initiators name who asked (spec/wayl.md §3).
var initiators = map[pay.RefundParty]string{
	pay.AskedByMerchant: "Merchant", pay.AskedByCustomer: "Customer", pay.AskedByOperator: "System", pay.AskedBySystem: "System",
}

func fromRefund(r link.Refund) (refundWire, error) {
	shown, err := link.RefundIDOf(r.ID)
	return refundWire{
		ID: string(shown), Reason: r.Reason, LinkID: string(r.Link), ReferenceID: r.Reference, Amount: dinarsOf(r.Amount),
		InitiatedBy: initiators[r.AskedBy], Status: string(r.Status()), RefundMethod: textOrNull(r.Method), AccountNumber: textOrNull(r.Account),
	}, err
}

// listRefunds answers GET /refunds.
func (d *dialect) listRefunds(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var found problems
	asked := found.query(call)
	query := link.RefundQuery{Store: call.Actor().Store, Reference: asked.Get("referenceId")}
	query.Take, query.Skip = found.page(asked)
	query.Statuses = statusesIn[link.RefundStatus](&found, asked)
	if query.Reference != "" {
		found.text("referenceId", &query.Reference, 1, maxReference)
	}
	if err := found.fault(); err != nil {
		return pay.Answer{}, err
	}
	var list []link.Refund
	if err := d.core.View(ctx, func(r pay.Records) (err error) {
		list, err = d.links.Rows(r).Refunds(query)
		return err
	}); err != nil {
		return pay.Answer{}, err
	}
	wires := make([]refundWire, 0, len(list))
	for _, refund := range list {
		wire, err := fromRefund(refund)
		if err != nil {
			return pay.Answer{}, err
		}
		wires = append(wires, wire)
	}
	return ok(wires, done)
}

// getRefund answers GET /refunds/{refundId}.
func (d *dialect) getRefund(ctx context.Context, call *api.Call) (pay.Answer, error) {
	refundID, err := link.RefundID(call.PathValue("refundId")).Core()
	if err != nil {
		return pay.Answer{}, err
	}
	var refund link.Refund
	err = d.core.View(ctx, func(r pay.Records) (err error) {
		refund, err = d.links.Rows(r).Refund(refundID)
		return err
	})
	switch {
	case err != nil:
		return pay.Answer{}, err
	case refund.Store != call.Actor().Store:
		return pay.Answer{}, link.ErrRefundNotFound
	}
	wire, err := fromRefund(refund)
	if err != nil {
		return pay.Answer{}, err
	}
	return ok(wire, done)
}

// cancelRefund answers DELETE /refunds/{refundId}/cancel.
func (d *dialect) cancelRefund(ctx context.Context, call *api.Call) (pay.Answer, error) {
	refundID, err := link.RefundID(call.PathValue("refundId")).Core()
	if err != nil {
		return pay.Answer{}, err
	}
	refund, err := pay.Run(ctx, call.Core, d.links.WithdrawRefund, link.RefundWithdrawal{ID: refundID, Actor: call.Actor(), At: call.At})
	if err != nil {
		return pay.Answer{}, err
	}
	wire, err := fromRefund(refund)
	if err != nil {
		return pay.Answer{}, err
	}
	return created(wire, done)
}
