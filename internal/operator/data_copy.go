package operator

import (
	"context"
	"net/http"
)

// DataCopyIn asks for a copy of the data.
type DataCopyIn struct{}

// DataCopy is a directory with the files of the data as they were at one
// moment. Whoever asked for it removes it.
type DataCopy struct {
	Dir string `json:"dir"`
}

// dataCopy is the function's name on the socket.
const dataCopy = "data-copy"

// HandleDataCopy serves the copy on the socket's mux. It is no function of
// Operator: only a server that holds a data directory can do it.
func HandleDataCopy(mux *http.ServeMux, run func(context.Context, DataCopyIn) (DataCopy, error)) {
	serve(mux, dataCopy, run)
}

// CopyData has the server copy its data, for as long as ctx lasts: how long it
// takes depends on how much there is.
func (c *Client) CopyData(ctx context.Context, in DataCopyIn) (DataCopy, error) {
	patient := &Client{http: http.Client{Transport: c.http.Transport}}
	return call[DataCopy](ctx, patient, dataCopy, in)
}
