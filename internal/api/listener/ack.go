package listener

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

// acknowledge takes what the developer's program answered.
func (r *routes) acknowledge(_ context.Context, call *api.Call) (pay.Answer, error) {
	ack, err := toAck(call)
	if err != nil {
		return pay.Answer{}, err
	}
	if err := r.Hub.Settle(ack); err != nil {
		return pay.Answer{}, err
	}
	var answer ackAnswerWire
	answer.Data.Acknowledged = true
	return api.Document(http.StatusOK, answer)
}

func toAck(call *api.Call) (listen.Ack, error) {
	var wire ackWire
	if err := call.Decode(&wire); err != nil {
		return listen.Ack{}, err
	}
	ack := listen.Ack{
		Connection: wire.Connection, Holder: holder(call.Credential),
		Delivery: webhook.DeliveryID(wire.Delivery), Failure: webhook.Class(wire.Failure),
	}
	if wire.Failure != "" {
		return ack, nil
	}
	status, err := strconv.Atoi(string(wire.Status))
	if err != nil {
		return listen.Ack{}, fault.Invalidf("status", "bad_status", "status must be a whole number, or failure must say why there is none")
	}
	ack.Status = status
	if ack.Body, err = base64.StdEncoding.DecodeString(wire.Body); err != nil {
		return listen.Ack{}, fault.Invalidf("body", "bad_base64", "body must be in base64")
	}
	// What is beyond the caps of the log is cut off where it is stored.
	for _, line := range wire.Headers {
		ack.Headers = append(ack.Headers, listen.Header(line))
	}
	return ack, nil
}
