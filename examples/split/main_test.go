package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

// named returns accounts a1 to an.
func named(n int) (all []account) {
	for i := range n {
		all = append(all, account{fmt.Sprint("a", i+1), "secret"})
	}
	return all
}

// Workers with the indices 0 to n-1 have each account once, and about as many.
func TestSplit(t *testing.T) {
	for _, tt := range []struct{ accounts, workers int }{{10, 1}, {10, 3}, {3, 3}, {1000, 7}} {
		var dealt []account
		for index := range tt.workers {
			part, shared := partOf(index, tt.workers)
			mine := split(named(tt.accounts), part, tt.workers)
			if shared || len(mine) < tt.accounts/tt.workers || len(mine) > tt.accounts/tt.workers+1 {
				t.Errorf("%+v: worker %d has %d accounts, shared: %t", tt, index, len(mine), shared)
			}
			dealt = append(dealt, mine...)
		}
		slices.SortFunc(dealt, func(a, b account) int { return strings.Compare(a.name, b.name) })
		if got := len(slices.Compact(dealt)); got != tt.accounts {
			t.Errorf("%+v: %d accounts dealt", tt, got)
		}
	}
}

// The deck uses the number of workers that is known, and says when parts are shared.
func TestDeal(t *testing.T) {
	for _, tt := range []struct {
		name            string
		parts, expected int // 0 is not known
		index           int
		first, second   string
	}{
		{"by variable", 3, 0, 1, "a2", "a5"},
		{"by the master", 0, 2, 1, "a2", "a4"},
		{"the variable goes first", 3, 2, 2, "a3", "a6"},
		{"not known", 0, 0, 4, "a1", "a2"},
		{"a replaced worker", 3, 0, 4, "a2", "a5"},
		{"a master without indices", 3, 0, -1, "a1", "a4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &deck{accounts: named(6), parts: tt.parts}
			if _, err := d.next(); err == nil {
				t.Error("accounts before the first test")
			}
			options := tasks.Options{}
			if tt.expected > 0 {
				options["expect_workers"] = int64(tt.expected)
			}
			if err := d.deal(t.Context(), &worker.Test{Environment: tasks.Environment{WorkerIndex: tt.index, Options: options}}); err != nil {
				t.Fatal(err)
			}
			first, err := d.next()
			second, _ := d.next()
			if err != nil || first.name != tt.first || second.name != tt.second {
				t.Errorf("accounts %v and %v, %v", first, second, err)
			}
		})
	}
}

func TestTooFewAccounts(t *testing.T) {
	d := &deck{accounts: named(2), parts: 3}
	err := d.deal(t.Context(), &worker.Test{Environment: tasks.Environment{WorkerIndex: 2}})
	if err == nil || !strings.Contains(err.Error(), "2 accounts are too few for 3 workers") {
		t.Errorf("error %v", err)
	}
}

func TestMistakes(t *testing.T) {
	for _, text := range []string{"0", "-1", "three"} {
		if _, err := partsOf(text); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", text, err)
		}
	}
	path := filepath.Join(t.TempDir(), "accounts.csv")
	if _, err := readAccounts(path); err == nil {
		t.Error("a file that is not there")
	}
	for text, ok := range map[string]bool{"ada,1\ngrace,2\n": true, "ada,1\ngrace\n": false} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readAccounts(path); (err == nil) != ok || ok && got[1] != (account{"grace", "2"}) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}
