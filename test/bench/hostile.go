package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// hostile is a way in which a receiver holds or floods its sender.
type hostile struct {
	name  string
	serve func(net.Conn)
}

// hostiles are the receivers beside which a healthy one is measured. They share
// a process of their own: how soon the healthy one gets its turn on the machine
// is for the machine to say, not for the runtime that serves a flood as well.
var hostiles = []hostile{
	{"hang", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }},
	{"drip their headers", afterHead(func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nX-Slow: and steady\r\n") })},
	{"drip their bodies", afterHead(func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "a") })},
	{"never end their bodies", afterHead(func(c net.Conn) { pour(c, "HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("a", 64<<10)) })},
	{"reset", afterHead(func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) })},
}

// serveHostiles runs until standard input closes, that is until its parent ends.
func serveHostiles() error {
	var addresses []any
	for _, h := range hostiles {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		addresses = append(addresses, listener.Addr())
		go accept(listener, h.serve)
	}
	fmt.Println(addresses...)
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// afterHead waits for a request's head before it does anything.
func afterHead(serve func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		if _, _, err := readHead(bufio.NewReaderSize(c, 16<<10)); err == nil {
			serve(c)
		}
	}
}

// drip writes all texts but the last at once, and that one again and again, a
// byte each second, until the sender hangs up.
func drip(c net.Conn, texts ...string) {
	last := len(texts) - 1
	if _, err := io.WriteString(c, strings.Join(texts[:last], "")); err != nil {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for _, char := range []byte(texts[last]) {
			if _, err := c.Write([]byte{char}); err != nil {
				return
			}
			<-tick.C
		}
	}
}

// pour writes the head and then blocks until the sender hangs up.
func pour(c net.Conn, head, block string) {
	_, err := io.WriteString(c, head)
	for err == nil {
		_, err = io.WriteString(c, block)
	}
}
