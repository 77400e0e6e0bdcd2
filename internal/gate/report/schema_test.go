package report_test

import (
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"github.com/hopperband/hopperband/internal/gate/report"
	"github.com/hopperband/hopperband/internal/gate/schematest"
)

const schemaFile = "report.schema.json"

func TestSchemaFile(t *testing.T) {
	schematest.InStep(t, schemaFile, schematest.Text(t, jsonschema.Reflect(&report.Report{}),
		"https://hopperband.github.io/schemas/report-1.json", "The report of one run of a load test"))
}

func TestReportsAreValid(t *testing.T) {
	check := schematest.Checker(t, schemaFile)
	for name, r := range samples(t) {
		var b strings.Builder
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		if err := check([]byte(b.String())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		bad := strings.Replace(b.String(), `"outcome": "`, `"outcome": "NOT `, 1)
		if err := check([]byte(bad)); err == nil {
			t.Errorf("%s: an outcome that does not exist is valid", name)
		}
	}
}
