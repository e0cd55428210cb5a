package app_test

import (
	"log/slog"
	"os/exec"
	"path/filepath"
	"testing"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/id"
	"tillway/internal/sqldb/sqldbtest"
)

// The commands of docs/operations.md, while sales are under way: the dump is
// one moment of the sales and of the provider's book, and a server goes on from
// it elsewhere.
func TestADumpOfPostgresUnderLoadHoldsEveryCommittedSale(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{DatabaseURL: id.Secret(sqldbtest.PostgresURL(t, nil)), MasterKey: masterKey})
	go func() { // the receiver of webhooks keeps up
		for range s.hooks {
		}
	}()
	t.Cleanup(func() { close(s.hooks) })
	sales := newRush(t, s, 4)
	file := filepath.Join(t.TempDir(), "shop.dump")
	paid := sales.await(t, 15)
	mustExec(t, "pg_dump", "--format=custom", "--file="+file, s.where.DatabaseURL.Reveal())
	sales.await(t, sales.sold()+8) // the sales went on
	sales.end()
	if len(sales.broken) > 0 {
		t.Errorf("the dump broke a sale: %v", sales.broken)
	}

	elsewhere := config.Data{DatabaseURL: id.Secret(sqldbtest.PostgresURL(t, nil)), MasterKey: masterKey}
	mustExec(t, "pg_restore", "--exit-on-error", "--dbname="+elsewhere.DatabaseURL.Reveal(), file)
	log := slog.New(slog.DiscardHandler)
	if verdict, err := app.Verify(t.Context(), elsewhere, log, nil); err != nil || !verdict.Clean() {
		t.Fatalf("the restored data: %+v, %v", verdict, err)
	}
	orders := (&till{where: elsewhere}).mustQuery(t, `SELECT id, 1 FROM orders WHERE status = 'completed' LIMIT 100000`)
	for _, id := range paid {
		if orders[id] == 0 {
			t.Errorf("the sale %s was committed before the dump and is not in it", id)
		}
	}
	if len(orders) < len(paid) || len(orders) > sales.sold() {
		t.Errorf("the dump has %d sales, before it there were %d, in all %d", len(orders), len(paid), sales.sold())
	}
	mustStop(t, mustStart(t, serverConfig(elsewhere)))
	if verdict, err := app.Verify(t.Context(), elsewhere, log, nil); err != nil || !verdict.Clean() {
		t.Errorf("the restored data after a server ran on it: %+v, %v", verdict, err)
	}
}

func mustExec(t *testing.T, program string, args ...string) {
	t.Helper()
	if output, err := exec.CommandContext(t.Context(), sqldbtest.PostgresProgram(t, program), args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, output)
	}
}
