package egress_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/webhook/webhooktest"
)

// wantRefused holds a rule at save, with and without the network, and at send.
func wantRefused(t *testing.T, policy *egress.Policy, rawURL, code string) {
	t.Helper()
	saved, vetted := policy.Check(rawURL), policy.Vet(t.Context(), rawURL)
	for when, err := range map[string]error{"check": saved, "vet": vetted} {
		if found := fault.From(err); found == nil || found.Kind != fault.Invalid || found.Code != code {
			t.Errorf("%s at %s gave %v, want a fault of kind Invalid with code %q", rawURL, when, err, code)
		}
	}
	if explained := policy.Explain(t.Context(), rawURL); explained.OK() || explained.Findings[0].Code != code {
		t.Errorf("%s is explained by %+v, want code %q", rawURL, explained, code)
	}
	target, err := url.Parse(rawURL)
	if err != nil || strings.HasSuffix(rawURL, "#") { // an empty fragment is gone after parsing
		return
	}
	client := egress.NewClient(egress.ClientConfig{Policy: policy})
	defer client.Close()
	request := (&http.Request{Method: http.MethodPost, URL: target}).WithContext(t.Context())
	// What a parser has taken apart may be refused for its parts.
	if _, err := client.Do(request); fault.CodeOf(err) != code && fault.CodeOf(err) != "url_malformed" {
		t.Errorf("%s at send gave %v, want code %q", rawURL, err, code)
	}
}

func wantAdmitted(t *testing.T, policy *egress.Policy, rawURL string) {
	t.Helper()
	if err := policy.Check(rawURL); err != nil {
		t.Errorf("%s was refused: %v", rawURL, err)
	}
}

// Every trick of spec/webhook-engine.md §4 that is visible in the URL.
func TestHostileURLsAreRefused(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{})
	for rawURL, code := range map[string]string{
		"":                                                  "url_not_https",
		"shop.example/hook":                                 "url_not_https",
		"//shop.example/hook":                               "url_not_https",
		"http://shop.example/hook":                          "url_not_https",
		"ftp://shop.example/hook":                           "url_not_https",
		"file:///etc/passwd":                                "url_not_https",
		"gopher://shop.example/":                            "url_not_https",
		"https:shop.example":                                "url_malformed",
		"https://":                                          "url_malformed",
		"https:///hook":                                     "url_malformed",
		"https://shop..example/":                            "url_malformed",
		"https://.shop.example/":                            "url_malformed",
		"https://sh%6fp.example/":                           "url_malformed",
		"https://shop.exa!mple/":                            "url_malformed",
		"https://[shop.example]/":                           "url_malformed",
		"https://user@shop.example/":                        "url_userinfo",
		"https://u:p@shop.example/":                         "url_userinfo",
		"https://shop.example@127.0.0.1/":                   "url_userinfo",
		"https://shop.example/#part":                        "url_fragment",
		"https://shop.example/#":                            "url_fragment",
		`https://shop.example\@127.0.0.1/`:                  "url_backslash",
		"https://shop.example/a b":                          "url_control_character",
		"https://shop.example/\r\nX: y":                     "url_control_character",
		"https://shop.example/\x00":                         "url_control_character",
		"https://shop.example/\x7f":                         "url_control_character",
		"\thttps://shop.example/":                           "url_control_character",
		"https://shop.example/\u0085":                       "url_control_character",
		"https://shop.example/?a=\u0080":                    "url_control_character",
		"https://shop.example/?a=\u009f":                    "url_control_character",
		"https://shop.example/" + strings.Repeat("a", 2048): "url_too_long",
		"https://shop.example?" + strings.Repeat("ü", 2048): "url_too_long",

		"https://shop.example:0/":      "url_port",
		"https://shop.example:22/":     "url_port",
		"https://shop.example:25/":     "url_port",
		"https://shop.example:1023/":   "url_port",
		"https://shop.example:3306/":   "url_port",
		"https://shop.example:5432/":   "url_port",
		"https://shop.example:6379/":   "url_port",
		"https://shop.example:9200/":   "url_port",
		"https://shop.example:11211/":  "url_port",
		"https://shop.example:27017/":  "url_port",
		"https://shop.example:65536/":  "url_port",
		"https://shop.example:/":       "url_port",
		"https://shop.example:https/":  "url_malformed",
		"https://shop.example:443:80/": "url_malformed",

		// Every port of a database that is well known, a protocol's own port or
		// not.
		"https://shop.example:1433/": "url_port", "https://shop.example:1521/": "url_port", "https://shop.example:2379/": "url_port",
		"https://shop.example:6432/": "url_port", "https://shop.example:5984/": "url_port", "https://shop.example:9042/": "url_port",
		"https://shop.example:7687/": "url_port", "https://shop.example:8086/": "url_port", "https://shop.example:8123/": "url_port",
		"https://shop.example:9300/": "url_port", "https://shop.example:26257/": "url_port", "https://shop.example:50000/": "url_port",
		"https://shop.example:81/": "url_port", "https://shop.example:442/": "url_port", "https://shop.example:444/": "url_port",
		"https://shop.example:+443/": "url_malformed", "https://shop.example: 443/": "url_control_character",

		"https://shop.example/?a=b#c":        "url_fragment",
		`https://shop.example/?a=\b`:         "url_backslash",
		`https:\\shop.example/`:              "url_backslash",
		"https://shop.example/?a b":          "url_control_character",
		"https://user:@shop.example/":        "url_userinfo",
		"https://@shop.example/":             "url_userinfo",
		"https://127.0.0.1:443@shop.example": "url_userinfo",
		"https://metadata/":                  "url_private_host",
		"https://METADATA.GOOGLE.INTERNAL/":  "url_private_host",
		"https://a.b.home.arpa/":             "url_private_host",
		"https://home.arpa/":                 "url_private_host",
		"https://a.lan/":                     "url_private_host",
		"https://internal/":                  "url_private_host",
		"https://a.local./":                  "url_trailing_dot",
		"https://shop.example../":            "url_trailing_dot",
		"https://0/":                         "url_numeric_host",
		"https://0x/":                        "url_numeric_host",
		"https://0x7F.1/":                    "url_numeric_host",
		"https://127.0.0.01/":                "url_numeric_host",
		"https://010.0.0.1/":                 "url_numeric_host",
		"https://4294967295/":                "url_numeric_host",
		"https://shop.0x7f/":                 "url_numeric_host",
		"https://shop.1/":                    "url_numeric_host",
		"https://127%2e0.0.1/":               "url_malformed",
		"https://localhost%00.example/":      "url_malformed",
		"https://аpple.com/":                 "url_host_not_ascii", // a Cyrillic letter
		"https://faß.example/":               "url_host_not_ascii",
		"https://shop\u200b.example/":        "url_host_not_ascii",
		"https://[::1/":                      "url_malformed",
		"https://[::ffff:127.0.0.1]/":        "url_private_address",
		"https://[0:0:0:0:0:ffff:7f00:1]/":   "url_private_address",
		"https://[v1.fe80::a]/":              "url_malformed",
		"https://[127.0.0.1]/":               "url_malformed",
		"https://[2001:0:53aa:64c::1]/":      "url_private_address", // Teredo

		"https://localhost/":                "url_private_host",
		"https://LOCALHOST/":                "url_private_host",
		"https://api.localhost/":            "url_private_host",
		"https://localhost./":               "url_trailing_dot",
		"https://shop.example./":            "url_trailing_dot",
		"https://127.0.0.1./":               "url_trailing_dot",
		"https://printer.local/":            "url_private_host",
		"https://db.internal/":              "url_private_host",
		"https://metadata.google.internal/": "url_private_host",
		"https://router.lan/":               "url_private_host",
		"https://nas.home.arpa/":            "url_private_host",
		"https://backend/":                  "url_private_host",

		"https://127.1/":                "url_numeric_host",
		"https://127.0.1/":              "url_numeric_host",
		"https://2130706433/":           "url_numeric_host",
		"https://0x7f.1/":               "url_numeric_host",
		"https://0x7f000001/":           "url_numeric_host",
		"https://0x7f.0x0.0x0.0x1/":     "url_numeric_host",
		"https://0177.0.0.1/":           "url_numeric_host",
		"https://017700000001/":         "url_numeric_host",
		"https://127.0.0.0x1/":          "url_numeric_host",
		"https://127.0.0.1.1/":          "url_numeric_host",
		"https://256.1.1.1/":            "url_numeric_host",
		"https://1.2.3.0x/":             "url_numeric_host",
		"https://１２７.０.０.１/":            "url_host_not_ascii",
		"https://127。0。0。1/":            "url_host_not_ascii",
		"https://ⓛocalhost/":            "url_host_not_ascii",
		"https://bücher.example/":       "url_host_not_ascii",
		"https://%31%32%37.0.0.1/":      "url_malformed",
		"https://[fe80::1%25eth0]/":     "url_zone",
		"https://[2606:4700::1%25lo]/":  "url_zone",
		"https://[::ffff:127.0.0.1%1]/": "url_malformed",
	} {
		wantRefused(t, policy, rawURL, code)
	}
}

func TestPublicURLsAreAdmitted(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{})
	for _, rawURL := range []string{
		"https://shop.example/hook",
		"https://shop.example",
		"https://shop.example:443/hook?store=1&x=%20",
		"https://shop.example:80/",
		"https://shop.example:8443/",
		"https://shop.example:8080/",
		"https://shop.example:1024/",
		"https://shop.example:3000/",
		"HTTPS://Shop.Example/Hook",
		"https://my_shop.example/",
		"https://xn--bcher-kva.example/",
		"https://localhost.example/",
		"https://internal.example/",
		"https://127.0.0.1.example/",
		"https://8.8.8.8/",
		"https://[2606:4700:4700::1111]/",
		"https://[::ffff:8.8.8.8]/",
		"https://shop.example/" + strings.Repeat("a", 2048-len("https://shop.example/")),
		"https://shop.example/" + strings.Repeat("ü", 2048-len("https://shop.example/")),
		"https://shop.example/?" + strings.Repeat("ü", 2048-len("https://shop.example/?")),
		"https://shop.example/?a=\u00a0",
	} {
		wantAdmitted(t, policy, rawURL)
	}
}

// Every range of spec/webhook-engine.md §4, by its first and last address and,
// where those are public, by its neighbours.
func TestReservedRangesAreRefused(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{})
	for _, prefix := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
		"192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
		"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
		"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
		"::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
		"4000::/3", "::/96", "::ffff:0:0:0/96",
	} {
		first, last := ends(netip.MustParsePrefix(prefix))
		wantRefused(t, policy, urlOf(first), "url_private_address")
		wantRefused(t, policy, urlOf(last), "url_private_address")
	}
	for _, neighbour := range []string{
		"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0",
		"198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15", "168.63.129.17",
		"2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::", "2620:4f:8001::", "3ffe::", "3fff:1000::",
	} {
		wantAdmitted(t, policy, urlOf(netip.MustParseAddr(neighbour)))
	}
}

// IPv6 addresses that carry a private IPv4 address inside.
func TestCarriedAddressesAreJudged(t *testing.T) {
	t.Parallel()
	strict := egress.NewPolicy(egress.Config{})
	// With the gateways' own prefixes admitted, what they would unpack decides.
	gateways := egress.NewPolicy(egress.Config{Allow: []netip.Prefix{
		netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
		netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("::ffff:0:0:0/96"),
	}})
	for _, address := range []string{
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:168.63.129.16", // mapped
		"::127.0.0.1", "::10.0.0.1", // compatible
		"64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", // NAT64
		"64:ff9b:1::7f00:1",                      // NAT64, local, of 96 bits
		"64:ff9b:1:7f00:0:100::",                 // of 48
		"64:ff9b:1:a9fe:a9:fe00::",               // of 48
		"64:ff9b:1:330a:1:203::", "64:ff9b:1::1", // of 56; nothing in any
		"64:ff9b:1:3344:c0:a800:100:0",   // of 64
		"::ffff:0:7f00:1",                // SIIT
		"2002:7f00:1::", "2002:a00:1::1", // 6to4
		"2606:4700::5efe:10.0.0.1",             // ISATAP
		"2606:4700::200:5efe:192.168.0.1",      // ISATAP, global
		"2606:4700:0:0:0:5efe:127.0.0.1",       // ISATAP
		"2001:0:4136:e378:8000:63bf:3fff:fdd2", // Teredo
	} {
		wantRefused(t, strict, urlOf(netip.MustParseAddr(address)), "url_private_address")
		wantRefused(t, gateways, urlOf(netip.MustParseAddr(address)), "url_private_address")
	}
	for _, address := range []string{
		"64:ff9b::808:808", "64:ff9b:1::808:808", "64:ff9b:1:808:8:800::", "64:ff9b:1:3308:8:808::", "64:ff9b:1:3344:8:808:800:0", "2002:808:808::",
	} {
		wantAdmitted(t, gateways, urlOf(netip.MustParseAddr(address)))
	}
	wantAdmitted(t, strict, "https://[2606:4700::5efe:8.8.8.8]/")
}

// An address that carries one of this server or of its database leads there
// through a gateway, whatever the operator admits.
func TestCarriedAddressesOfTheServerAreRefused(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{
		Allow: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")},
		Self:  []netip.AddrPort{netip.MustParseAddrPort("7.7.7.7:443")}, SelfHosts: []netip.Addr{netip.MustParseAddr("10.0.0.9")},
		OwnAddresses: func() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("5.6.7.8")}, nil },
	})
	for _, address := range []string{
		"::ffff:5.6.7.8", "::5.6.7.8", "64:ff9b::506:708", "64:ff9b:1::506:708", "64:ff9b:1:506:7:800::", "::ffff:0:506:708",
		"2002:506:708::", "2606:4700::5efe:5.6.7.8", // an address of this host
		"::ffff:10.0.0.9", "64:ff9b::a00:9", "64:ff9b:1:a00:0:900::", "2002:a00:9::1", "2606:4700::200:5efe:10.0.0.9", // the database's
		"::ffff:7.7.7.7", "64:ff9b::707:707", "64:ff9b:1:707:7:700::", "2002:707:707::", // the server's own port
		"64:ff9b::7f00:1", "2002:7f00:1::",
	} {
		wantRefused(t, policy, urlOf(netip.MustParseAddr(address)), "url_own_address")
	}
	wantAdmitted(t, policy, "https://[64:ff9b::506:709]/")
	wantAdmitted(t, policy, "https://[64:ff9b::707:707]:8443/")
}

func ends(prefix netip.Prefix) (first, last netip.Addr) {
	bytes := prefix.Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ = netip.AddrFromSlice(bytes)
	return prefix.Addr(), last
}

func urlOf(address netip.Addr) string {
	if address.Is4() {
		return "https://" + address.String() + "/"
	}
	return "https://[" + address.String() + "]/"
}

func TestDevelopmentAdmitsLoopbackButNotTheServer(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{
		AllowHTTPLoopback: true,
		Self: []netip.AddrPort{
			netip.MustParseAddrPort("0.0.0.0:8080"), netip.MustParseAddrPort("127.0.0.1:9999"),
		},
		OwnAddresses: func() ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("192.168.7.7"), netip.MustParseAddr("5.6.7.8")}, nil
		},
	})
	for _, rawURL := range []string{
		"http://127.0.0.1:3000/hook", "http://localhost:3000/hook", "http://[::1]:3000/", "http://127.8.8.8:3000/",
		"https://localhost:3000/", "http://api.localhost:3000/", "http://[::ffff:127.0.0.1]:3000/", "https://shop.example/",
	} {
		wantAdmitted(t, policy, rawURL)
	}
	for rawURL, code := range map[string]string{
		"http://127.0.0.1:8080/":          "url_own_address",
		"http://[::1]:8080/":              "url_own_address",
		"http://[::ffff:127.0.0.1]:8080/": "url_own_address",
		"http://127.0.0.1:9999/":          "url_own_address",
		"https://192.168.7.7:8080/":       "url_own_address",
		"https://5.6.7.8:8080/":           "url_own_address",
		"https://5.6.7.8/":                "url_own_address",
		"http://shop.example/":            "url_not_https",
		"http://10.0.0.1:3000/":           "url_private_address",
		"http://0.0.0.0:3000/":            "url_private_address",
		"http://[::]:3000/":               "url_private_address",
		"http://backend:3000/":            "url_private_host",
		"http://127.1:3000/":              "url_numeric_host",
		"http://127.0.0.1:5432/":          "url_port",
		"http://localhost.:3000/":         "url_trailing_dot",
	} {
		wantRefused(t, policy, rawURL, code)
	}
}

func TestTheHostsOwnPublicAddressIsRefused(t *testing.T) {
	t.Parallel()
	own := func() ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("5.6.7.8"), netip.MustParseAddr("2606:4700::7")}, nil
	}
	policy := egress.NewPolicy(egress.Config{OwnAddresses: own})
	wantRefused(t, policy, "https://5.6.7.8/", "url_own_address")
	wantRefused(t, policy, "https://[::ffff:5.6.7.8]:8443/", "url_own_address")
	wantRefused(t, policy, "https://[2606:4700::7]/", "url_own_address")
	wantAdmitted(t, policy, "https://5.6.7.9/")
}

func TestTheOperatorAdmitsHostsAndRanges(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{
		Allow:      []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
		AllowHosts: []string{"Backend"},
		Self:       []netip.AddrPort{netip.MustParseAddrPort("10.1.0.5:8080")},
	})
	wantAdmitted(t, policy, "https://10.1.2.3/")
	wantAdmitted(t, policy, "https://backend:3000/")
	wantRefused(t, policy, "https://10.2.0.1/", "url_private_address")
	wantRefused(t, policy, "https://backend2:3000/", "url_private_host")
	wantRefused(t, policy, "https://10.1.0.5:8080/", "url_own_address")
	wantRefused(t, policy, "http://10.1.2.3/", "url_not_https")
	wantRefused(t, policy, "http://backend:3000/", "url_not_https")

	dev := egress.NewPolicy(egress.Config{AllowHTTPLoopback: true, AllowHosts: []string{"backend"}})
	wantAdmitted(t, dev, "http://backend:3000/")
}

// A range or a name that the operator admits is not meant for this host or for
// that of the database; their very addresses are.
func TestOnlyItsVeryAddressAdmitsThisHost(t *testing.T) {
	t.Parallel()
	at := netip.MustParseAddr("10.0.0.5")
	config := egress.Config{
		Self:       []netip.AddrPort{netip.MustParseAddrPort("10.0.0.5:8080"), netip.MustParseAddrPort("10.0.0.9:15432")},
		SelfHosts:  []netip.Addr{netip.MustParseAddr("10.0.0.9")},
		AllowHosts: []string{"backend", "localhost"},
		OwnAddresses: func() ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1"), at, netip.MustParseAddr("fd00::5"), netip.MustParseAddr("5.6.7.8")}, nil
		},
		Resolver: webhooktest.NameServer(t, func() netip.Addr { return at }),
	}
	for _, prefix := range []string{"0.0.0.0/0", "::/0", "10.0.0.0/8", "fd00::/8", "127.0.0.0/8"} {
		config.Allow = append(config.Allow, netip.MustParsePrefix(prefix))
	}
	ranges := egress.NewPolicy(config)
	for _, rawURL := range []string{
		"https://10.0.0.5:8443/", "https://10.0.0.5/", "https://[::ffff:10.0.0.5]:8443/", "https://[fd00::5]:8443/", "https://5.6.7.8/",
		"https://127.0.0.1:3000/", "https://127.8.8.8:3000/", "https://[::1]:3000/", "https://0.0.0.0:3000/", "https://[::]:3000/",
		"https://10.0.0.5:8080/", "https://10.0.0.9:8443/", "https://10.0.0.9:15432/",
	} {
		wantRefused(t, ranges, rawURL, "url_own_address")
	}
	for _, rawURL := range []string{"https://10.0.0.6:8443/", "https://[fd00::6]:8443/"} {
		wantAdmitted(t, ranges, rawURL)
	}
	for _, rawURL := range []string{"https://backend:8443/", "https://elsewhere.example/"} {
		if err := ranges.Vet(t.Context(), rawURL); fault.CodeOf(err) != "url_own_address" {
			t.Errorf("%s, which leads here, gave %v", rawURL, err)
		}
	}

	for _, address := range []string{"10.0.0.5", "10.0.0.9", "127.0.0.1"} {
		single := netip.MustParseAddr(address)
		config.Allow = append(config.Allow, netip.PrefixFrom(single, single.BitLen()))
	}
	addresses := egress.NewPolicy(config)
	for _, rawURL := range []string{"https://10.0.0.5:8443/", "https://10.0.0.9:8443/", "https://127.0.0.1:3000/"} {
		wantAdmitted(t, addresses, rawURL)
	}
	if err := addresses.Vet(t.Context(), "https://backend:8443/"); err != nil {
		t.Errorf("a name that leads to an address which is admitted gave %v", err)
	}
	for _, rawURL := range []string{"https://10.0.0.5:8080/", "https://10.0.0.9:15432/", "https://127.8.8.8:3000/"} {
		wantRefused(t, addresses, rawURL, "url_own_address")
	}

	// In development the database's host is told by its port alone, as the
	// server's is: everything runs on one machine there.
	config.Allow = config.Allow[:5]
	config.AllowHTTPLoopback = true
	dev := egress.NewPolicy(config)
	for _, rawURL := range []string{"http://127.0.0.1:3000/", "http://[::1]:3000/", "http://localhost:3000/", "https://10.0.0.9:8443/"} {
		wantAdmitted(t, dev, rawURL)
	}
	wantRefused(t, dev, "https://10.0.0.9:15432/", "url_own_address")
	wantRefused(t, dev, "https://10.0.0.5:8443/", "url_own_address")
}

func TestARefusedInternationalNameShowsItsPunycode(t *testing.T) {
	t.Parallel()
	err := fault.From(egress.NewPolicy(egress.Config{}).Check("https://bücher.example/hook"))
	if err == nil || !strings.Contains(err.Hint, "xn--bcher-kva.example") {
		t.Errorf("the hint does not show the ASCII form: %+v", err)
	}
}

func TestTheServersOwnNamesAreRefused(t *testing.T) {
	t.Parallel()
	names := []egress.HostPort{{Host: "Pay.example.com", Port: 443}, {Host: "db.example.com", Port: 5432}, {Host: "localhost", Port: 8080}}
	nowhere := webhooktest.NameServer(t, func() netip.Addr { return netip.Addr{} })
	policy := egress.NewPolicy(egress.Config{SelfNames: names, AllowHosts: []string{"pay.example.com"}, Resolver: nowhere})
	for _, rawURL := range []string{"https://pay.example.com/hook", "https://PAY.example.com:8443/hook", "https://db.example.com/"} {
		wantRefused(t, policy, rawURL, "url_own_address")
	}
	wantAdmitted(t, policy, "https://shop.example.com/")
	dev := egress.NewPolicy(egress.Config{SelfNames: names, AllowHTTPLoopback: true, Resolver: nowhere})
	wantRefused(t, dev, "http://localhost:8080/", "url_own_address")
	wantRefused(t, dev, "https://pay.example.com/", "url_own_address")
	wantAdmitted(t, dev, "http://localhost:3000/")
	wantAdmitted(t, dev, "https://pay.example.com:8443/")
}

// Every address of a name is judged, and an explanation lists them all.
func TestANameIsExplainedByItsAddresses(t *testing.T) {
	t.Parallel()
	policy := egress.NewPolicy(egress.Config{Resolver: webhooktest.NameServer(t, func() netip.Addr { return netip.MustParseAddr("169.254.169.254") })})
	found := policy.Explain(t.Context(), "https://cloud.example/")
	last := found.Findings[len(found.Findings)-1]
	if found.OK() || len(found.Findings) != 3 || last.What != "169.254.169.254" || last.Code != "url_private_address" ||
		!strings.Contains(last.Message, "cloud.example") || !strings.Contains(last.Message, "169.254.0.0/16") || found.Lookup == 0 {
		t.Errorf("explained as %+v", found)
	}
	absent := egress.NewPolicy(egress.Config{Resolver: webhooktest.NameServer(t, func() netip.Addr { return netip.Addr{} })})
	if found := absent.Explain(t.Context(), "https://soon.example/"); !found.OK() || !strings.Contains(found.Findings[1].Message, "does not resolve") {
		t.Errorf("explained as %+v", found)
	}
}
