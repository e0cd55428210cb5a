package sqldb

import (
	"context"
	"errors"
	"fmt"
	"os"

	"modernc.org/sqlite"
)

// copyPages is how many pages one step of a copy takes: with pages of 4 kB a
// megabyte, for which the writer pauses about a millisecond.
const copyPages = 256

// Copied is a database and the new file that its copy goes to.
type Copied struct {
	DB   DB
	Path string
}

// CopyTogether copies SQLite databases as they are at one moment, while they
// are being written to. The copies are whole and on the disk when it returns;
// after an error they are removed.
//
// The moment is one of the first database at which no commit of it is under
// way, and the others are cut while its writer still waits. So what a later
// database was told because of a commit in an earlier one is never in the
// copies without that commit, and the reverse.
//
// Pages are copied on the writer's own connection between two transactions, a
// megabyte at a time, and pages that change behind the copier are copied again
// by the commit that changes them. So no read transaction keeps the write-ahead
// log from starting over, however large the database is, and no load, however
// heavy, makes the copy begin anew. progress, which may be nil, is told how
// many bytes have been copied, of how many.
//
// It needs the databases of the process that writes to them: another process's
// commits are not seen by a copy and would restart it.
func CopyTogether(ctx context.Context, targets []Copied, progress func(done, total int64)) (err error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	copies := make([]*copying, 0, len(targets))
	defer func() {
		for _, c := range copies {
			err = errors.Join(err, c.end())
		}
		if err == nil {
			return
		}
		for _, c := range copies {
			err = errors.Join(err, os.Remove(c.path))
		}
	}()
	for _, target := range targets {
		db, ok := target.DB.(*sqliteDB)
		if !ok {
			return fmt.Errorf("sqldb: a %T is copied by its own server's tools", target.DB)
		}
		c, err := startCopy(ctx, db, target.Path)
		if err != nil {
			return err
		}
		copies = append(copies, c)
	}
	for {
		near, done, total := true, int64(0), int64(0)
		for _, c := range copies {
			if err := c.step(ctx); err != nil {
				return err
			}
			near = near && c.nearly
			done, total = done+c.done, total+c.total
		}
		progress(done, total)
		if near {
			break
		}
	}
	if err := cut(ctx, copies); err != nil {
		return err
	}
	for _, c := range copies {
		if err := syncFile(c.path); err != nil {
			return fmt.Errorf("sqldb: copy: %w", err)
		}
	}
	return nil
}

// cut takes the last step of every copy while the writers of all those before
// it wait.
func cut(ctx context.Context, copies []*copying) error {
	if len(copies) == 0 {
		return nil
	}
	return copies[0].db.aside(ctx, func(*sqliteConn) error {
		const rest = -1
		if _, err := copies[0].backup.Step(rest); err != nil {
			return fmt.Errorf("sqldb: copy: %w", err)
		}
		return cut(ctx, copies[1:])
	})
}

// copying is one copy under way. Its backup is touched on the writer's
// goroutine only, whose connection it works on.
type copying struct {
	db          *sqliteDB
	path        string
	backup      *sqlite.Backup
	done, total int64 // bytes
	nearly      bool  // what is left fits into one step
}

// startCopy makes the file and ties the copy to the writer's connection.
func startCopy(ctx context.Context, db *sqliteDB, path string) (*copying, error) {
	// Made here and not by the engine, whose files everyone may read.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqldb: copy: %w", err)
	}
	c := &copying{db: db, path: path}
	err = errors.Join(file.Close(), db.aside(ctx, func(conn *sqliteConn) error {
		dsn, err := sqliteDSN(path)
		if err != nil {
			return err
		}
		source, ok := conn.conn.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("sqldb: the driver cannot copy a database")
		}
		// A copy that was interrupted is worth nothing, so it needs no journal;
		// and the writer must not wait for its disk, which is synced at the end.
		c.backup, err = source.NewBackup(dsn + "&_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)")
		return err
	}))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: copy: %w", err), os.Remove(path))
	}
	return c, nil
}

func (c *copying) step(ctx context.Context) error {
	return c.db.aside(ctx, func(*sqliteConn) error {
		// A step that reaches the end completes the copy, and what changes after
		// it would be missing: so the last pages are left for the cut. A step of
		// no page only looks how many there are.
		if _, err := c.backup.Step(0); err != nil {
			return fmt.Errorf("sqldb: copy: %w", err)
		}
		if c.backup.Remaining() > copyPages {
			if _, err := c.backup.Step(copyPages); err != nil {
				return fmt.Errorf("sqldb: copy: %w", err)
			}
		}
		left, pages := int64(c.backup.Remaining()), int64(c.backup.PageCount())
		size := c.db.sequencer.wal.pageSize
		c.done, c.total, c.nearly = (pages-left)*size, pages*size, left <= copyPages
		return nil
	})
}

// end unties the copy from the writer's connection. A second call does nothing.
func (c *copying) end() error {
	if c.backup == nil {
		return nil
	}
	backup := c.backup
	c.backup = nil
	err := c.db.aside(context.Background(), func(*sqliteConn) error { return backup.Finish() })
	if err != nil {
		return fmt.Errorf("sqldb: end copy: %w", err)
	}
	return nil
}
