package link

import (
	"net/url"
	"strings"
	"testing"
)

func TestRedirection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ address, reference, want, legacy string }{
		"without a query": {"https://h/p", "a", "https://h/p?referenceId=a&orderid=cm1", "https://h/p/?referenceId=a&orderid=cm1"},
		"with a query": {
			"https://h/p?x=1", "a", "https://h/p?x=1&referenceId=a&orderid=cm1", "https://h/p?x=1/?referenceId=a&orderid=cm1",
		},
		"with a reference of its own": {
			"https://h/p?referenceId=a", "a", "https://h/p?referenceId=a&orderid=cm1", "https://h/p?referenceId=a/?referenceId=a&orderid=cm1",
		},
		"with another reference between others": {
			"https://h/p?x=1&referenceId=old&orderid=old&y=%202", "a", "https://h/p?x=1&y=%202&referenceId=a&orderid=cm1",
			"https://h/p?x=1&referenceId=old&orderid=old&y=%202/?referenceId=a&orderid=cm1",
		},
		"with an encoded name": {
			"https://h/p?reference%49d=old", "a", "https://h/p?referenceId=a&orderid=cm1", "https://h/p?reference%49d=old/?referenceId=a&orderid=cm1",
		},
		"with a fragment": {
			"https://h/p?x=1#top", "a", "https://h/p?x=1&referenceId=a&orderid=cm1#top", "https://h/p?x=1#top/?referenceId=a&orderid=cm1",
		},
		"with an empty query":                     {"https://h/p?", "a", "https://h/p?referenceId=a&orderid=cm1", "https://h/p?/?referenceId=a&orderid=cm1"},
		"without a path":                          {"https://h", "a", "https://h?referenceId=a&orderid=cm1", "https://h/?referenceId=a&orderid=cm1"},
		"of a reference that has to be encoded":   {"https://h/p", "a/b &?=ä", "https://h/p?referenceId=a%2Fb+%26%3F%3D%C3%A4&orderid=cm1", "https://h/p/?referenceId=a%2Fb+%26%3F%3D%C3%A4&orderid=cm1"},
		"nowhere":                                 {"", "a", "", ""},
		"with members of the same name that vary": {"https://h/p?ORDERID=1", "a", "https://h/p?ORDERID=1&referenceId=a&orderid=cm1", "https://h/p?ORDERID=1/?referenceId=a&orderid=cm1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := redirection(c.address, c.reference, "cm1", false); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := redirection(c.address, c.reference, "cm1", true); got != c.legacy {
				t.Errorf("legacy: got  %s\nwant %s", got, c.legacy)
			}
		})
	}
}

// FuzzRedirection holds that a redirection says what it should, once, and that
// it leads where the merchant said.
func FuzzRedirection(f *testing.F) {
	for _, seed := range [][2]string{
		{"https://h/p", "a"}, {"https://h/p?x=1&referenceId=a#f", "a/b"}, {"http://h:1?;&=&&", "ä"}, {"https://h/?orderid", "%"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, address, reference string) {
		before, err := url.Parse(address)
		if err != nil || before.Host == "" || strings.ContainsAny(address, ";") {
			return
		}
		after, err := url.Parse(redirection(address, reference, "cm1", false))
		if err != nil {
			t.Fatalf("%q became %v", address, err)
		}
		if after.Host != before.Host || after.Path != before.Path || after.Fragment != before.Fragment {
			t.Errorf("%q leads to %q", address, after)
		}
		query := after.Query()
		if got := query["referenceId"]; len(got) != 1 || got[0] != reference {
			t.Errorf("%q: referenceId %q, want %q", address, got, reference)
		}
		if got := query["orderid"]; len(got) != 1 || got[0] != "cm1" {
			t.Errorf("%q: orderid %q", address, got)
		}
	})
}
