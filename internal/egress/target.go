package egress

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tillway/internal/fault"
)

// maxURL is the longest URL accepted, in characters.
const maxURL = 2048

// target is a URL that has passed the rules which need no network.
type target struct {
	secure bool
	host   string     // lower case, without brackets
	addr   netip.Addr // valid when the host is a literal address
	port   uint16
}

func refuse(code, message string) *fault.Error { return fault.New(fault.Invalid, code, message) }

// parse applies the rules for the text, the scheme, the host and the port, and
// for the address when the host is one.
func (p *Policy) parse(rawURL string) (target, error) {
	if err := checkText(rawURL); err != nil {
		return target{}, err
	}
	parsed, err := url.Parse(rawURL)
	if err != nil {
		return target{}, refuse("url_malformed", "This is not a valid URL.")
	}
	return p.checkURL(parsed)
}

// checkText refuses what URL parsers read differently from each other.
func checkText(rawURL string) error {
	if utf8.RuneCountInString(rawURL) > maxURL {
		return refuse("url_too_long", "A URL may have at most 2,048 characters.")
	}
	for _, char := range rawURL {
		switch {
		case char == ' ' || unicode.IsControl(char):
			return refuse("url_control_character", "A URL may not contain spaces or control characters.")
		case char == '\\':
			return refuse("url_backslash", "A URL may not contain a backslash.")
		}
	}
	if strings.Contains(rawURL, "#") {
		return refuse("url_fragment", "A URL that is called may not have a fragment (#…).")
	}
	return nil
}

// checkParts is checkText for a URL of which only the parts are left.
func checkParts(u *url.URL) error {
	if u.Fragment != "" {
		return refuse("url_fragment", "A URL that is called may not have a fragment (#…).")
	}
	if utf8.RuneCountInString(u.Scheme+u.Host+u.Path+u.RawQuery) > maxURL {
		return refuse("url_too_long", "A URL may have at most 2,048 characters.")
	}
	// RawPath is set when the path was written otherwise than it goes out.
	if err := checkText(u.RawPath); err != nil {
		return err
	}
	return checkText(u.RawQuery)
}

// checkURL applies the rules to a parsed URL: at save, and again at every send.
func (p *Policy) checkURL(u *url.URL) (target, error) {
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return target{}, refuse("url_not_https", "The URL must begin with https://.")
	case u.Opaque != "" || u.Host == "":
		return target{}, refuse("url_malformed", "The URL has no host.")
	case u.User != nil:
		return target{}, refuse("url_userinfo", "The URL may not contain a user name or password.")
	}
	if err := checkParts(u); err != nil {
		return target{}, err
	}
	host := strings.ToLower(u.Hostname())
	port, err := portOf(u)
	if err != nil {
		return target{}, err
	}
	found := target{secure: u.Scheme == "https", host: host, port: port}
	named := p.hosts[host]
	if strings.HasPrefix(u.Host, "[") || isDotted(host) {
		if found.addr, err = literal(host); err != nil {
			return target{}, err
		}
		err = p.checkAddress(netip.AddrPortFrom(found.addr, port), "")
	} else {
		err = p.checkName(host, port)
	}
	if err != nil {
		return target{}, err
	}
	if u.Scheme == "http" && !p.mayUseHTTP(found, named) {
		return target{}, refuse("url_not_https", "The URL must begin with https://.")
	}
	return found, nil
}

// mayUseHTTP limits plain http to what development needs: this host, and hosts
// that the operator named.
func (p *Policy) mayUseHTTP(found target, named bool) bool {
	if !p.config.AllowHTTPLoopback {
		return false
	}
	return named || isLocalhost(found.host) ||
		found.addr.IsValid() && (found.addr.Unmap().IsLoopback() || p.allowed(found.addr))
}

func portOf(u *url.URL) (uint16, error) {
	text := u.Port()
	if text == "" {
		if strings.HasSuffix(u.Host, ":") {
			return 0, refuse("url_port", "The port is missing.")
		}
		if u.Scheme == "http" {
			return 80, nil
		}
		return 443, nil
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || !mayUsePort(uint16(port)) {
		return 0, refuse("url_port", "Webhooks may not use port "+text+
			", but 443, 80, 8443, 8080 or another from 1024 on that no database is known for.")
	}
	return uint16(port), nil
}

// databasePorts are the well-known ports of databases, queues and cluster
// stores from 1024 on.
var databasePorts = map[uint16]bool{
	1433: true, 1434: true, // SQL Server
	1521: true, 1830: true, 2483: true, 2484: true, // Oracle
	2379: true, 2380: true, // etcd
	3050: true,              // Firebird
	3306: true, 33060: true, // MySQL
	5432: true, 6432: true, // PostgreSQL and its poolers
	5984: true, 6984: true, // CouchDB
	6379: true, 6380: true, 16379: true, 26379: true, // Redis
	7000: true, 7001: true, 9042: true, 9160: true, // Cassandra
	7474: true, 7687: true, // Neo4j
	8086: true,             // InfluxDB
	8529: true,             // ArangoDB
	8123: true,             // ClickHouse
	9200: true, 9300: true, // Elasticsearch
	11211: true,                                        // memcached
	26257: true,                                        // CockroachDB
	27017: true, 27018: true, 27019: true, 28017: true, // MongoDB
	28015: true, 29015: true, // RethinkDB
	50000: true, // DB2
}

func mayUsePort(port uint16) bool {
	return port == 443 || port == 80 || port >= 1024 && !databasePorts[port]
}
