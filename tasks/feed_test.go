package tasks_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

func TestFeedNext(t *testing.T) {
	rows := []string{"a", "b", "c"}
	f := tasks.NewFeed(rows...)
	rows[0] = "changed by the caller"
	var got strings.Builder
	for range 4 {
		got.WriteString(f.Next())
	}
	f.Add("d")
	for range 4 {
		got.WriteString(f.Next())
	}
	if want := "abcabcda"; got.String() != want {
		t.Errorf("rows %q, want %q", got.String(), want)
	}
}

func TestFeedTake(t *testing.T) {
	f := tasks.NewFeed("a", "b", "c")
	f.Next()
	row, ok := f.Take(nil)
	if row != "a" || !ok || f.Len() != 2 {
		t.Errorf("took %q, %v; %d rows left", row, ok, f.Len())
	}
	if got := f.Next() + f.Next() + f.Next(); got != "bcb" {
		t.Errorf("rows %q after Take", got)
	}
	f.Take(nil)
	f.Take(nil)
	if row, ok := f.Take(nil); ok || row != "" {
		t.Errorf("took %q of nothing", row)
	}
	f.Add("d")
	if got := f.Next(); got != "d" {
		t.Errorf("next %q, want d", got)
	}
}

// A row is given back when its user has ended.
func TestFeedTakeGivesBack(t *testing.T) {
	f := tasks.NewFeed("only")
	c := tasks.UserClass{Name: "Owner", New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "take", Run: func(context.Context) error {
			row, ok := f.Take(u)
			if _, second := f.Take(u); row != "only" || !ok || second {
				t.Errorf("took %q, %v; another one %v", row, ok, second)
			}
			return tasks.StopUser
		}}}}
	}}
	for range 3 {
		c.Run(t.Context(), tasks.Driver{})
		if f.Len() != 1 {
			t.Fatalf("%d rows after the user's end, want 1", f.Len())
		}
	}
}

func TestFeedEmptyNextIsAnException(t *testing.T) {
	var f tasks.Feed[int]
	l := visit(t, "", func(context.Context, *tasks.HTTP) error {
		f.Next()
		return nil
	})
	wantLog(t, l, "! panic: tasks: Feed.Next: the feed has no rows")
}

// No row is lost, and none is with two users at once.
func TestFeedIsSafe(t *testing.T) {
	const rows, users = 100, 20
	f := tasks.NewFeed[int]()
	for i := range rows {
		f.Add(i)
	}
	var owned [rows]sync.Mutex
	var wg sync.WaitGroup
	for range users {
		wg.Go(func() {
			for range 200 {
				f.Next()
				row, ok := f.Take(nil)
				if !ok || !owned[row].TryLock() {
					t.Errorf("row %d, taken %v, is another user's", row, ok)
					return
				}
				owned[row].Unlock()
				f.Add(row)
			}
		})
	}
	wg.Wait()
	seen := map[int]bool{}
	for range rows {
		seen[f.Next()] = true
	}
	if len(seen) != rows || f.Len() != rows {
		t.Errorf("%d different rows of %d, want %d", len(seen), f.Len(), rows)
	}
}

func TestCSVFeed(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       [][]string
		err        string
	}{
		{"records", "ann,1\n\n\"b, c\",2\r\n", [][]string{{"ann", "1"}, {"b, c", "2"}}, ""},
		{"byte order mark", "\ufeffann,1\n", [][]string{{"ann", "1"}}, ""},
		{"one field short", "a,b\nc\n", nil, "record on line 2: wrong number of fields"},
		{"quote", "a,b\nc,\"d\n", nil, `parse error on line 2, column 6: extraneous or missing " in quoted-field`},
		{"empty", "\n\n", nil, "line 1: the file has no record"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "users.csv")
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := tasks.CSVFeed(file)
			if tt.err != "" {
				if want := "tasks: feed " + file + ": " + tt.err; err == nil || err.Error() != want {
					t.Errorf("error %v, want %q", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantRecords(t, f, tt.want)
		})
	}
}

func wantRecords(t *testing.T, f *tasks.Feed[[]string], records [][]string) {
	t.Helper()
	for _, want := range records {
		if got := f.Next(); !reflect.DeepEqual(got, want) {
			t.Errorf("record %q, want %q", got, want)
		}
	}
	if f.Len() != len(records) {
		t.Errorf("%d records, want %d", f.Len(), len(records))
	}
}

func TestCSVFeedMissingFile(t *testing.T) {
	if _, err := tasks.CSVFeed("no/such.csv"); err == nil || err.Error() != "tasks: feed: open no/such.csv: no such file or directory" {
		t.Errorf("error %v", err)
	}
}
