package plan_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/schematest"
)

const schemaFile = "../../../deploy/gate/gate.schema.json"

// The shipped schema is that of the table of settings.
func TestSchemaIsShipped(t *testing.T) { schematest.InStep(t, schemaFile, plan.Schema()) }

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

// Every key of the schema is in the documentation.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../../docs/gate.md")
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(plan.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for section, property := range schema["properties"].(map[string]any) {
		keys, ok := property.(map[string]any)["properties"].(map[string]any)
		if items, isList := property.(map[string]any)["items"].(map[string]any); isList {
			keys, ok = items["anyOf"].([]any)[1].(map[string]any)["properties"].(map[string]any)
		}
		if !ok {
			continue
		}
		_, part, found := bytes.Cut(text, []byte("\n### `"+section+"`"))
		if part, _, _ = bytes.Cut(part, []byte("\n### ")); !found {
			t.Errorf("docs/gate.md has no section on %s", section)
		}
		for key := range keys {
			if !bytes.Contains(part, []byte("`"+key+"`")) {
				t.Errorf("docs/gate.md does not have %s.%s", section, key)
			}
		}
	}
}

// Each key in turn has a value of a form that no key takes; the message names line and key.
func TestEachKeyWrong(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(plan.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	keys := 0
	var walk func(path []string, properties map[string]any)
	walk = func(path []string, properties map[string]any) {
		for key, property := range properties {
			path := append(slices.Clip(path), key)
			if inner, ok := property.(map[string]any)["properties"].(map[string]any); ok {
				walk(path, inner)
				continue
			}
			keys++
			text := "\n" + strings.Join(path, ": {") + ": {wrong: [{a: b}]}" + strings.Repeat("}", len(path)-1) + "\n"
			if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), "gate.yaml:2: "+strings.Join(path, ".")+": ") {
				t.Errorf("%s: %v", strings.Join(path, "."), err)
			}
		}
	}
	walk(nil, schema["properties"].(map[string]any))
	if keys < 70 {
		t.Errorf("%d keys in the schema", keys)
	}
}
