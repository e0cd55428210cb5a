package wayl

import (
	"tillway/internal/link"
)

// fromSnapshot is the body of a webhook about a link.
func fromSnapshot(s link.Snapshot, name string) eventWire {
	wire := eventWire{
		Verb: "POST", Event: name, ReferenceID: s.Reference, PaymentMethod: methodOf(s.Method), PaymentStatus: s.Word,
		PaymentProcessor: s.Processor, Total: dinarsOf(s.Total), Commission: roundedDinars(s.Commission), Code: s.Code,
		Customer: customerWire(s.Customer), Items: make([]eventItemWire, 0, len(s.Lines)), ID: string(s.ID), CustomParameter: s.Parameter,
	}
	for _, line := range s.Lines {
		wire.Items = append(wire.Items, eventItemWire{Type: string(line.Effect), Label: line.Label, Amount: dinarsOf(line.Amount)})
	}
	return wire
}
