package httpx

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The times that a connection gets. What takes longer by its nature (uploads, downloads, streams)
// says so with Unhurried.
const (
	readHeader = 10 * time.Second
	readAll    = 60 * time.Second
	writeAll   = 60 * time.Second
	idle       = 2 * time.Minute
)

type closingKey struct{}

// NewServer makes a server with all its time-outs. Its Shutdown ends streams, which would never end
// by themselves.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	closing, end := context.WithCancel(context.Background())
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: readHeader, ReadTimeout: readAll, WriteTimeout: writeAll, IdleTimeout: idle,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), closingKey{}, closing)
		},
	}
	s.RegisterOnShutdown(end)
	return s
}

// UntilShutdown is the request's context, that ends also when the server begins to shut down.
func UntilShutdown(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	closing, ok := ctx.Value(closingKey{}).(context.Context)
	if !ok {
		return ctx, cancel
	}
	stop := context.AfterFunc(closing, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

// Unhurried gives a request more time to be read and answered than the server does; zero: for ever.
func Unhurried(w http.ResponseWriter, d time.Duration) {
	var until time.Time
	if d > 0 {
		until = time.Now().Add(d)
	}
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(until)  // a writer that has no deadlines needs none changed
	_ = rc.SetWriteDeadline(until) // as above
}
