package main

import (
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/kept-desk/kept/channel/email"
	"github.com/kept-desk/kept/work"
)

// metrics count what the rooms tell of themselves, for Prometheus.
type metrics struct {
	registry    *prometheus.Registry
	connections prometheus.Gauge
	accepted    prometheus.Histogram
	bytes       prometheus.Counter
	refused     *prometheus.CounterVec
	jobs        *prometheus.CounterVec
	jobTook     *prometheus.HistogramVec
	late        prometheus.Histogram
	promises    prometheus.Counter
	requests    *prometheus.HistogramVec
}

func newMetrics() *metrics {
	quick := []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	m := &metrics{
		registry:    prometheus.NewRegistry(),
		connections: prometheus.NewGauge(prometheus.GaugeOpts{Name: "kept_smtp_connections", Help: "Open connections of mail servers."}),
		accepted:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "kept_mail_accepted_seconds", Help: "From a mail's first byte to durable.", Buckets: quick}),
		bytes:       prometheus.NewCounter(prometheus.CounterOpts{Name: "kept_mail_accepted_bytes_total", Help: "Bytes of mail accepted."}),
		refused:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kept_mail_refused_total", Help: "Mails and connections refused, by why."}, []string{"why"}),
		jobs:        prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kept_jobs_total", Help: "Jobs run, by kind and outcome (done, again, dead)."}, []string{"kind", "outcome"}),
		jobTook:     prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kept_job_seconds", Help: "How long a job took.", Buckets: quick}, []string{"kind"}),
		late:        prometheus.NewHistogram(prometheus.HistogramOpts{Name: "kept_promise_settled_late_seconds", Help: "From a promise's due instant to its settlement.", Buckets: quick}),
		promises:    prometheus.NewCounter(prometheus.CounterOpts{Name: "kept_promises_settled_total", Help: "Promises that the clockwork broke or warned of."}),
		requests:    prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kept_http_request_seconds", Help: "HTTP requests, by route, method and status.", Buckets: quick}, []string{"route", "method", "status"}),
	}
	m.registry.MustRegister(m.connections, m.accepted, m.bytes, m.refused, m.jobs, m.jobTook, m.late, m.promises, m.requests,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// handler serves the metrics to who knows the token; without one, to this machine alone, and to nobody
// who came through a proxy.
func (m *metrics) handler(token string) http.Handler {
	all := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !mayRead(r, token) {
			http.NotFound(w, r)
			return
		}
		all.ServeHTTP(w, r)
	})
}

func mayRead(r *http.Request, token string) bool {
	if token != "" {
		return subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+token)) == 1
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

func (m *metrics) smtp() email.Observer {
	return email.Observer{
		Connections: func(change int) { m.connections.Add(float64(change)) },
		Accepted: func(bytes int, took time.Duration) {
			m.bytes.Add(float64(bytes))
			m.accepted.Observe(took.Seconds())
		},
		Refused: func(why string) { m.refused.WithLabelValues(why).Inc() },
	}
}

func (m *metrics) ran(r work.Ran) {
	m.jobs.WithLabelValues(r.Kind, string(r.Outcome)).Inc()
	m.jobTook.WithLabelValues(r.Kind).Observe(r.Took.Seconds())
}

func (m *metrics) settled(n int, late time.Duration) {
	m.promises.Add(float64(n))
	m.late.Observe(late.Seconds())
}

func (m *metrics) request(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}
