package result

import (
	"reflect"
	"testing"
	"time"
)

func TestSaveAndLoad(t *testing.T) {
	dir := t.TempDir()
	want := Saturation{
		Setting: Setting{Date: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), Versions: map[string]string{"wrk": "4.1.0"}},
		Users:   100, Windows: []Window{{Peer: Ours, Requests: 10, Seconds: 2, Generator: 0.5}},
	}
	if err := Save(dir, SaturationFile(100), want); err != nil {
		t.Fatal(err)
	}
	got, err := LoadSaturations(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("loaded %+v, want %+v", got, want)
	}
}

func TestLoadOfNothing(t *testing.T) {
	var m Masters
	if err := Load(t.TempDir(), "masters.json", &m); err != nil || m.Rows != nil {
		t.Errorf("loaded %+v, error %v", m, err)
	}
}

func TestRates(t *testing.T) {
	w := Window{Requests: 10, Seconds: 2, Generator: 0.5}
	if w.PerSecond() != 5 || w.PerCPU() != 10 {
		t.Errorf("%v and %v a second, want 5 and 10", w.PerSecond(), w.PerCPU())
	}
	if idle := (&Window{Requests: 1, Seconds: 1}); idle.PerCPU() != 0 {
		t.Errorf("%v requests per CPU-second of none", idle.PerCPU())
	}
}
