package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
)

// NoticeID is a UUID.
type NoticeID string

// Notice is what a merchant should know of an endpoint: that it is failing, or
// that it was disabled and why. There is one for each endpoint, beginning of a
// time of failing, and level.
type Notice struct {
	ID       NoticeID
	Endpoint EndpointID
	Store    StoreID
	Env      Env
	Reason   DisabledFor
	Level    int       // per cent of FailingSpan; 100: the endpoint is disabled
	Since    time.Time // failing since; of other reasons, when it was disabled
	At       time.Time
}

// Disabled reports whether the endpoint does not receive any more.
func (n Notice) Disabled() bool { return n.Level >= 100 }

// Named fills in the id, which follows from the rest: a transaction that runs
// again makes the same, and ids grow with time.
func (n Notice) Named() Notice {
	hash := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", n.Endpoint, n.Since.UnixMicro(), n.Level))
	derived := uuid.UUID(hash[:16])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(n.At.UnixMilli()))
	copy(derived[:6], ms[2:])
	derived[6] = derived[6]&0x0f | 0x70
	derived[8] = derived[8]&0x3f | 0x80
	n.ID = NoticeID(derived.String())
	return n
}

// log writes the one line of a notice.
func (n Notice) log(ctx context.Context, log *slog.Logger) {
	message := "webhook endpoint is failing"
	if n.Disabled() {
		message = "webhook endpoint disabled"
	}
	log.LogAttrs(ctx, slog.LevelWarn, message,
		slog.String("endpoint", string(n.Endpoint)), slog.String("store", string(n.Store)), slog.String("env", string(n.Env)),
		slog.String("reason", string(n.Reason)), slog.Int("level", n.Level), slog.Time("since", n.Since))
}
