package sqldb

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errGoexit = errors.New("sqldb: closure ended its goroutine")

// closure is one admitted Write on its way through the sequencer.
type closure struct {
	fn   func(Tx) error
	tx   *tx
	err  error
	done chan struct{} // closed when err is final
	// aside runs instead of fn, in no transaction; see sqliteDB.aside.
	aside func(*sqliteConn) error
}

// finish answers the caller of Write, who must not hear earlier: even a refusal
// may rest on what an uncommitted neighbour has written.
func (c *closure) finish(err error) {
	c.err = err
	close(c.done)
}

// sequencer is the only writer of a SQLite database. It gives each closure a
// savepoint and each batch of closures one commit, so that the price of a
// durable commit is shared by all who wait for it.
type sequencer struct {
	cfg     SQLiteConfig
	conn    *sqliteConn
	wal     *wal
	queue   chan *closure
	batch   []*closure    // of the open transaction
	current *closure      // the one of the batch that is running
	alone   []*closure    // to be run again, each in a transaction of its own
	dead    error         // set after a failed COMMIT
	stopped chan struct{} // closed when run has ended
}

func newSequencer(cfg SQLiteConfig, conn *sqliteConn, wal *wal) *sequencer {
	return &sequencer{
		cfg:     cfg,
		conn:    conn,
		wal:     wal,
		queue:   make(chan *closure, 4*cfg.BatchMax),
		stopped: make(chan struct{}),
	}
}

// run serves the queue until it is closed and empty.
func (s *sequencer) run() {
	defer func() {
		if s.current == nil {
			close(s.stopped)
			return
		}
		// A closure called runtime.Goexit, as a test that fails does. This
		// goroutine cannot be saved; another takes over.
		s.current.err = errGoexit
		s.discard()
		go s.run()
	}()
	for {
		if len(s.alone) > 0 {
			first := s.alone[0]
			s.alone = s.alone[1:]
			s.serve(first, 1)
			continue
		}
		first, open := <-s.queue
		if !open {
			return
		}
		s.serve(first, s.cfg.BatchMax)
	}
}

// serve commits first together with whatever waits behind it, limit closures
// at most. It never waits for a batch to fill, so a lone closure pays nothing
// for the batching.
func (s *sequencer) serve(first *closure, limit int) {
	if s.dead != nil {
		first.finish(s.dead)
		return
	}
	if first.aside != nil {
		s.current = first
		first.err = call(func() error { return first.aside(s.conn) })
		s.current = nil
		first.finish(first.err)
		return
	}
	if err := s.exec("BEGIN IMMEDIATE"); err != nil {
		first.finish(fmt.Errorf("sqldb: begin: %w", err))
		return
	}
	for next := first; next != nil; next = s.draw(limit) {
		s.batch = append(s.batch, next)
		s.current = next
		if !s.try(next) {
			s.discard()
			return
		}
		s.current = nil
	}
	s.commit()
	s.wal.committed()
}

// draw gives one more closure if the batch has room and one is waiting.
func (s *sequencer) draw(limit int) *closure {
	if len(s.batch) >= limit {
		return nil
	}
	select {
	case c := <-s.queue: // nil when closed
		if c != nil && c.aside != nil {
			s.alone = append(s.alone, c) // it cannot run in this transaction
			return nil
		}
		return c
	default:
		return nil
	}
}

// try runs a closure in a savepoint and leaves its result in c.err. A conflict
// runs it once more and not oftener: nobody else writes meanwhile, so only a
// closure that itself does something else can succeed.
//
// It reports false when the engine has thrown the whole transaction away, and
// the savepoint with it.
func (s *sequencer) try(c *closure) (alive bool) {
	for attempt := 1; ; attempt++ {
		if err := s.exec("SAVEPOINT closure"); err != nil {
			c.err = fmt.Errorf("sqldb: savepoint: %w", err)
			return false
		}
		c.err = s.attempt(c)
		if c.err == nil {
			c.err = s.exec("RELEASE closure")
			if c.err == nil {
				return true
			}
		}
		if s.exec("ROLLBACK TO closure") != nil || s.exec("RELEASE closure") != nil {
			return false
		}
		if attempt == 2 || !errors.Is(c.err, ErrConflict) {
			return true
		}
	}
}

func (s *sequencer) attempt(c *closure) error {
	started := time.Now()
	c.tx = &tx{session: s.conn}
	err := call(func() error { return c.fn(c.tx) })
	if err == nil {
		_, err = c.tx.flushPending()
	}
	logOverBudget(s.cfg.Log, SQLite, time.Since(started))
	return c.tx.finish(err)
}

// discard answers the closure that lost the transaction and puts the others of
// its batch aside, to be run again one by one: of them none can lose it for
// another. Those that had failed run again too, for they had failed on a state
// that is gone.
func (s *sequencer) discard() {
	_ = s.exec("ROLLBACK") // fails when the engine has done it already, which is as good
	for _, c := range s.batch {
		if c != s.current {
			s.alone = append(s.alone, c)
		}
	}
	s.batch = s.batch[:0]
	s.current.finish(s.current.err)
	s.current = nil
}

// commit makes the batch durable and answers it. After an error at COMMIT
// nobody knows what reached the disk until the file is opened again, so the
// database's life ends.
func (s *sequencer) commit() {
	started := time.Now()
	err := s.cfg.AtCommit(func() error { return s.exec("COMMIT") })
	s.cfg.Committed(len(s.batch), time.Since(started))
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrUnknownCommit, err)
		s.dead = fmt.Errorf("%w after a failed commit: %w", ErrClosed, err)
		s.cfg.Fatal(err)
	}
	for _, c := range s.batch {
		if err != nil {
			c.err = err
		}
		c.finish(c.err)
	}
	clear(s.batch)
	s.batch = s.batch[:0]
}

func (s *sequencer) exec(sql string) error {
	_, err := s.conn.exec(context.Background(), sql)
	return err
}
