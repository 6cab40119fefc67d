package lazyregexp

import (
	"reflect"
	"regexp"
	"testing"
)

// TestMethods: each does what that of regexp.Regexp does.
func TestMethods(t *testing.T) {
	const expr = `(a+)(b)?`
	lazy, eager := reflect.ValueOf(New(expr)), reflect.ValueOf(regexp.MustCompile(expr))
	text := "xaab aa b"
	arguments := map[reflect.Type]reflect.Value{
		reflect.TypeFor[string]():              reflect.ValueOf(text),
		reflect.TypeFor[[]byte]():              reflect.ValueOf([]byte(text)),
		reflect.TypeFor[int]():                 reflect.ValueOf(2),
		reflect.TypeFor[func(string) string](): reflect.ValueOf(func(s string) string { return "<" + s + ">" }),
		reflect.TypeFor[func([]byte) []byte](): reflect.ValueOf(func(b []byte) []byte { return b[:1] }),
	}
	for i := range lazy.NumMethod() {
		m := lazy.Type().Method(i)
		var in []reflect.Value
		for k := 1; k < m.Type.NumIn(); k++ {
			in = append(in, arguments[m.Type.In(k)])
		}
		got, want := lazy.Method(i).Call(in)[0].Interface(), eager.MethodByName(m.Name).Call(in)[0].Interface()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, not %v", m.Name, got, want)
		}
	}
}

// TestNew: in a test, what is no regular expression is noticed at once.
func TestNew(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("( is a regular expression")
		}
	}()
	New("(")
}
