package webhook_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"tillway/internal/webhook"
)

// A receiver that closes an idle connection just as the next request arrives on
// it must not cost that delivery its first attempt.
func TestAConnectionThatWentStaleIsReplacedAtOnce(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var answered, dropped atomic.Int64
	second := make(chan struct{}, 10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			// One answer per connection; then a request is read and dropped.
			reader := bufio.NewReader(conn)
			for n := 0; ; n++ {
				request, err := http.ReadRequest(reader)
				if err != nil {
					break
				}
				_, _ = io.Copy(io.Discard, request.Body)
				if n > 0 {
					dropped.Add(1)
					break
				}
				answered.Add(1)
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				second <- struct{}{}
			}
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })

	r := startRig(t, nil)
	endpoint := r.mustEndpoint("http://" + listener.Addr().String())
	first := r.mustSend(endpoint, 1)[0]
	<-second
	waitForState(r, first.ID, webhook.Succeeded) // the connection is idle again
	next := r.mustSend(endpoint, 1)[0]
	<-second
	r.mustStop()
	if read := r.mustRead(next.ID); read.State != webhook.Succeeded || read.Attempts != 1 {
		t.Errorf("the delivery is %s after %d attempts, want succeeded after one", read.State, read.Attempts)
	}
	if answered.Load() != 2 || dropped.Load() != 1 {
		t.Errorf("%d answered and %d dropped, want 2 and 1", answered.Load(), dropped.Load())
	}
}

// waitForState reads until the outcome has been recorded.
func waitForState(r *rig, id webhook.DeliveryID, want webhook.State) {
	r.t.Helper()
	for r.mustRead(id).State != want {
	}
}
