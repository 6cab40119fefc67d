package awscheck

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/wslint/wslint/hop"
)

// shaped is a load balancer with something in every field that an account fills.
func shaped() *LoadBalancer {
	pos := func(kind string) hop.Pos {
		return hop.Pos{File: "arn:aws:elasticloadbalancing:eu-west-1:1:" + kind + "/web/9"}
	}
	lb, listener, group := pos("loadbalancer/app"), pos("listener/app"), pos("targetgroup")
	g := &TargetGroup{
		Pos: group, Name: "blue", Protocol: "HTTP", Version: "HTTP1", Type: "instance", Port: 80,
		ProxyProtocol: hop.Written("a", true, group), PreserveClient: hop.Default("b", false, group),
		Drain: hop.Written("c", time.Minute, group), DrainCuts: hop.Unknown[bool]("d", group, "why"),
		Sticky: hop.Written("e", true, group), Keeps: hop.Written("f", time.Hour, group),
		HealthPath: "/", Matcher: "200", Health: []Health{{State: "healthy", Reason: "r", Description: "d"}},
		misread: []string{"m"},
	}
	forward := func() []Action {
		return []Action{{
			Type: "forward", Groups: []Weighted{{Group: g, Name: "blue", Weight: 1}, {Name: "red", Why: "gone"}},
			Keeps: hop.Written("k", time.Hour, hop.Pos{}), Redirect: Redirect{Status: 301, Host: "#{host}"},
		}}
	}
	return &LoadBalancer{
		Kind: Application, Name: "web", DNSName: "web-1.example.com", Account: "111111111111", Region: "eu-west-1", Pos: lb,
		Idle: hop.Written("i", time.Minute, lb), PreserveHost: hop.Written("p", false, lb),
		DropInvalid: hop.Default("d", true, lb), Desync: hop.Written("d", "strictest", lb),
		Forwarded: hop.Written("x", "append", lb), WAF: hop.Unknown[bool]("w", lb, "not read"),
		Drain: hop.Default("", time.Duration(0), lb), misread: []string{"n"},
		Listeners: []Listener{{
			Pos: listener, Protocol: "HTTPS", Port: 443, Idle: hop.Default("l", time.Minute, listener), Default: forward(),
			Certificate: "arn:aws:acm:1", misread: []string{"o"},
			Rules: []Rule{{
				Pos: pos("listener-rule/app"), Priority: "1", Actions: forward(),
				Conditions: []Condition{{
					Field: "path-pattern", Values: []string{"/ws"}, Regex: []string{"^/"}, Query: []Pair{{"a", "b"}},
				}},
			}},
		}},
	}
}

// unread are the fields that no handshake meets.
var unread = []string{"Tags"}

// change gives each field another value, one after the other, and calls see with the field's name.
func change(v reflect.Value, name string, see func(name string)) {
	v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem() // what is not exported counts, too
	was := reflect.ValueOf(v.Interface())
	with := func(x any) {
		v.Set(reflect.ValueOf(x).Convert(v.Type()))
		see(name)
		v.Set(was)
	}
	switch v.Kind() {
	case reflect.String:
		with(v.String() + "é")
	case reflect.Int, reflect.Int64:
		with(v.Int() + 1)
	case reflect.Uint8: // whether a setting is known, and written
		with(uint8(v.Uint() - 1))
	case reflect.Bool:
		with(!v.Bool())
	case reflect.Struct:
		for i := range v.NumField() {
			change(v.Field(i), name+"."+v.Type().Field(i).Name, see)
		}
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		see(name + " of one more")
		v.Set(was)
		for i := range v.Len() {
			change(v.Index(i), fmt.Sprintf("%s[%d]", name, i), see)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			change(v.Elem(), name, see)
		}
	case reflect.Func:
		v.Set(reflect.MakeFunc(v.Type(), func([]reflect.Value) []reflect.Value { return nil }))
		see(name)
		v.Set(was)
	}
}

// TestShape: load balancers whose fields differ have other shapes, but for their names.
func TestShape(t *testing.T) {
	lb := shaped()
	shape, words := lb.Shape()
	if shape == "" {
		t.Fatal("it has no shape")
	}
	fields := 0
	change(reflect.ValueOf(lb).Elem(), "", func(name string) {
		fields++
		is := func(field string) bool { return strings.Contains(name, field) }
		if other, _ := lb.Shape(); other == shape && !slices.ContainsFunc(unread, is) {
			t.Errorf("the shape says nothing of %s", name)
		}
	})
	if again, _ := lb.Shape(); again != shape || fields < 250 {
		t.Errorf("%d fields were changed, and what is left is another load balancer", fields)
	}
	other := shaped()
	other.Name, other.DNSName, other.Region = "xyz", "xyz-9.example.com", "eu-west-2"
	g := other.Listeners[0].Default[0].Groups[0].Group
	g.Pos.File, g.Drain.Pos.File = g.Pos.File+"1", g.Pos.File+"1"
	if s, _ := other.Shape(); s == shape {
		t.Error("a setting of another place than its group has the shape of one at its group")
	}
	g.Pos.File, g.Drain.Pos.File = shaped().Listeners[0].Default[0].Groups[0].Group.Pos.File, g.Sticky.Pos.File
	s, theirs := other.Shape()
	if s != shape || slices.Equal(words, theirs) {
		t.Errorf("another name makes another shape\n%q\n%q", s, shape)
	}
	for _, account := range []string{"222222222222", "10.0.0.10000"} {
		other.Account = account
		if s, _ := other.Shape(); (s == shape) != (account[0] == '2') {
			t.Errorf("account %s makes another shape, or does not", account)
		}
	}
	other.Account = lb.Account
	other.Name = "abc-"
	if s, _ := other.Shape(); s == shape {
		t.Error("a longer name has the same shape")
	}
}

// TestBlank: what is said of a blank is, filled, what is said of the load balancer.
func TestBlank(t *testing.T) {
	lb := shaped()
	_, words := lb.Shape()
	blank := lb.Blank().(*LoadBalancer)
	fill := lb.Filled(words)
	text, ok := fill.Text(fmt.Sprintf("%+v %+v", *blank, *blank.Listeners[0].Default[0].Groups[0].Group))
	want := fmt.Sprintf("%+v %+v", *lb, *lb.Listeners[0].Default[0].Groups[0].Group)
	pointers := func(s string) string {
		for _, p := range []any{lb.Listeners[0].Default[0].Groups[0].Group, blank.Listeners[0].Default[0].Groups[0].Group} {
			s = strings.ReplaceAll(s, fmt.Sprintf("%p", p), "pointer")
		}
		return s
	}
	if !ok || pointers(text) != pointers(want) {
		t.Errorf("%s\nis not\n%s", pointers(text), pointers(want))
	}
	if s := blank.title(); strings.Contains(s, "web") || len(s) < len(lb.title()) {
		t.Errorf("the blank is called %s", s)
	}
	for _, bad := range []string{string(rune(firstMark)), string(rune(firstMark + marks - 1)), mark(0, words[0]+"x")} {
		if text, ok := fill.Text(bad); ok {
			t.Errorf("%q becomes %q", bad, text)
		}
	}
}
