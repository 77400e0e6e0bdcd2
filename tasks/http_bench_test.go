package tasks_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

// BenchmarkGet compares a user's request with one of a bare http.Client.
func BenchmarkGet(b *testing.B) {
	host := serve(b, ok).URL
	check := func(*tasks.Response) error { return nil }
	b.Run("bare", func(b *testing.B) {
		c := &http.Client{Transport: &http.Transport{DisableCompression: true}}
		defer c.CloseIdleConnections()
		b.ReportAllocs()
		for b.Loop() {
			res, err := c.Get(host + "/")
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadAll(res.Body); err != nil {
				b.Fatal(err)
			}
			res.Body.Close()
		}
	})
	for _, tt := range []struct {
		name string
		get  func(context.Context, *tasks.HTTP) *tasks.Response
	}{
		{"tasks", func(ctx context.Context, h *tasks.HTTP) *tasks.Response { return h.Get(ctx, "/") }},
		{"tasks-named-checked", func(ctx context.Context, h *tasks.HTTP) *tasks.Response {
			return h.Get(ctx, "/", tasks.Named("/[id]"), tasks.Check(check))
		}},
		{"tasks-no-timeout", func(ctx context.Context, h *tasks.HTTP) *tasks.Response {
			return h.Get(ctx, "/", tasks.Timeout(0))
		}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			c := tasks.UserClass{Name: "Bench", Host: host, New: func(u *tasks.User) tasks.TaskSet {
				h := tasks.NewHTTP(u)
				return tasks.TaskSet{Tasks: []tasks.Task{{Name: "loop", Run: func(ctx context.Context) error {
					b.ReportAllocs()
					for b.Loop() {
						if err := tt.get(ctx, h).Err; err != nil {
							b.Error(err)
						}
					}
					return tasks.StopUser
				}}}}
			}}
			c.Run(b.Context(), tasks.Driver{})
		})
	}
}
