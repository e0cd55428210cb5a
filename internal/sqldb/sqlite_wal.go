package sqldb

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
)

const (
	// lookEvery is after how many commits the size of the log is looked at.
	lookEvery = 8
	// resetPatience is how long the paused writer waits for readers that still
	// need the log, in milliseconds.
	resetPatience = "50"
)

// wal keeps the write-ahead log of a SQLite database short. What waits in it
// is copied into the database file beside the writer, on a connection of its
// own. Under steady load that never catches up with the writer, and the log
// can start over only when it does; so above a size the writer pauses for it.
type wal struct {
	log        *slog.Logger
	copyAbove  int64 // bytes waiting to be copied
	resetAbove int64 // bytes of log
	pageSize   int64
	looker     *sqliteConn // the writer's connection; used by the sequencer only
	commits    int         // since the last look
	resetNext  int64       // bytes of log before which no reset is tried

	mu     sync.Mutex // held while copier runs a checkpoint
	copier *sqliteConn
	wake   chan struct{}
	done   chan struct{}
}

func openWAL(ctx context.Context, cfg SQLiteConfig, writer *sqliteConn) (*wal, error) {
	copier, err := openSQLiteConn(ctx, cfg.Path, sqlitePragmas("busy_timeout="+resetPatience)...)
	if err != nil {
		return nil, err
	}
	w := &wal{
		log:        cfg.Log,
		copyAbove:  cfg.CheckpointBytes,
		resetAbove: cfg.ResetBytes,
		resetNext:  cfg.ResetBytes,
		looker:     writer,
		copier:     copier,
		wake:       make(chan struct{}, 1),
		done:       make(chan struct{}),
	}
	page, err := writer.query(ctx, "PRAGMA page_size")
	if err != nil {
		return nil, fmt.Errorf("sqldb: page size: %w", err)
	}
	if err := (single{page}).Scan(&w.pageSize); err != nil {
		return nil, fmt.Errorf("sqldb: page size: %w", err)
	}
	go w.copy()
	return w, nil
}

// committed is called by the sequencer between two transactions.
func (w *wal) committed() {
	if w.commits++; w.commits < lookEvery {
		return
	}
	w.commits = 0
	state, err := w.checkpoint(w.looker, "NOOP")
	switch {
	case err != nil:
		w.log.Warn("cannot look at the write-ahead log", "error", err)
	case state.size >= w.resetNext:
		w.reset()
	case state.waiting >= w.copyAbove:
		select {
		case w.wake <- struct{}{}:
		default: // already asked
		}
	}
}

// reset makes the log start over with the next commit. Readers of an old
// snapshot may prevent it; then it is tried again when the log has grown by
// what a copy takes.
func (w *wal) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	state, err := w.checkpoint(w.copier, "RESTART")
	switch {
	case err != nil:
		w.log.Warn("checkpoint failed", "mode", "RESTART", "error", err)
		w.resetNext += w.copyAbove
	case state.busy:
		w.resetNext = state.size + w.copyAbove
	default:
		w.resetNext = w.resetAbove
	}
}

// copy runs a passive checkpoint each time it is woken, until wake is closed.
func (w *wal) copy() {
	defer close(w.done)
	for range w.wake {
		w.mu.Lock()
		if _, err := w.checkpoint(w.copier, "PASSIVE"); err != nil {
			w.log.Warn("checkpoint failed", "mode", "PASSIVE", "error", err)
		}
		w.mu.Unlock()
	}
}

// walState is what a checkpoint reports, in bytes.
type walState struct {
	size    int64 // of the log
	waiting int64 // of it, not yet in the database file
	busy    bool  // somebody prevented the checkpoint from being complete
}

func (w *wal) checkpoint(conn *sqliteConn, mode string) (walState, error) {
	rows, err := conn.query(context.Background(), "PRAGMA wal_checkpoint("+mode+")")
	if err != nil {
		return walState{}, err
	}
	var busy bool
	var frames, copied int64
	if err := (single{rows}).Scan(&busy, &frames, &copied); err != nil {
		return walState{}, err
	}
	return walState{size: frames * w.pageSize, waiting: (frames - copied) * w.pageSize, busy: busy}, nil
}

func (w *wal) close() error {
	close(w.wake)
	<-w.done
	return w.copier.close()
}
