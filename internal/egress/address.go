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
// named says that the operator admitted its host by name.
func (p *Policy) checkAddress(place netip.AddrPort, named bool) error {
	if place.Addr().Zone() != "" {
		return refuse("url_zone", "An address may not have a zone.")
	}
	address := place.Addr().Unmap()
	if p.isSelf(netip.AddrPortFrom(address, place.Port())) {
		return refuse("url_own_address", "The address belongs to this server.")
	}
	// What an address carries inside is judged even if its outer form is
	// admitted: a translator on the way would deliver it there.
	if inner, carries := embedded(address); carries {
		if err := p.checkRange(inner, named); err != nil {
			return err
		}
	}
	if err := p.checkRange(address, named); err != nil {
		return err
	}
	if !p.admitted(address, named) && p.own.contain(address) {
		return refuse("url_own_address", "The address belongs to this server.")
	}
	return nil
}

func (p *Policy) checkRange(address netip.Addr, named bool) error {
	if p.admitted(address, named) {
		return nil
	}
	if err := p.ranges.SafeAddr(address); err != nil {
		return refuse("url_private_address", "The address "+address.String()+" is private or reserved.").WithCause(err)
	}
	return nil
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
