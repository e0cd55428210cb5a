package sqldb

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
)

// encodeArguments encodes the arguments of a statement as its parameters want
// them. The check is stricter than the server's: an argument of another kind
// than its parameter would be stored differently on SQLite, and is refused.
func encodeArguments(s *statement, oids []uint32) ([][]byte, error) {
	if len(s.args) != len(oids) {
		return nil, s.fail(fmt.Errorf("%d arguments for %d parameters", len(s.args), len(oids)))
	}
	encoded := make([][]byte, len(oids))
	for i, oid := range oids {
		value, err := encode(oid, s.args[i])
		if err != nil {
			return nil, s.fail(fmt.Errorf("argument $%d: %w", i+1, err))
		}
		encoded[i] = value
	}
	return encoded, nil
}

// encode gives the wire form of a value for a parameter; nil is NULL.
func encode(oid uint32, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case int64:
		switch oid {
		case pgtype.Int8OID:
			return binary.BigEndian.AppendUint64(make([]byte, 0, 8), uint64(v)), nil
		case pgtype.Int4OID:
			if v >= math.MinInt32 && v <= math.MaxInt32 {
				return binary.BigEndian.AppendUint32(make([]byte, 0, 4), uint32(int32(v))), nil
			}
		case pgtype.Int2OID:
			if v >= math.MinInt16 && v <= math.MaxInt16 {
				return binary.BigEndian.AppendUint16(make([]byte, 0, 2), uint16(int16(v))), nil
			}
		case pgtype.NumericOID:
			return strconv.AppendInt(nil, v, 10), nil
		}
	case string:
		switch oid {
		case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID:
			return []byte(v), nil
		}
	case []byte:
		if oid == pgtype.ByteaOID {
			return v, nil
		}
	case bool:
		if oid == pgtype.BoolOID {
			if v {
				return []byte{1}, nil
			}
			return []byte{0}, nil
		}
	}
	return nil, fmt.Errorf("a Go %T for a parameter of type %s", value, typeName(oid))
}

// decode brings a column to the closed set of scan.
func decode(oid uint32, raw []byte) (any, error) {
	if raw == nil {
		return nil, nil
	}
	switch oid {
	case pgtype.Int8OID:
		return int64(binary.BigEndian.Uint64(raw)), nil
	case pgtype.Int4OID:
		return int64(int32(binary.BigEndian.Uint32(raw))), nil
	case pgtype.Int2OID:
		return int64(int16(binary.BigEndian.Uint16(raw))), nil
	case pgtype.BoolOID:
		return raw[0] != 0, nil
	case pgtype.ByteaOID:
		return append(make([]byte, 0, len(raw)), raw...), nil
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.UnknownOID:
		return string(raw), nil
	case pgtype.NumericOID:
		// SUM over BIGINT is NUMERIC here and an integer on SQLite.
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a NUMERIC that is not an integer of 64 bits")
		}
		return n, nil
	}
	return nil, fmt.Errorf("type %s is not of the portable subset", typeName(oid))
}

func typeName(oid uint32) string {
	if t, ok := pgtype.NewMap().TypeForOID(oid); ok {
		return t.Name
	}
	return "oid " + strconv.FormatUint(uint64(oid), 10)
}
