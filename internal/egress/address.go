package egress

import (
	"encoding/binary"
	"net"
	"net/netip"
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
	address := found.Addr().Unmap()
	if p.isSelf(netip.AddrPortFrom(address, found.Port())) {
		return refuseAddress("url_own_address", host, address.String()+" belongs to this server")
	}
	named := p.hosts[host]
	// What an address carries inside is judged even if its outer form is
	// admitted: a translator on the way would deliver it there.
	if inner, carries := embedded(address); carries && !p.admitted(inner, named) {
		if why := p.reserved(inner); why != "" {
			return refuseAddress("url_private_address", host, address.String()+" carries "+inner.String()+", which is private or reserved "+why)
		}
	}
	if p.admitted(address, named) {
		return nil
	}
	if why := p.reserved(address); why != "" {
		return refuseAddress("url_private_address", host, address.String()+" is private or reserved "+why)
	}
	if p.own.contain(address) {
		return refuseAddress("url_own_address", host, address.String()+" belongs to this server")
	}
	return nil
}

// refuseAddress says which address broke which rule, and how it was come by.
func refuseAddress(code, host, what string) error {
	if host == "" {
		return refuse(code, "The address "+what+".")
	}
	return refuse(code, host+" leads to an address that may not be called: "+what+".")
}

// admitted reports whether the operator or development lets the address pass
// although it is private.
func (p *Policy) admitted(address netip.Addr, named bool) bool {
	return named || p.config.AllowHTTPLoopback && address.IsLoopback() || p.allowed(address)
}

func (p *Policy) allowed(address netip.Addr) bool {
	for _, prefix := range p.config.Allow {
		if prefix.Contains(address.Unmap()) {
			return true
		}
	}
	return false
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
// that a router or gateway on the way may unpack.
func embedded(address netip.Addr) (netip.Addr, bool) {
	if !address.Is6() || address.IsLoopback() {
		return netip.Addr{}, false
	}
	bytes := address.As16()
	last := netip.AddrFrom4([4]byte(bytes[12:16]))
	switch {
	case compatible.Contains(address), translated.Contains(address), nat64.Contains(address), nat64Local.Contains(address):
		return last, true
	case sixToFour.Contains(address):
		return netip.AddrFrom4([4]byte(bytes[2:6])), true
	}
	// ISATAP: interface identifier 0000:5efe or 0200:5efe, then the address.
	if id := binary.BigEndian.Uint32(bytes[8:12]); id == 0x00005efe || id == 0x02005efe {
		return last, true
	}
	return netip.Addr{}, false
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
