package tasks_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/hopperband/hopperband/tasks"
)

func TestOptions(t *testing.T) {
	o := tasks.Options{
		"text": "a", "none": nil, "yes": true, "int": 3, "int8": int8(-3), "int16": int16(3), "int32": int32(3), "int64": int64(3),
		"uint8": uint8(3), "uint16": uint16(3), "uint32": uint32(3), "uint64": uint64(3), "huge": uint64(math.MaxUint64),
		"whole": 3.0, "half": 3.5, "float32": float32(0.5), "inf": math.Inf(1),
		"list": []any{"a", int64(1), "b"}, "strings": []string{"a"}, "empty": []any{},
	}
	for name, tt := range map[string]struct{ got, want any }{
		"String":            {o.String("text", "-"), "a"},
		"String missing":    {o.String("missing", "-"), "-"},
		"String none":       {o.String("none", "-"), "-"},
		"String of int":     {o.String("int", "-"), "-"},
		"Bool":              {o.Bool("yes", false), true},
		"Bool missing":      {o.Bool("missing", true), true},
		"Bool of text":      {o.Bool("text", false), false},
		"Int of whole":      {o.Int("whole", 7), 3},
		"Int of half":       {o.Int("half", 7), 7},
		"Int of inf":        {o.Int("inf", 7), 7},
		"Int of huge":       {o.Int("huge", 7), 7},
		"Int of text":       {o.Int("text", 7), 7},
		"Int none":          {o.Int("none", 7), 7},
		"Float":             {o.Float("half", 7), 3.5},
		"Float of int64":    {o.Float("int64", 7), 3.0},
		"Float of float32":  {o.Float("float32", 7), 0.5},
		"Float of huge":     {o.Float("huge", 7), float64(math.MaxUint64)},
		"Float missing":     {o.Float("missing", 7), 7.0},
		"Strings":           {fmt.Sprint(o.Strings("list")), "[a b]"},
		"Strings typed":     {fmt.Sprint(o.Strings("strings")), "[a]"},
		"Strings missing":   {fmt.Sprint(o.Strings("missing", "x", "y")), "[x y]"},
		"Strings empty":     {fmt.Sprint(o.Strings("empty", "x")), "[]"},
		"of nothing at all": {tasks.Options(nil).Int("x", 7), 7},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", name, tt.got, tt.want)
		}
	}
	for _, name := range []string{"int", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"} {
		if got := o.Int(name, 7); got != 3 {
			t.Errorf("Int of %s: %d", name, got)
		}
	}
	if got := o.Int("int8", 7); got != -3 {
		t.Errorf("Int of int8: %d", got)
	}
}
