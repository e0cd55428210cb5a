package sqldb_test

import (
	"testing"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

func TestSettingsOfPostgresAreTold(t *testing.T) {
	t.Parallel()
	s, err := sqldb.ReadPostgresSettings(t.Context(), sqldbtest.OpenPostgres(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if s.Version < 100000 || s.Fsync == "" || s.SynchronousCommit == "" || s.FullPageWrites == "" || s.MaxConnections < 1 {
		t.Errorf("the settings are %+v", s)
	}
	if skew := time.Since(s.Now).Abs(); skew > time.Hour {
		t.Errorf("the server's clock is %v away on the same host", skew)
	}
	if _, err := sqldb.ReadPostgresSettings(t.Context(), sqldbtest.OpenSQLite(t, nil)); err == nil {
		t.Error("SQLite tells settings of PostgreSQL")
	}
}
