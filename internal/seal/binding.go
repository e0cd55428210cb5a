package seal

import (
	"encoding/binary"

	"tillway/internal/fault"
)

// Binding is the place a sealed value belongs to. Table, Column and Row are
// required; Store and Env are empty for what belongs to no store.
type Binding struct {
	Table, Column, Row, Store, Env string
}

// encoded is the binding as associated data. Each part is led by its length,
// so that no two bindings spell the same bytes.
func (b Binding) encoded() ([]byte, error) {
	if b.Table == "" || b.Column == "" || b.Row == "" {
		return nil, fault.New(fault.Internal, "seal_binding", "A binding names at least table, column and row")
	}
	var bytes []byte
	for _, part := range [...]string{b.Table, b.Column, b.Row, b.Store, b.Env} {
		bytes = binary.BigEndian.AppendUint32(bytes, uint32(len(part)))
		bytes = append(bytes, part...)
	}
	return bytes, nil
}
