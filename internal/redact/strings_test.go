package redact

import (
	"reflect"
	"strings"
	"testing"
)

type place struct{ File string }

type inner struct {
	text string
	at   place
	next *inner
}

type outer struct {
	Name  string
	list  []inner
	by    map[string][]string
	inner *inner
	same  *inner
	fixed [2]string
	give  func() string
	any   any
}

// TestStrings: texts are replaced in a copy, however they are held; the original and places stay.
func TestStrings(t *testing.T) {
	in := &inner{text: "secret b", at: place{"secret"}}
	in.next = in
	v := &outer{
		Name: "secret a", list: []inner{{text: "secret c"}}, by: map[string][]string{"secret": {"secret d"}},
		inner: in, same: in,
		fixed: [2]string{"secret e", ""}, give: func() string { return "secret" }, any: "secret",
	}
	hide := func(s string) string { return strings.ReplaceAll(s, "secret", "***") }
	got := Strings(v, hide, reflect.TypeFor[place]())
	if got.Name != "*** a" || got.list[0].text != "*** c" || got.by["secret"][0] != "*** d" || got.inner.text != "*** b" ||
		got.fixed[0] != "*** e" || got.inner.next != got.inner || got.same != got.inner || got.inner.at.File != "secret" ||
		got.give() != "***" {
		t.Errorf("%+v %+v", got, got.inner)
	}
	if v.Name != "secret a" || v.list[0].text != "secret c" || v.by["secret"][0] != "secret d" || in.text != "secret b" {
		t.Errorf("the original is changed: %+v", v)
	}
}
