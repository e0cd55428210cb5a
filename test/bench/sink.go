package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// numberHeader carries a delivery's number to the sink, which notes when it came.
const numberHeader = "X-Bench-Number"

// The sink is a process of its own, so that a receiver's work is not charged to
// the sender's scheduler. It answers every request at once with an empty 200,
// with as little work as a receiver can do: reading the head and skipping the
// body.

// serveSink runs until standard input closes, that is until its parent ends.
func serveSink() error {
	fast, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/hook http://%s\n", fast.Addr(), control.Addr())
	var state sinkState
	go accept(fast, state.answer)
	go func() { _ = http.Serve(control, &state) }()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func accept(l net.Listener, serve func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			serve(c)
		}()
	}
}

// sinkState is what the sink has seen.
type sinkState struct {
	count atomic.Int64
	mu    sync.Mutex
	came  map[int64]int64 // number → unix nanoseconds of the first time
}

var okAnswer = []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

func (s *sinkState) answer(c net.Conn) {
	in := bufio.NewReaderSize(c, 16<<10)
	for {
		length, number, err := readHead(in)
		if err != nil {
			return
		}
		if _, err := in.Discard(length); err != nil {
			return
		}
		now := time.Now().UnixNano()
		if _, err := c.Write(okAnswer); err != nil {
			return
		}
		s.count.Add(1)
		if number < 0 {
			continue
		}
		s.mu.Lock()
		if _, again := s.came[number]; !again {
			if s.came == nil {
				s.came = map[int64]int64{}
			}
			s.came[number] = now
		}
		s.mu.Unlock()
	}
}

// readHead reads a request's head; number is -1 when it has none.
func readHead(in *bufio.Reader) (length int, number int64, err error) {
	number = -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return length, number, nil
		}
		name, value, found := bytes.Cut(line, []byte(": "))
		switch {
		case !found:
		case strings.EqualFold(string(name), "Content-Length"):
			length, err = strconv.Atoi(string(value))
		case strings.EqualFold(string(name), numberHeader):
			number, err = strconv.ParseInt(string(value), 10, 64)
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

// ServeHTTP is the control address: the count, or the arrivals.
func (s *sinkState) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/count" {
		fmt.Fprintln(w, s.count.Load())
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for number, at := range s.came {
		fmt.Fprintln(w, number, at)
	}
	s.came = nil
}

// sink is the parent's view of the process.
type sink struct {
	url, control string
	stop         func()
}

func startSink(ctx context.Context) (*sink, error) {
	urls, stop, err := startReceivers(ctx, "sink", 2)
	if err != nil {
		return nil, err
	}
	return &sink{url: urls[0], control: urls[1], stop: stop}, nil
}

// count is how many requests the sink has answered.
func (s *sink) count() (int64, error) {
	text, err := s.ask("/count")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}

// arrivals takes the times at which numbered requests came, and forgets them.
func (s *sink) arrivals() (map[int64]time.Time, error) {
	text, err := s.ask("/arrivals")
	if err != nil {
		return nil, err
	}
	came := map[int64]time.Time{}
	for line := range strings.Lines(text) {
		var number, at int64
		if _, err := fmt.Sscan(line, &number, &at); err != nil {
			return nil, err
		}
		came[number] = time.Unix(0, at)
	}
	return came, nil
}

func (s *sink) ask(path string) (string, error) {
	response, err := http.Get(s.control + path)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}
