package app_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/sqldb"
)

func mute(string) {}

// A backup that is made while sales are under way, restored elsewhere, is
// whole: every sale that was committed before it began is in it, and the
// provider's book agrees with ours.
func TestABackupUnderLoadHoldsEveryCommittedSale(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	go func() { // the receiver of webhooks keeps up
		for range s.hooks {
		}
	}()
	t.Cleanup(func() { close(s.hooks) })
	sales := newRush(t, s, 6)
	log := slog.New(slog.DiscardHandler)
	type copied struct {
		file string
		paid []string
	}
	var backups []copied
	for i, sold := range []int{5, 25, 45} {
		made := copied{file: filepath.Join(t.TempDir(), "shop.tar"), paid: sales.await(t, sold)}
		report, err := app.Backup(t.Context(), s.where, made.file, log, mute)
		if err != nil {
			t.Fatal(err)
		}
		if report.Bytes == 0 || report.Versions["tillway.db"] == 0 || report.Versions["simulator.db"] == 0 {
			t.Errorf("backup %d says %+v", i, report)
		}
		backups = append(backups, made)
	}
	sales.await(t, 60) // the sales went on
	sales.end()
	if len(sales.broken) > 0 {
		t.Errorf("a backup broke a sale: %v", sales.broken)
	}
	if left, err := filepath.Glob(filepath.Join(s.where.Dir, ".copy-*")); err != nil || len(left) != 0 {
		t.Errorf("the backups left %v in the data directory (%v)", left, err)
	}

	for _, made := range backups {
		elsewhere := config.Data{Dir: dataDir(t)}
		mustCopyKey(t, s.where.Dir, elsewhere.Dir)
		if _, err := app.Restore(t.Context(), elsewhere, made.file, log, mute); err != nil {
			t.Fatal(err)
		}
		verdict, err := app.Verify(t.Context(), elsewhere, log, nil)
		if err != nil || !verdict.Clean() {
			t.Fatalf("the restored data: %+v, %v", verdict, err)
		}
		orders := (&till{where: elsewhere}).mustQuery(t, `SELECT id, 1 FROM orders WHERE status = 'completed' LIMIT 100000`)
		for _, id := range made.paid {
			if orders[id] == 0 {
				t.Errorf("the sale %s was committed before the backup and is not in it", id)
			}
		}
		// A server goes on from there, with what was under way.
		server := mustStart(t, serverConfig(elsewhere))
		mustStop(t, server)
		if verdict, err := app.Verify(t.Context(), elsewhere, log, nil); err != nil || !verdict.Clean() {
			t.Errorf("the restored data after a server ran on it: %+v, %v", verdict, err)
		}
	}
}

func mustCopyKey(t *testing.T, from, to string) {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(from, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, "master.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
}

// mustBackUp makes data with one merchant, and a backup of it without a server.
func mustBackUp(t *testing.T) (where config.Data, file string) {
	t.Helper()
	where = config.Data{Dir: dataDir(t)}
	server := mustStart(t, serverConfig(where))
	mustStop(t, server)
	file = filepath.Join(t.TempDir(), "shop.tar")
	if _, err := app.Backup(t.Context(), where, file, slog.New(slog.DiscardHandler), mute); err != nil {
		t.Fatal(err)
	}
	return where, file
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	where, file := mustBackUp(t)
	newer := filepath.Join(t.TempDir(), "newer.tar")
	mustAge(t, filepath.Join(where.Dir, "simulator.db"))
	if _, err := app.Backup(t.Context(), where, newer, log, mute); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file    string
		prepare func(t *testing.T, where *config.Data)
		code    string
	}{
		"a directory with anything in it": {file, func(t *testing.T, to *config.Data) {
			mustCopyKey(t, where.Dir, to.Dir)
			if err := os.WriteFile(filepath.Join(to.Dir, "notes.txt"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "data_dir_not_empty"},
		"data without its key":        {file, func(*testing.T, *config.Data) {}, "master_key_missing"},
		"data under another key":      {file, func(_ *testing.T, to *config.Data) { to.MasterKey = masterKey }, "wrong_master_key"},
		"data of a newer version":     {newer, func(t *testing.T, to *config.Data) { mustCopyKey(t, where.Dir, to.Dir) }, "database_newer"},
		"a file that is not a backup": {os.Args[0], func(t *testing.T, to *config.Data) { mustCopyKey(t, where.Dir, to.Dir) }, "backup_damaged"},
		"a place in PostgreSQL":       {file, func(_ *testing.T, to *config.Data) { *to = config.Data{DatabaseURL: "postgres://h/d"} }, "backup_postgres"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := config.Data{Dir: dataDir(t)}
			dir := to.Dir
			c.prepare(t, &to)
			before := entries(t, dir)
			_, err := app.Restore(t.Context(), to, c.file, log, mute)
			if fault.CodeOf(err) != c.code || fault.From(err).Hint == "" {
				t.Errorf("error %v, want %s with its remedy", err, c.code)
			}
			after := entries(t, dir)
			delete(after, "tillway.lock") // which says nothing
			if len(after) != len(before) {
				t.Errorf("the directory held %v and now holds %v", before, after)
			}
		})
	}
	t.Run("and leaves no directory that it made", func(t *testing.T) {
		t.Parallel()
		fresh := filepath.Join(dataDir(t), "fresh")
		if _, err := app.Restore(t.Context(), config.Data{Dir: fresh}, file, log, mute); err == nil {
			t.Fatal("a restore without a key succeeds")
		}
		if _, err := os.Stat(fresh); !os.IsNotExist(err) {
			t.Errorf("the directory is left behind: %v", err)
		}
	})
}

func entries(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, entry := range found {
		names[entry.Name()] = true
	}
	return names
}

// mustAge makes a database look as if a newer program had written it.
func mustAge(t *testing.T, path string) {
	t.Helper()
	db, err := sqldb.OpenSQLite(t.Context(), sqldb.SQLiteConfig{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(context.Background(), func(tx sqldb.Tx) error {
		tx.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99000, TRUE)`)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	where, file := mustBackUp(t)
	for name, c := range map[string]struct {
		where config.Data
		file  string
		code  string
	}{
		"to replace a file":           {where, file, "backup_exists"},
		"a directory without data":    {config.Data{Dir: dataDir(t)}, filepath.Join(t.TempDir(), "x"), "no_data"},
		"what PostgreSQL does better": {config.Data{DatabaseURL: "postgres://h/d"}, filepath.Join(t.TempDir(), "x"), "backup_postgres"},
		"a place that is not there":   {where, filepath.Join(t.TempDir(), "no", "x"), "backup_file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := app.Backup(t.Context(), c.where, c.file, log, mute); fault.CodeOf(err) != c.code || fault.From(err).Hint == "" {
				t.Errorf("error %v, want %s with its remedy", err, c.code)
			}
		})
	}
}

func TestMigrateSaysWhatItDid(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	places(t, func(t *testing.T, where config.Data) {
		if !where.Postgres() {
			if _, err := app.Migrate(t.Context(), where, log); !fault.Is(err, fault.NotFound) {
				t.Errorf("migrating nothing gives %v, want NotFound", err)
			}
			if err := os.WriteFile(filepath.Join(where.Dir, "tillway.db"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		first, err := app.Migrate(t.Context(), where, log)
		if err != nil || len(first) != 2 || first[0].From != 0 || first[0].To == 0 {
			t.Fatalf("got %+v, %v", first, err)
		}
		for i, file := range []string{"tillway.db", "simulator.db"} {
			if told := first[i].Database; (told == file) == where.Postgres() {
				t.Errorf("database %d is told as %q", i, told)
			}
		}
		second, err := app.Migrate(t.Context(), where, log)
		if err != nil || len(second) != 2 || second[0].From != first[0].To || second[0].To != first[0].To {
			t.Errorf("the second time: %+v, %v", second, err)
		}
	})
}
