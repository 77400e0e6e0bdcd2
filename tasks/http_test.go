package tasks_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

func failing(text string) tasks.RequestOption {
	return tasks.Check(func(*tasks.Response) error { return errors.New(text) })
}

func TestHTTPJudgement(t *testing.T) {
	fine := tasks.Check(func(*tasks.Response) error { return nil })
	for _, tt := range []struct {
		name string
		path string
		opts []tasks.RequestOption
		want string
	}{
		{"below 400 is right", "/status/399", nil, "GET /status/399: ok"},
		{"from 400 on is not", "/status/400", nil, "GET /status/400: status 400"},
		{"a check does not hide a status", "/status/500", []tasks.RequestOption{fine}, "GET /status/500: status 500"},
		{"a check is not asked about a wrong status", "/status/500", []tasks.RequestOption{failing("x")}, "GET /status/500: status 500"},
		{"Status makes an error right", "/status/404", []tasks.RequestOption{tasks.Status(404, 410)}, "GET /status/404: ok"},
		{"Status makes 200 wrong", "/", []tasks.RequestOption{tasks.Status(404)}, "GET /: status 200"},
		{"the later Status holds", "/status/404", []tasks.RequestOption{tasks.Status(404), tasks.Status(200)}, "GET /status/404: status 404"},
		{"checks come on top of Status", "/status/404", []tasks.RequestOption{tasks.Status(404), failing("wrong page")}, "GET /status/404: wrong page"},
		{"the first error wins", "/", []tasks.RequestOption{fine, failing("first"), failing("second")}, "GET /: first"},
		{"a name", "/?id=4711", []tasks.RequestOption{tasks.Named("/[id]")}, "GET /[id]: ok"},
		{"a check may change the name", "/", []tasks.RequestOption{tasks.Check(func(r *tasks.Response) error {
			r.Name = "/renamed"
			return errors.New("and fail")
		})}, "GET /renamed: and fail"},
		{"the path as given is the name", "/a?b=c", nil, "GET /a?b=c: ok"},
		{"a query of an option is not in the name", "/a", []tasks.RequestOption{tasks.Query("b", "c")}, "GET /a: ok"},
		{"no path", "", nil, "GET /: ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
				return h.Get(ctx, tt.path, tt.opts...).Err
			})
			wantLog(t, l, tt.want)
		})
	}
}

func TestHTTPMistakesAreNotRecorded(t *testing.T) {
	get := func(path string, opts ...tasks.RequestOption) httpTask {
		return func(ctx context.Context, h *tasks.HTTP) error { return h.Get(ctx, path, opts...).Err }
	}
	host := site(t).URL
	for _, tt := range []struct {
		name string
		host string
		task httpTask
		want string
	}{
		{"body", host, get("/", tasks.JSON(func() {})), "! tasks: JSON: request body: json: unsupported type: func()"},
		{"no host", "", get("/items"), "! tasks: GET /items: there is no host: give --host to the master or to this program, or set Host of the user class"},
		{"host without scheme", "shop.example", get("/"), `! tasks: GET /: "shop.example/" does not begin with http:// or https://`},
		{"scheme", host, get("ftp://h/x"), `! tasks: GET ftp://h/x: "ftp://h/x" does not begin with http:// or https://`},
		{"URL", host, get("/%zz"), `! tasks: GET /%zz: invalid URL escape "%zz"`},
		{"method", host, func(ctx context.Context, h *tasks.HTTP) error {
			return h.Request(ctx, "NO SUCH", "/").Err
		}, `! tasks: NO SUCH /: net/http: invalid method "NO SUCH"`},
		{"header", host, get("/", tasks.Header("X-Id", "a\r\nb")), `! tasks: Header: "X-Id": "a\r\nb" cannot be sent`},
		{"timeout without unit", host, get("/", tasks.Timeout(30)), "! tasks: Timeout: 30ns: the unit is missing, such as 30*time.Second"},
		{"negative timeout", host, get("/", tasks.Timeout(-time.Second)), "! tasks: Timeout: -1s is negative"},
		{"no status", host, get("/", tasks.Status()), "! tasks: Status: no status is given"},
		{"bad status", host, get("/", tasks.Status(200, 20)), "! tasks: Status: there is no status 20"},
		{"no check", host, get("/", tasks.Check(nil)), "! tasks: Check: the function is nil"},
		{"TLS of a request", host, get("/", tasks.TLS(nil)), "! tasks: TLS: it must be given to NewHTTP"},
		{"the first of two", host, get("/", tasks.Status(), tasks.Check(nil)), "! tasks: Status: no status is given"},
		{"HTTP2 of With", host, func(ctx context.Context, h *tasks.HTTP) error {
			return h.With(tasks.HTTP2()).Get(ctx, "/").Err
		}, "! tasks: HTTP2: it must be given to NewHTTP"},
	} {
		t.Run(tt.name, func(t *testing.T) { wantLog(t, visit(t, tt.host, tt.task), tt.want) })
	}
}

func TestHTTPResponseIsNeverNil(t *testing.T) {
	visit(t, "http://127.0.0.1:1", func(ctx context.Context, h *tasks.HTTP) error {
		for _, res := range []*tasks.Response{h.Get(ctx, "/"), h.Get(ctx, "ftp://x"), h.Do(ctx, &http.Request{})} {
			if res.Err == nil || res.StatusCode != 0 || res.Header().Get("Date") != "" || len(res.Cookies()) != 0 {
				t.Errorf("response to nothing is %+v", res)
			}
		}
		return nil
	})
}

func TestHTTPErrIsARequestError(t *testing.T) {
	l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
		err := h.Get(ctx, "/status/503").Err
		re, ok := errors.AsType[*tasks.RequestError](err)
		if !ok || re.Method != "GET" || re.Name != "/status/503" || re.Err.Error() != "status 503" {
			t.Errorf("error is %#v", err)
		}
		return err
	})
	wantLog(t, l, "GET /status/503: status 503")
}

// The response time ends with the last byte, before the checks.
func TestHTTPResponseTime(t *testing.T) {
	const pause = 30 * time.Millisecond
	host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("first half, "))
		w.(http.Flusher).Flush()
		<-time.After(pause)
		w.Write([]byte("second half"))
	}).URL
	var checked time.Time
	var got *tasks.Response
	l := visit(t, host, func(ctx context.Context, h *tasks.HTTP) error {
		got = h.Get(ctx, "/", tasks.Check(func(r *tasks.Response) error {
			checked = time.Now()
			return nil
		}))
		return got.Err
	})
	s := l.samples[0]
	if s.Duration < pause || s.Start.Add(s.Duration).After(checked) {
		t.Errorf("response time %v, ended %v after the check began", s.Duration, s.Start.Add(s.Duration).Sub(checked))
	}
	if string(got.Body) != "first half, second half" || s.Length != 23 || got.Length != 23 || got.Duration != s.Duration {
		t.Errorf("response %+v, sample %+v", got, s)
	}
}

func TestHTTPPanicInCheckFailsAndIsAnException(t *testing.T) {
	boom := tasks.Check(func(*tasks.Response) error { panic("boom") })
	for _, ignore := range []bool{false, true} {
		l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
			if err := h.Get(ctx, "/", boom).Err; !ignore {
				return err
			}
			return nil
		})
		wantLog(t, l, "GET /: panic: boom; ! panic: boom")
	}
}

func TestHTTPControlErrorInCheck(t *testing.T) {
	l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
		err := h.Get(ctx, "/", tasks.Check(func(*tasks.Response) error { return tasks.StopUser })).Err
		if !errors.Is(err, tasks.StopUser) {
			t.Errorf("error is %v, want StopUser", err)
		}
		return err
	})
	wantLog(t, l, "GET /: ok")
}

func TestHTTPJoinedBugIsAnException(t *testing.T) {
	l := visit(t, site(t).URL, func(ctx context.Context, h *tasks.HTTP) error {
		return errors.Join(h.Get(ctx, "/status/500").Err, errors.New("a bug"))
	})
	wantLog(t, l, "GET /status/500: status 500; ! a bug")
}
