// Command target is a small shop to load: an HTTP server that counts what it answered.
//
//	GET  /             the start page
//	GET  /items        a list in JSON
//	GET  /items/{id}   one item in JSON
//	POST /login        wants JSON with a user, sets a cookie
//	GET  /cart         wants that cookie
//	GET  /slow?ms=N    answers after N milliseconds
//	GET  /fail         always answers 500
//
// What the shop does to its users can be turned by flags, and by posting the same names
// while it runs: curl -d delay=20ms -d error-rate=0.02 http://127.0.0.1:8080/knobs. These
// pages are neither counted nor delayed:
//
//	GET  /count        what was answered up to now, in JSON
//	GET  /record       each of the last visits with its time: ?from=…&to=…
//	GET  /knobs        the settings; POST changes them
//	GET  /version      the version that is deployed here, as a setting says
//
// Its first line on standard output is its address. SIGTERM and SIGINT let it answer what
// it has begun.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	shutdownGrace = 10 * time.Second
	defaultRecord = 100_000 // visits, some MB
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "`address` to listen on; port 0 means a free one")
	record := flag.Int("record", defaultRecord, "how many visits /record knows")
	knobs := settings{version: "1.0.0"}
	knobs.flags(flag.CommandLine)
	flag.Parse()
	if err := knobs.check(); err != nil {
		fmt.Fprintln(os.Stderr, "target:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, newShop(knobs, *record)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address string, shop http.Handler) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	fmt.Printf("http://%s\n", l.Addr())
	server := &http.Server{Handler: shop, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.Background(), shutdownGrace)
		defer cancel()
		err = server.Shutdown(grace)
	}
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("target: %w", err)
	}
	return nil
}
