//go:build linux

package measure

import "testing"

func TestParseStubStatus(t *testing.T) {
	c, err := parseStubStatus("Active connections: 3 \nserver accepts handled requests\n 10 9 1234 \nReading: 0 Writing: 1 Waiting: 2 \n")
	if err != nil || c.Connections != 2 || c.Requests != 1234 {
		t.Errorf("%+v, error %v", c, err)
	}
	if _, err := parseStubStatus("404"); err == nil {
		t.Error("no error for what is no status")
	}
}
