package app

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// proxies are the ranges whose word about a request is taken
// (--trusted-proxies).
type proxies []netip.Prefix

// forwarded are the headers by which a proxy says for whom it asks. Those that
// are not read here are removed all the same: nothing behind may believe them.
var forwarded = []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-Ip", "Forwarded"}

// maxHops bounds how many addresses of X-Forwarded-For are looked at.
const maxHops = 32

// contains reports whether an address is a trusted proxy's.
func (p proxies) contains(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(addr) })
}

// resolve puts the client's own address into the request's RemoteAddr, where
// every part looks for it: the limits of the API, the request log, the
// payment's evidence. What a peer outside of the ranges claims is removed.
//
// When links are https and the client came by https, as the proxy or our own
// TLS knows, browsers are told to stay with it.
func (p proxies) resolve(next http.Handler, stayWithTLS bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure := r.TLS != nil
		if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && p.contains(peer.Addr()) {
			proto := r.Header.Values("X-Forwarded-Proto")
			secure = secure || len(proto) > 0 && strings.EqualFold(lastOf(proto), "https")
			r = with(r, p.client(peer, r.Header.Values("X-Forwarded-For")))
		} else {
			r = with(r, r.RemoteAddr)
		}
		if secure && stayWithTLS {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// with is the request as it came from an address, without claims. It copies
// only what it changes.
func with(r *http.Request, addr string) *http.Request {
	claims := slices.ContainsFunc(forwarded, func(name string) bool { return r.Header[name] != nil })
	if !claims && addr == r.RemoteAddr {
		return r
	}
	changed := *r
	changed.RemoteAddr = addr
	if claims {
		changed.Header = r.Header.Clone()
		for _, name := range forwarded {
			delete(changed.Header, name)
		}
	}
	return &changed
}

// client is the address that the outermost trusted proxy saw. Every proxy
// appends the peer it had, so the list is read from its end, as long as the
// one who appended is trusted; what stands before that, anybody can write.
func (p proxies) client(peer netip.AddrPort, values []string) string {
	hops := strings.Split(strings.Join(values, ","), ",")
	client := peer.Addr()
	for i := len(hops) - 1; i >= max(0, len(hops)-maxHops) && p.contains(client); i-- {
		addr, ok := addressOf(strings.TrimSpace(hops[i]))
		if !ok {
			break // a proxy that writes no address tells no more
		}
		client = addr
	}
	return net.JoinHostPort(client.Unmap().WithZone("").String(), "0")
}

// addressOf reads an address with or without a port.
func addressOf(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr, true
	}
	withPort, err := netip.ParseAddrPort(text)
	return withPort.Addr(), err == nil
}

// lastOf is the last of the comma-separated values of a header: the nearest
// proxy's.
func lastOf(values []string) string {
	last := values[len(values)-1]
	return strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
}
