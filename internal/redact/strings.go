package redact

import (
	"reflect"
	"unsafe"
)

// Strings returns a copy of a value in which every text is what hide makes of it, also those that only the value's
// own package can see and those that its functions return; what is of one of the types in keep stays, and so does what
// stands behind interfaces. So whatever a model tells a report of later is covered.
func Strings[T any](v T, hide func(string) string, keep ...reflect.Type) T {
	w := walker{hide: hide, keep: map[reflect.Type]bool{}, done: map[unsafe.Pointer]reflect.Value{}}
	for _, t := range keep {
		w.keep[t] = true
	}
	w.walk(reflect.ValueOf(&v).Elem())
	return v
}

type walker struct {
	hide func(string) string
	keep map[reflect.Type]bool
	done map[unsafe.Pointer]reflect.Value // the copies of what pointers lead to
}

// walk replaces what v, which can be set, leads to by copies.
func (w *walker) walk(v reflect.Value) {
	if w.keep[v.Type()] {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(w.hide(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			if !f.CanSet() { // not exported
				f = reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
			}
			w.walk(f)
		}
	case reflect.Array:
		for i := range v.Len() {
			w.walk(v.Index(i))
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(list, v)
		for i := range list.Len() {
			w.walk(list.Index(i))
		}
		v.Set(list)
	case reflect.Func:
		if v.IsNil() {
			return
		}
		original := reflect.New(v.Type()).Elem()
		original.Set(v)
		v.Set(reflect.MakeFunc(v.Type(), func(args []reflect.Value) []reflect.Value { return w.call(original, args) }))
	case reflect.Map:
		if v.IsNil() {
			return
		}
		m := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(it.Value())
			w.walk(value)
			m.SetMapIndex(it.Key(), value)
		}
		v.Set(m)
	case reflect.Pointer:
		if v.IsNil() || w.keep[v.Type().Elem()] {
			return
		}
		old := v.UnsafePointer()
		if done, ok := w.done[old]; ok {
			if done.Type() == v.Type() {
				v.Set(done)
			}
			return
		}
		to := reflect.New(v.Type().Elem())
		to.Elem().Set(v.Elem())
		w.done[old] = to
		v.Set(to)
		w.walk(to.Elem())
	}
}

// call is a call of a function, whose results are walked, too.
func (w *walker) call(f reflect.Value, args []reflect.Value) []reflect.Value {
	call := f.Call
	if f.Type().IsVariadic() {
		call = f.CallSlice
	}
	results := call(args)
	for i, r := range results {
		shown := reflect.New(r.Type()).Elem()
		shown.Set(r)
		later := walker{hide: w.hide, keep: w.keep, done: map[unsafe.Pointer]reflect.Value{}}
		later.walk(shown)
		results[i] = shown
	}
	return results
}
