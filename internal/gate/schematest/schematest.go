// Package schematest is for tests that keep JSON Schemas in step with what they are of.
package schematest

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// InStep checks that a file is the schema that the code makes. With UPDATE=1 in the
// environment it writes the file.
func InStep(t *testing.T, file string, schema []byte) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, schema, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, schema) {
		t.Errorf("%s is not what the code says: UPDATE=1 go test -run %s", file, t.Name())
	}
}

// Text is a schema as it stands in a file, with its address and its title.
func Text(t *testing.T, s *jsonschema.Schema, id, title string) []byte {
	t.Helper()
	s.ID, s.Title = jsonschema.ID(id), title
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// Checker returns what says why a document is not as the schema in a file wants it.
func Checker(t *testing.T, file string) func(document []byte) error {
	t.Helper()
	s, err := validator.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return func(document []byte) error {
		instance, err := validator.UnmarshalJSON(bytes.NewReader(document))
		if err != nil {
			return err
		}
		return s.Validate(instance)
	}
}
