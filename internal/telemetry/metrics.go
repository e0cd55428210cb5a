package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what the process does, for Prometheus. It has a registry of
// its own, so that several servers in one process do not count together. Every
// method is safe for concurrent use, takes well under a microsecond and never
// blocks: counters are atomics, and what needs a query is read when it is asked
// for (Gauge).
//
// Labels come from closed sets of the program, never from a request, so that
// nobody outside can make the number of series grow.
type Metrics struct {
	registry *prometheus.Registry

	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	refused  *prometheus.CounterVec

	attempts    *prometheus.CounterVec
	attemptTime prometheus.Histogram
	deliveries  *prometheus.CounterVec
	charges     *prometheus.CounterVec

	batch  prometheus.Histogram
	commit prometheus.Histogram
}

// Buckets, in seconds and in closures.
var (
	requestBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	commitBuckets  = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}
	batchBuckets   = []float64{1, 2, 4, 8, 16, 32, 64}
)

// NewMetrics makes the counters of one server.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: counter("tillway_http_requests_total", "Requests answered.", "method", "route", "status"),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tillway_http_request_seconds", Help: "Time to answer a request.", Buckets: requestBuckets,
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tillway_http_requests_in_flight", Help: "Requests being answered.",
		}),
		refused:  counter("tillway_connections_refused_total", "Connections closed at once because a bound was met.", "bound"),
		attempts: counter("tillway_webhook_attempts_total", "Webhook requests that ended, by outcome: succeeded, or the class of failure.", "outcome"),
		attemptTime: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tillway_webhook_attempt_seconds", Help: "Time from the start of a webhook request to the end of its answer.", Buckets: requestBuckets,
		}),
		deliveries: counter("tillway_webhook_deliveries_total", "Webhook deliveries that are over, by outcome.", "outcome"),
		charges:    counter("tillway_payment_attempts_total", "Answers of payment providers, by what was asked and how it ended.", "connector", "call", "outcome"),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tillway_db_commit_closures", Help: "Transactions that shared a commit.", Buckets: batchBuckets,
		}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tillway_db_commit_seconds", Help: "Time until a commit was durable.", Buckets: commitBuckets,
		}),
	}
	m.registry.MustRegister(
		m.requests, m.latency, m.inFlight, m.refused, m.attempts, m.attemptTime, m.deliveries, m.charges, m.batch, m.commit,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	b := ThisBuild()
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tillway_build_info", Help: "The running program; always 1.",
		ConstLabels: prometheus.Labels{"version": b.Version, "revision": b.Revision, "goversion": b.Go},
	}, func() float64 { return 1 }))
	return m
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Gauge adds a value that is read when it is asked for.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Handler answers with everything that was counted.
func (m *Metrics) Handler() http.Handler {
	const scrapes = 4
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: scrapes})
}

// Refused counts a connection that met a bound.
func (m *Metrics) Refused(bound string) { m.refused.WithLabelValues(bound).Inc() }

// Attempt counts a webhook request that ended.
func (m *Metrics) Attempt(outcome string, took time.Duration) {
	m.attempts.WithLabelValues(outcome).Inc()
	m.attemptTime.Observe(took.Seconds())
}

// Delivery counts a webhook delivery that is over.
func (m *Metrics) Delivery(outcome string) { m.deliveries.WithLabelValues(outcome).Inc() }

// Charge counts an answer of a payment provider.
func (m *Metrics) Charge(connector, call, outcome string) {
	m.charges.WithLabelValues(connector, call, outcome).Inc()
}

// Committed counts a commit; it has the signature that package sqldb asks for.
func (m *Metrics) Committed(closures int, took time.Duration) {
	m.batch.Observe(float64(closures))
	m.commit.Observe(took.Seconds())
}

// answered counts a request.
func (m *Metrics) answered(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}
