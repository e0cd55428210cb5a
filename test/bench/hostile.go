package main

import (
	"bufio"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// hostile is a way in which a receiver holds or floods its sender.
type hostile struct {
	name   string
	serve  func(net.Conn)
	scheme string // http when empty
}

// hostiles are the receivers beside which a healthy one is measured. They share
// a process of their own: how soon the healthy one gets its turn on the machine
// is for the machine to say, not for the runtime that serves a flood as well.
var hostiles = []hostile{
	{name: "hang", serve: func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }},
	{name: "drip their headers", serve: afterHead(func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nX-Slow: and steady\r\n") })},
	{name: "drip their bodies", serve: afterHead(func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "a") })},
	{name: "never end their headers", serve: afterHead(func(c net.Conn) { pour(c, "HTTP/1.1 200 OK\r\n", strings.Repeat("X-More: and more\r\n", 4<<10)) })},
	{name: "never end their bodies", serve: afterHead(func(c net.Conn) { pour(c, "HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("a", 64<<10)) })},
	{name: "have a certificate of nobody's", serve: untrusted(), scheme: "https"},
	{name: "reset", serve: afterHead(func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) })},
}

// serveHostiles runs until standard input closes, that is until its parent ends.
func serveHostiles() error {
	var urls []any
	for _, h := range hostiles {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		urls = append(urls, fmt.Sprintf("%s://%s/hook", cmp.Or(h.scheme, "http"), listener.Addr()))
		go accept(listener, h.serve)
	}
	fmt.Println(urls...)
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

// untrusted speaks TLS with a certificate that it signed itself.
func untrusted() func(net.Conn) {
	config := sync.OnceValues(func() (*tls.Config, error) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, err
	})
	return func(c net.Conn) {
		if config, err := config(); err == nil {
			_ = tls.Server(c, config).Handshake()
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
