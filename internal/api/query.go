package api

import "net/url"

// Query are the members of the address's query. A part that cannot be read is
// left out.
func (c *Call) Query() url.Values { return c.request.URL.Query() }
