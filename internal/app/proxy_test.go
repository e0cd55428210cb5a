package app

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestProxiesAreBelievedAndNobodyElse(t *testing.T) {
	t.Parallel()
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:1::/48")}
	for name, c := range map[string]struct {
		peer  string
		lines []string // of X-Forwarded-For
		want  string
	}{
		"a client without a proxy":                 {"192.0.2.1:4000", nil, "192.0.2.1:4000"},
		"a client that claims another address":     {"192.0.2.1:4000", []string{"198.51.100.7"}, "192.0.2.1:4000"},
		"a client behind a proxy":                  {"10.0.0.1:4000", []string{"198.51.100.7"}, "198.51.100.7:0"},
		"a client behind two":                      {"10.0.0.1:4000", []string{"198.51.100.7, 10.0.0.2"}, "198.51.100.7:0"},
		"two proxies that write a line each":       {"10.0.0.1:4000", []string{"198.51.100.7", "10.0.0.2"}, "198.51.100.7:0"},
		"a forged entry before the proxy's own":    {"10.0.0.1:4000", []string{"127.0.0.1, 198.51.100.7"}, "198.51.100.7:0"},
		"an entry with a port":                     {"10.0.0.1:4000", []string{"198.51.100.7:5555"}, "198.51.100.7:0"},
		"IPv6 on both sides":                       {"[2001:db8:1::5]:4000", []string{"2001:db8:2::7"}, "[2001:db8:2::7]:0"},
		"a mapped peer":                            {"[::ffff:10.0.0.1]:4000", []string{"198.51.100.7"}, "198.51.100.7:0"},
		"a proxy that asks for itself":             {"10.0.0.1:4000", nil, "10.0.0.1:0"},
		"an entry that is no address":              {"10.0.0.1:4000", []string{"unknown"}, "10.0.0.1:0"},
		"no address before a trusted one":          {"10.0.0.1:4000", []string{"<script>, 10.0.0.2"}, "10.0.0.2:0"},
		"trusted addresses all the way":            {"10.0.0.1:4000", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3:0"},
		"a peer that is no address":                {"@", []string{"198.51.100.7"}, "@"},
		"a list without an end is read to a bound": {"10.0.0.1:4000", []string{manyHops(1000)}, "10.0.0.2:0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.RemoteAddr = c.peer
			request.Header["X-Forwarded-For"] = c.lines
			request.Header.Set("X-Real-Ip", "127.0.0.1")
			request.Header.Set("Accept", "text/html")
			var seen *http.Request
			trusted.resolve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r }), false).
				ServeHTTP(httptest.NewRecorder(), request)
			if seen.RemoteAddr != c.want {
				t.Errorf("the request comes from %s, want %s", seen.RemoteAddr, c.want)
			}
			for _, name := range forwarded {
				if seen.Header.Values(name) != nil {
					t.Errorf("%s reaches the handlers", name)
				}
			}
			if seen.Header.Get("Accept") == "" || request.Header.Get("X-Real-Ip") == "" {
				t.Error("more was changed than the handler's view of the address")
			}
		})
	}
}

func manyHops(n int) string {
	hops := "198.51.100.7"
	for range n {
		hops += ", 10.0.0.2"
	}
	return hops
}

func TestBrowsersStayWithHTTPS(t *testing.T) {
	t.Parallel()
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct {
		peer, proto string
		tls, public bool
		want        bool
	}{
		"after our own TLS":                          {"192.0.2.1:1", "", true, true, true},
		"after a trusted proxy's TLS":                {"10.0.0.1:1", "https", false, true, true},
		"but not when a stranger claims it":          {"192.0.2.1:1", "https", false, true, false},
		"nor after plain HTTP through a proxy":       {"10.0.0.1:1", "http", false, true, false},
		"nor when the nearest proxy heard it so":     {"10.0.0.1:1", "https, http", false, true, false},
		"nor when links do not lead to https anyway": {"192.0.2.1:1", "", true, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.RemoteAddr = c.peer
			if c.proto != "" {
				request.Header.Set("X-Forwarded-Proto", c.proto)
			}
			if c.tls {
				request.TLS = new(tls.ConnectionState)
			}
			recorder := httptest.NewRecorder()
			trusted.resolve(http.NotFoundHandler(), c.public).ServeHTTP(recorder, request)
			if got := recorder.Header().Get("Strict-Transport-Security") != ""; got != c.want {
				t.Errorf("told to stay: %v, want %v", got, c.want)
			}
		})
	}
}
