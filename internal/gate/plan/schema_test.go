package plan_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hopperband/hopperband/internal/gate/plan"
)

const schemaFile = "../../../deploy/gate/gate.schema.json"

// The shipped schema is that of the table of settings. UPDATE_SCHEMA=1 writes it.
func TestSchemaIsShipped(t *testing.T) {
	if os.Getenv("UPDATE_SCHEMA") != "" {
		if err := os.WriteFile(schemaFile, plan.Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	shipped, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(shipped, plan.Schema()) {
		t.Errorf("%s is not that of the plan: run UPDATE_SCHEMA=1 go test -run TestSchemaIsShipped ./internal/gate/plan", schemaFile)
	}
}

// Every key of a good plan is in the schema.
func TestSchemaKnowsThePlan(t *testing.T) {
	var schema, document map[string]any
	if err := json.Unmarshal(plan.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(good), &document); err != nil {
		t.Fatal(err)
	}
	for key, value := range document {
		property, ok := schema["properties"].(map[string]any)[key].(map[string]any)
		if !ok {
			t.Errorf("%s is not in the schema", key)
			continue
		}
		section, ok := value.(map[string]any)
		if !ok {
			continue
		}
		for inner := range section {
			if _, ok := property["properties"].(map[string]any)[inner]; !ok {
				t.Errorf("%s.%s is not in the schema", key, inner)
			}
		}
	}
}
