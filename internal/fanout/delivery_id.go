package fanout

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"

	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// deliveryID is the id of the delivery of an event to a receiver, which is the
// id of an endpoint or of a callback, under a name: a UUID of version 7 whose time is the event's and whose random bits
// are a hash of the three. So a transaction that runs again inserts the same
// ids, and the ids still grow with time, as the index on them likes.
func deliveryID(event pay.Event, receiver, name string) webhook.DeliveryID {
	hash := sha256.New()
	for _, part := range [...]string{string(event.ID), receiver, name} {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(part)))
		hash.Write(size[:])
		hash.Write([]byte(part))
	}
	var derived uuid.UUID
	copy(derived[:], hash.Sum(nil))
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(event.At.UnixMilli()))
	copy(derived[:6], ms[2:])
	derived[6] = derived[6]&0x0f | 0x70
	derived[8] = derived[8]&0x3f | 0x80
	return webhook.DeliveryID(derived.String())
}
