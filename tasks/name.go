package tasks

import (
	"context"
	"reflect"
	"runtime"
	"strings"
)

// name returns what the task is called.
func (t *Task) name() string {
	if t.Name == "" && t.Run != nil {
		return funcName(t.Run)
	}
	return t.Name
}

// funcName turns "main.(*shopper).browse-fm" into "browse", and the name of a function
// literal, such as "main.newShopper.func1", into "".
func funcName(f func(context.Context) error) string {
	name := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
	name = strings.TrimSuffix(strings.TrimSuffix(name, "-fm"), "[...]")
	name = name[strings.LastIndexByte(name, '.')+1:]
	if strings.Trim(strings.TrimPrefix(name, "func"), "0123456789") == "" {
		return ""
	}
	return name
}
