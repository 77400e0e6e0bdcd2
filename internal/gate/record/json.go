package record

import (
	"encoding/json"
	"fmt"
	"io"
)

// Write writes the record as JSON.
func (r *Run) Write(w io.Writer) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("record: run %s: %w", r.ID, err)
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("record: writing run %s: %w", r.ID, err)
	}
	return nil
}

// A SchemaError says that a record is of a schema that this gate cannot read.
type SchemaError struct{ Schema int }

// Error says which schema it is and which can be read.
func (e *SchemaError) Error() string {
	if e.Schema > Schema {
		return fmt.Sprintf("record: schema %d is of a newer gate, this one reads %d: upgrade the gate", e.Schema, Schema)
	}
	return fmt.Sprintf("record: schema %d, this gate reads %d", e.Schema, Schema)
}

// Parse reads what Write wrote. Another schema is a *SchemaError; what is no record, or one
// cut short, is an error too.
func Parse(data []byte) (*Run, error) {
	var head struct {
		Schema *int `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("record: not a record of a run: %w", err)
	}
	switch {
	case head.Schema == nil:
		return nil, fmt.Errorf("record: not a record of a run: it names no schema")
	case *head.Schema != Schema:
		return nil, &SchemaError{*head.Schema}
	}
	r := &Run{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	return r, nil
}

// check refuses what Write never writes.
func (r *Run) check() error {
	if !ValidID(r.ID) {
		return fmt.Errorf("record: not a record of a run: the ID is %.40q", r.ID)
	}
	figures := append([]Figures{r.Total}, r.Names...)
	for i, f := range figures {
		switch {
		case f.Requests < 0, f.Failures < 0, f.NoneRequests < 0, f.Bytes < 0, !(f.Rate >= 0):
			return fmt.Errorf("record: run %s: a count of %s is negative", r.ID, f.Label())
		case f.Failures > f.Requests:
			return fmt.Errorf("record: run %s: %s has more failures than requests", r.ID, f.Label())
		case i > 0 && f.Total():
			return fmt.Errorf("record: run %s: figures without a name", r.ID)
		}
	}
	if r.Verdict == nil {
		return nil
	}
	return r.Verdict.Check()
}
