package protocol

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

func (w *writer) reflected(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Bool:
		w.bool(v.Bool())
	case reflect.String:
		w.string(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		w.uint(v.Uint())
	case reflect.Float32, reflect.Float64:
		w.finiteFloat(v.Float())
	case reflect.Slice, reflect.Array:
		w.slice(v, depth)
	case reflect.Map:
		w.reflectedMap(v, depth)
	case reflect.Pointer:
		w.pointer(v, depth)
	case reflect.Struct:
		w.json(v.Interface(), depth)
	default:
		w.keep(fmt.Errorf("unsupported type %v", v.Type()))
	}
}

func (w *writer) pointer(v reflect.Value, depth int) {
	if v.IsNil() {
		w.null()
		return
	}
	w.enter(depth)
	w.value(v.Elem().Interface(), depth+1)
}

func (w *writer) slice(v reflect.Value, depth int) {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		w.nonNilBytes(v.Bytes())
		return
	}
	w.enter(depth)
	w.array(v.Len())
	for i := range v.Len() {
		w.value(v.Index(i).Interface(), depth+1)
	}
}

// reflectedMap writes a map with string or integer keys, in their order.
func (w *writer) reflectedMap(v reflect.Value, depth int) {
	keys := v.MapKeys()
	switch zero := reflect.Zero(v.Type().Key()); {
	case zero.Kind() == reflect.String:
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	case zero.CanInt():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Int(), b.Int()) })
	case zero.CanUint():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Uint(), b.Uint()) })
	default:
		w.keep(fmt.Errorf("unsupported type %v", v.Type()))
		return
	}
	w.enter(depth)
	w.object(len(keys))
	for _, k := range keys {
		w.reflectedKey(k)
		w.value(v.MapIndex(k).Interface(), depth+1)
	}
}

func (w *writer) reflectedKey(k reflect.Value) {
	switch {
	case k.Kind() == reflect.String:
		w.key(k.String())
	case k.CanInt():
		w.int(k.Int())
	default:
		w.uint(k.Uint())
	}
}
