package record_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/schematest"
)

const schemaFile = "record.schema.json"

func TestSchemaFile(t *testing.T) {
	r := &jsonschema.Reflector{Mapper: func(t reflect.Type) *jsonschema.Schema {
		if t == reflect.TypeFor[histogram.Histogram]() {
			return histogramSchema()
		}
		return nil
	}}
	schematest.InStep(t, schemaFile, schematest.Text(t, r.Reflect(&record.Run{}),
		"https://hopperband.github.io/schemas/record-1.json", "The record of one run of a load test"))
}

func histogramSchema() *jsonschema.Schema {
	s := jsonschema.Reflect(&struct {
		Schema int       `json:"schema" jsonschema:"enum=5"`
		Count  int64     `json:"count" jsonschema:"minimum=0"`
		Zero   int64     `json:"zero" jsonschema:"minimum=0"`
		Sum    float64   `json:"sum" jsonschema:"minimum=0,description=of the response times in seconds"`
		Runs   [][]int64 `json:"runs" jsonschema:"description=runs of neighbouring buckets: the index of the first and then the counts"`
	}{})
	s.Version, s.ID, s.Definitions = "", "", nil
	s.Title = "Response times in the buckets of Prometheus's native histograms of schema 5"
	return s
}

func full() *record.Run {
	f := record.Figures{Method: "GET", Name: "/", Requests: 2, Failures: 1}
	f.ResponseTime.Observe(0.1)
	f.ResponseTime.Observe(0)
	at := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
	total := f
	total.Method, total.Name = "", ""
	return &record.Run{
		Schema: record.Schema, ID: record.NewID(at), Total: total.Over(1), Names: []record.Figures{f.Over(1)},
		Series:     []record.Point{{T: 1, P50: new(0.1)}},
		Generator:  record.Generator{CPUMax: new(0.5), ClockSteps: []string{"worker 1: 2s"}},
		Sources:    []record.Source{{Kind: record.SourceMaster, Resolution: record.Locust}},
		Reconciled: record.Reconciled{Compared: true},
		Verdict: &record.Verdict{
			Outcome: record.Fail, ExitCode: 3, Baseline: record.Basis{State: record.NoBaseline},
			Checks: []record.Check{{Kind: record.ThresholdCheck, Result: record.Failed, Seen: new(0.1)}},
		},
		Accepted: &record.Accepted{By: "ann", Reason: "new database", At: at},
	}
}

func TestRecordsAreValid(t *testing.T) {
	check := schematest.Checker(t, schemaFile)
	for name, run := range map[string]*record.Run{
		"full":       full(),
		"not judged": {Schema: record.Schema, ID: record.NewID(time.Unix(0, 0))},
	} {
		var b bytes.Buffer
		if err := run.Write(&b); err != nil {
			t.Fatal(err)
		}
		if err := check(b.Bytes()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		back, err := record.Parse(b.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var again bytes.Buffer
		if err := back.Write(&again); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s becomes %s", b.Bytes(), again.Bytes())
		}
	}
	var b bytes.Buffer
	if err := full().Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, change := range []string{`"outcome":"FAIL"`, `"kind":"threshold"`, `"schema":5`, `"requests":2`} {
		key, _, _ := strings.Cut(change, ":")
		bad := strings.Replace(b.String(), change, key+`:"nonsense"`, 1)
		if err := check([]byte(bad)); err == nil || bad == b.String() {
			t.Errorf("%s:\"nonsense\" is valid", key)
		}
	}
}

func FuzzParse(f *testing.F) {
	var b bytes.Buffer
	if err := full().Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"schema":1,"id":"20250601T080000Z-0123456789abcdef"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		run, err := record.Parse(data)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := run.Write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := record.Parse(out.Bytes()); err != nil {
			t.Fatalf("%s becomes %s: %v", data, out.Bytes(), err)
		}
	})
}
