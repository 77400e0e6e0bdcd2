package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	generator "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/hopperband/hopperband/internal/gate/report"
)

const schemaFile = "report.schema.json"

// TestSchemaFile keeps the JSON Schema in step with the types.
func TestSchemaFile(t *testing.T) {
	s := generator.Reflect(&report.Report{})
	s.ID = "https://hopperband.github.io/schemas/report-1.json"
	s.Title = "The report of one run of a load test"
	want, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the types say: UPDATE=1 go test ./internal/gate/report", schemaFile)
	}
}

func TestReportsAreValid(t *testing.T) {
	s, err := validator.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	check := func(data string) error {
		instance, err := validator.UnmarshalJSON(strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(instance)
	}
	for name, r := range samples(t) {
		var b strings.Builder
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		if err := check(b.String()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		bad := strings.Replace(b.String(), `"outcome": "`, `"outcome": "NOT `, 1)
		if err := check(bad); err == nil {
			t.Errorf("%s: an outcome that does not exist is valid", name)
		}
	}
}
