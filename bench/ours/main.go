// Command ours is the Hopperband worker that is measured. Its user classes are
//
//	Getter    gets "/" with the library's own client, again and again
//	Recorder  records requests that nobody has sent: what the worker itself costs
//	Idler     waits: what a user costs that does nothing
//
// None of them pauses between tasks, but for the Idler.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"

	"github.com/hopperband/hopperband/bench/internal/record"
)

func main() {
	master := flag.String("master", "127.0.0.1:5557", "`address` of the master")
	times := flag.String("times", "", "`file` for the response times as this worker recorded them, finer than a master can know them")
	control := flag.Bool("control", false, "print an address where GET /count tells what the Recorders have recorded")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := work(ctx, *master, *times, *control); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func work(ctx context.Context, master, times string, control bool) error {
	host, port, err := net.SplitHostPort(master)
	if err != nil {
		return fmt.Errorf("ours: master: %w", err)
	}
	cfg := worker.Config{MasterHost: host, Log: zerolog.New(os.Stderr).Level(zerolog.WarnLevel)}
	if cfg.MasterPort, err = strconv.Atoi(port); err != nil {
		return fmt.Errorf("ours: master: %w", err)
	}
	recorded := new(record.Histogram)
	if times != "" {
		cfg.OnRequest = func(_ context.Context, r tasks.Request) { recorded.Add(r.Duration) }
	}
	r := new(recorders)
	if control {
		if err := r.listen(); err != nil {
			return err
		}
	}
	err = worker.Run(ctx, cfg,
		&tasks.UserClass{Name: "Getter", New: newGetter},
		&tasks.UserClass{Name: "Recorder", New: r.newRecorder},
		&tasks.UserClass{Name: "Idler", WaitTime: tasks.Constant(time.Hour), New: newIdler},
	)
	if err != nil || times == "" {
		return err
	}
	return write(times, recorded.Summary())
}

func write(file string, s record.Summary) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("ours: times: %w", err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return fmt.Errorf("ours: times: %w", err)
	}
	return nil
}

func (r *recorders) listen() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("ours: control: %w", err)
	}
	fmt.Printf("http://%s\n", l.Addr())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /count", r.count)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with the process
	return nil
}
