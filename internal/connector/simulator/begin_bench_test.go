package simulator_test

import (
	"strconv"
	"sync/atomic"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/sqldb/sqldbtest"
)

// BenchmarkBegin is a durable plain success by 64 callers on each engine; the
// full checkout of `make bench` cannot be faster than this.
func BenchmarkBegin(b *testing.B) {
	run := func(b *testing.B, sim *simulator.Simulator) {
		var charges atomic.Int64
		b.SetParallelism(32)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				reference := "ATT_" + strconv.FormatInt(charges.Add(1), 10)
				result := sim.Begin(b.Context(), cardCharge(reference, "4576750000000110"))
				if result.Outcome != connector.Succeeded {
					b.Errorf("outcome %q (%s)", result.Outcome, result.Message)
				}
			}
		})
	}
	b.Run("sqlite", func(b *testing.B) {
		run(b, simulator.New(simulator.Config{DB: sqldbtest.OpenSQLite(b, simulator.Migrations)}))
	})
	b.Run("postgres", func(b *testing.B) {
		run(b, simulator.New(simulator.Config{DB: sqldbtest.OpenPostgres(b, simulator.Migrations)}))
	})
}
