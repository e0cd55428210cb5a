package egress

import (
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// literal reads an address written in a URL.
func literal(host string) (netip.Addr, error) {
	address, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return netip.Addr{}, refuse("url_malformed", "This is not a valid address.")
	case address.Zone() != "":
		return netip.Addr{}, refuse("url_zone", "An address may not have a zone.")
	}
	return address, nil
}

// checkAddress applies the rules to the address that is, or would be, dialled.
// host is the name that led to it; empty for an address written in a URL.
func (p *Policy) checkAddress(found netip.AddrPort, host string) error {
	if found.Addr().Zone() != "" {
		return refuse("url_zone", "An address may not have a zone.")
	}
	found = netip.AddrPortFrom(found.Addr().Unmap(), found.Port())
	named := p.hosts[host]
	// What an address carries inside is judged even if its outer form is
	// admitted: a translator on the way would deliver it there.
	for _, inner := range embedded(found.Addr()) {
		if code, why := p.judge(netip.AddrPortFrom(inner, found.Port()), named); code != "" {
			return refuseAddress(code, host, found.Addr().String()+" carries "+inner.String()+", which "+why)
		}
	}
	if code, why := p.judge(found, named); code != "" {
		return refuseAddress(code, host, found.Addr().String()+" "+why)
	}
	return nil
}

// judge is the code of the rule that forbids an address, and why in words; ""
// when none does. A range, or the name that leads there, admits other hosts
// only: an operator who lets webhooks into the own network does not mean by
// that what listens on this host, or on the database's, for itself alone.
func (p *Policy) judge(place netip.AddrPort, named bool) (code, why string) {
	address := place.Addr()
	switch {
	case p.isSelf(place):
		return "url_own_address", "belongs to this server"
	case p.config.AllowHTTPLoopback && address.IsLoopback(), p.allowedAlone(address):
		return "", ""
	case !named && !p.allowed(address):
		if within := p.reserved(address); within != "" {
			return "url_private_address", "is private or reserved " + within
		}
	}
	if p.isOwn(address) {
		return "url_own_address", "belongs to this server"
	}
	return "", ""
}

// refuseAddress says which address broke which rule, and how it was come by.
func refuseAddress(code, host, what string) error {
	if host == "" {
		return refuse(code, "The address "+what+".")
	}
	return refuse(code, host+" leads to an address that may not be called: "+what+".")
}

// allowed reports whether the operator lets the address pass although it is
// private.
func (p *Policy) allowed(address netip.Addr) bool {
	for _, prefix := range p.config.Allow {
		if prefix.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// allowedAlone reports whether the operator named this very address.
func (p *Policy) allowedAlone(address netip.Addr) bool {
	for _, prefix := range p.config.Allow {
		if prefix.IsSingleIP() && prefix.Addr() == address {
			return true
		}
	}
	return false
}

// isOwn reports whether the address leads to this host, or to the database's
// where that is more than the port which Self has.
func (p *Policy) isOwn(address netip.Addr) bool {
	return address.IsLoopback() || address.IsUnspecified() || p.own.contain(address) ||
		!p.config.AllowHTTPLoopback && slices.Contains(p.config.SelfHosts, address)
}

// isSelf compares with the server's own listeners by host and port.
func (p *Policy) isSelf(place netip.AddrPort) bool {
	for _, self := range p.config.Self {
		if self.Port() != place.Port() {
			continue
		}
		if self.Addr().Unmap() == place.Addr() {
			return true
		}
		if self.Addr().IsUnspecified() && (place.Addr().IsLoopback() || p.own.contain(place.Addr())) {
			return true
		}
	}
	return false
}

// Prefixes of IPv6 addresses that carry an IPv4 address.
var (
	compatible = netip.MustParsePrefix("::/96")
	translated = netip.MustParsePrefix("::ffff:0:0:0/96") // SIIT
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
	nat64Local = netip.MustParsePrefix("64:ff9b:1::/48")
	sixToFour  = netip.MustParsePrefix("2002::/16")
)

// embedded finds the IPv4 address inside an IPv6 address, in each of the forms
// that a router or gateway on the way may unpack; several where the address does
// not tell which form it has.
func embedded(address netip.Addr) []netip.Addr {
	if !address.Is6() || address.IsLoopback() {
		return nil
	}
	bytes := address.As16()
	last := netip.AddrFrom4([4]byte(bytes[12:16]))
	switch {
	case nat64Local.Contains(address):
		return translations(bytes)
	case compatible.Contains(address), translated.Contains(address), nat64.Contains(address):
		return []netip.Addr{last}
	case sixToFour.Contains(address):
		return []netip.Addr{netip.AddrFrom4([4]byte(bytes[2:6]))}
	}
	// ISATAP: interface identifier 0000:5efe or 0200:5efe, then the address.
	if id := binary.BigEndian.Uint32(bytes[8:12]); id == 0x00005efe || id == 0x02005efe {
		return []netip.Addr{last}
	}
	return nil
}

// translationPlaces are the bytes of an address that carry the IPv4 address, by
// the length of the translator's prefix: 48, 56, 64 and 96 bits (RFC 6052,
// section 2.2).
var translationPlaces = [][4]int{{6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}}

// translations are the IPv4 addresses that a translator of a local prefix may
// read, whose length only its network knows. No translator delivers to 0.0.0.0/8,
// which is what the place of another length reads where there is nothing; an
// address with nothing in any place carries 0.0.0.0.
func translations(bytes [16]byte) []netip.Addr {
	var read []netip.Addr
	for _, at := range translationPlaces {
		if bytes[at[0]] != 0 {
			read = append(read, netip.AddrFrom4([4]byte{bytes[at[0]], bytes[at[1]], bytes[at[2]], bytes[at[3]]}))
		}
	}
	if read == nil {
		read = append(read, netip.IPv4Unspecified())
	}
	return read
}

// ownAge is how long the list of the host's addresses is believed.
const ownAge = 30 * time.Second

// ownAddresses remembers the addresses of this host for a while.
type ownAddresses struct {
	read func() ([]netip.Addr, error)

	mu    sync.Mutex
	until time.Time
	known map[netip.Addr]bool
}

// contain reports whether the address is one of the host's. When the list
// cannot be read, the last one stands.
func (o *ownAddresses) contain(address netip.Addr) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if now := time.Now(); now.After(o.until) {
		if list, err := o.read(); err == nil {
			o.known = make(map[netip.Addr]bool, len(list))
			for _, own := range list {
				o.known[own.Unmap().WithZone("")] = true
			}
		}
		o.until = now.Add(ownAge)
	}
	return o.known[address]
}

func interfaceAddresses() ([]netip.Addr, error) {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var addresses []netip.Addr
	for _, entry := range list {
		if network, ok := entry.(*net.IPNet); ok {
			if address, ok := netip.AddrFromSlice(network.IP); ok {
				addresses = append(addresses, address)
			}
		}
	}
	return addresses, nil
}
