package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"tillway/internal/fault"
)

// checkPort tries to listen where the server would.
func (d *doctor) checkPort(ctx context.Context) {
	const check = "listen address"
	for flag, address := range map[string]string{"--listen": d.cfg.Listen, "--admin-listen": d.cfg.AdminListen} {
		if address == "" {
			continue
		}
		listener, err := take(ctx, flag, address)
		switch {
		case err == nil:
			_ = listener.Close() // it was only tried
			d.ok(check, address+" is free")
		case fault.CodeOf(err) == CodeAddressInUse && d.serverAnswers(ctx):
			d.ok(check, address+" is taken, and the server of this data runs")
		default:
			d.fault(check, err)
		}
	}
}

// serverAnswers reports whether a server holds the data directory.
func (d *doctor) serverAnswers(ctx context.Context) bool {
	if d.cfg.Postgres() {
		return false
	}
	conn, err := dialSocket(ctx, d.cfg.Dir)
	return err == nil && conn.Close() == nil
}

// certificateSoon is when an expiry begins to be told.
const certificateSoon = 14 * 24 * time.Hour

func (d *doctor) checkCertificate() {
	const check = "certificate"
	if d.cfg.TLSCert == "" {
		return
	}
	pair, err := tls.LoadX509KeyPair(d.cfg.TLSCert, d.cfg.TLSKey)
	if err != nil {
		d.fail(check, err.Error(), "Both are PEM files; the key belongs to the first certificate of the chain")
		return
	}
	leaf := pair.Leaf
	until := leaf.NotAfter.Format(time.DateOnly)
	switch left := leaf.NotAfter.Sub(d.now()); {
	case left <= 0:
		d.fail(check, "it ran out on "+until, "Renew it; the running server reads the new files by itself")
		return
	case left < certificateSoon:
		d.warn(check, "it runs out on "+until, "Renew it; the running server reads the new files by itself")
		return
	}
	if u, err := url.Parse(d.cfg.PublicURL); err == nil && u.Hostname() != "" {
		if err := leaf.VerifyHostname(u.Hostname()); err != nil {
			d.fail(check, err.Error(), "Get a certificate for the host of --public-url")
			return
		}
	}
	d.ok(check, "good until "+until)
}

// checkPublicURL looks at the address in every link.
func (d *doctor) checkPublicURL(ctx context.Context) {
	const check = "public URL"
	if d.cfg.PublicURL == "" {
		d.warn(check, "links lead to the address that the server listens on", "Give the address that buyers use with --public-url https://…")
		return
	}
	u, err := url.Parse(d.cfg.PublicURL)
	if err != nil {
		return // refused before
	}
	if _, err := net.DefaultResolver.LookupHost(ctx, u.Hostname()); err != nil {
		d.fail(check, "the name "+u.Hostname()+" does not resolve here: "+err.Error(), "Enter it into the DNS, and see that this host's resolver works")
		return
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (ip == nil || !ip.IsLoopback()) && u.Hostname() != "localhost" {
		d.warn(check, d.cfg.PublicURL+" is not https", "Serve https with --tls-cert and --tls-key, or behind a proxy that does; cards are not typed into http pages")
		return
	}
	d.ok(check, d.cfg.PublicURL)
}

// How far the clock may be off. Signed requests carry a time, and receivers
// and providers refuse what is minutes away.
const (
	skewWarn = 5 * time.Second
	skewFail = time.Minute
)

// probeTime bounds the probe.
const probeTime = 10 * time.Second

// checkWayOut asks one address outside, whose answer also tells the time.
func (d *doctor) checkWayOut(ctx context.Context) {
	const check = "way out"
	if d.cfg.Probe == "" {
		return
	}
	limited, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodHead, d.cfg.Probe, nil)
	if err != nil {
		d.fail(check, err.Error(), "Name an address such as https://example.com with --probe")
		return
	}
	client := http.Client{
		Transport:     &http.Transport{Proxy: nil, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown):
		d.warn(check, "names do not resolve: "+unknown.Error(), "Look at this host's resolver (/etc/resolv.conf); without it no webhook to a public receiver goes out")
		return
	case err != nil:
		d.warn(check, d.cfg.Probe+" cannot be reached: "+err.Error(), "Let this host make connections to port 443 outside, unless all receivers are inside; --probe names another address to try")
		return
	}
	_ = response.Body.Close() // a HEAD has none
	d.ok(check, response.Request.URL.Host+" answers")
	if theirs, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		d.judgeClock(d.now().Sub(theirs), response.Request.URL.Host)
	}
}

// checkMail says that there is nothing to look at, lest somebody takes the
// silence for a good sign.
func (d *doctor) checkMail() {
	d.ok("mail", "not part of this version: nothing is sent, and a buyer's receipt is the page")
}

// judgeClock says how far this host's clock is ahead of another.
func (d *doctor) judgeClock(ahead time.Duration, of string) {
	const check = "clock"
	const remedy = "Run a time service, such as systemd-timesyncd or chrony"
	detail := fmt.Sprintf("%v ahead of %s", ahead.Round(time.Second), of)
	if ahead < 0 {
		detail = fmt.Sprintf("%v behind %s", -ahead.Round(time.Second), of)
	}
	switch {
	case ahead.Abs() > skewFail:
		d.fail(check, detail, remedy)
	case ahead.Abs() > skewWarn:
		d.warn(check, detail, remedy)
	default:
		d.ok(check, "agrees with "+of)
	}
}
