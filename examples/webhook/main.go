// Command webhook receives alerts from Alertmanager and prints each as a line of JSON: what
// arrives where alerts are sent to, and where to begin with a receiver of one's own.
//
//	GET /healthy   answers 200
//	POST /…        takes a message of Alertmanager's webhook (version 4)
//
// Its first line on standard output is its address.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

const maxMessage = 1 << 20 // bytes

func main() {
	listen := flag.String("listen", "127.0.0.1:8082", "`address` to listen on; port 0 means a free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address string, out io.Writer) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	fmt.Fprintf(out, "http://%s\n", l.Addr())
	server := &http.Server{Handler: newReceiver(out), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(l); ctx.Err() == nil {
		return fmt.Errorf("webhook: %w", err)
	}
	return nil
}

// A message is what Alertmanager posts, as far as it is read here
// (alertmanager/notify/webhook/webhook.go and template/template.go).
type message struct {
	Receiver string  `json:"receiver"`
	Alerts   []alert `json:"alerts"`
}

type alert struct {
	Status      string            `json:"status"` // firing or resolved
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
}

// A line is what is printed of an alert.
type line struct {
	Receiver string `json:"receiver"`
	Path     string `json:"path"`
	alert
}

func newReceiver(out io.Writer) http.Handler {
	var mu sync.Mutex
	pages := http.NewServeMux()
	pages.HandleFunc("GET /healthy", func(http.ResponseWriter, *http.Request) {})
	pages.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		var m message
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxMessage)).Decode(&m); err != nil {
			http.Error(w, "webhook: no message of Alertmanager: "+err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, a := range m.Alerts {
			if err := json.NewEncoder(out).Encode(line{m.Receiver, r.URL.Path, a}); err != nil {
				http.Error(w, "webhook: "+err.Error(), http.StatusInternalServerError) // it comes again
				return
			}
		}
	})
	return pages
}
