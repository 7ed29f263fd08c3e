package main

import (
	"context"
	"net/http"
	"net/http/pprof"
	"time"
)

// serveProfiles serves what Go knows of where the time and the memory go, until ctx ends; at no
// address it serves nothing.
func serveProfiles(ctx context.Context, addr string) error {
	if addr == "" {
		return nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	server := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() {
		server.Close() //nolint:errcheck,gosec // whoever reads a profile then gets none
	})
	defer stop()
	return server.ListenAndServe()
}
