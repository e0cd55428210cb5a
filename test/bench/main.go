// Command bench prints Tillway's figures beside what the machine itself can do
// in the same run (docs/performance.md). Load goes to loopback only, is bounded
// in count and time, and stops by itself.
//
//	go run ./test/bench            every section, about fifteen minutes, most of it to fill tables
//	go run ./test/bench -only raw,latency
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"tillway/internal/webhook"
)

// section is one group of figures.
type section struct {
	name string
	run  func(context.Context, *bench) error
}

func main() {
	if len(os.Args) > 1 && slices.Contains([]string{"sink", "hostiles", "shop"}, os.Args[1]) {
		if err := serveChild(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, os.Args[1]+":", err)
			os.Exit(1)
		}
		return
	}
	only := flag.String("only", "", "comma-separated sections: raw, saturated, latency, isolation, pending, checkout, log")
	pending := flag.Int("pending", 1_000_000, "how many pending retries there are in that section")
	rows := flag.Int("rows", 1_000_000, "how many deliveries the section log searches")
	span := flag.Duration("span", 10*time.Second, "how long each measurement of a rate lasts")
	cpu := flag.String("cpuprofile", "", "file for this process's CPU profile: the sender's, in all sections but checkout")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	end, err := profile(*cpu)
	if err == nil {
		err = run(ctx, *only, &bench{span: *span, pending: *pending, rows: *rows})
		end()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// shopProfile is where a shop's CPU profile goes: the file named in
// TILLWAY_BENCH_PROFILE, with the shop's scheme behind it.
func shopProfile(scheme string) string {
	path := os.Getenv("TILLWAY_BENCH_PROFILE")
	if path == "" {
		return ""
	}
	return path + "." + scheme
}

// serveChild is the life of a child process of the bench.
func serveChild(args []string) error {
	switch args[0] {
	case "sink":
		return serveSink()
	case "hostiles":
		return serveHostiles()
	}
	stop, err := profile(shopProfile(args[1]))
	if err != nil {
		return err
	}
	defer stop()
	return serveShop(webhook.Scheme(args[1]), args[2])
}

// profile writes this process's CPU profile to a file until stop; "" is none.
func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { pprof.StopCPUProfile(); _ = file.Close() }, nil
}

func run(ctx context.Context, only string, b *bench) error {
	sink, err := startSink(ctx)
	if err != nil {
		return err
	}
	defer sink.stop()
	urls, stop, err := startReceivers(ctx, "hostiles", len(hostiles))
	if err != nil {
		return err
	}
	defer stop()
	b.sink, b.hostileURLs = sink, urls
	for _, s := range []section{
		{"raw", measureRaw},
		{"saturated", measureSaturated},
		{"latency", measureLatency},
		{"isolation", measureIsolation},
		{"pending", measurePending},
		{"checkout", measureCheckout},
		{"log", measureLog},
	} {
		// The limits are always taken: a figure without them says nothing.
		if only != "" && s.name != "raw" && !slices.Contains(strings.Split(only, ","), s.name) {
			continue
		}
		fmt.Printf("\n%s\n", s.name)
		if err := s.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// bench is one run: its sink, and the machine's limits once they are known.
type bench struct {
	sink        *sink
	hostileURLs []string // of hostiles
	span        time.Duration
	pending     int // retries that wait beside a backlog
	rows        int // deliveries in the log

	posts float64 // HTTP posts with an HMAC per second, by a bare loop
	rsa   float64 // RSA-2048 signatures per second on all cores
	syncs float64 // one-row durable commits per second, one after another
}

func say(format string, args ...any) { fmt.Printf("  "+format+"\n", args...) }
