package api

import "net/netip"

// networkOf is what limits tell visitors apart by: an IPv4 address, or the 64
// bits of an IPv6 address that one customer of a provider is given. Counting
// whole IPv6 addresses would limit nobody who has more than one.
func networkOf(client string) string {
	const customer = 64
	address, err := netip.ParseAddr(client)
	if err != nil {
		return client
	}
	if address = address.Unmap().WithZone(""); address.Is4() {
		return address.String()
	}
	return netip.PrefixFrom(address, customer).Masked().String()
}
