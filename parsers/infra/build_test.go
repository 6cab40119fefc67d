package infra

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
)

var here = hop.Pos{File: "f", Line: 1, Col: 1}

func scalar(s string) Value { return Text(s, here) }

func object(address string) Object { return Object{Address: address, Pos: here} }

// web is an ALB with one listener and rules.
func web(rules ...Rule) Resources {
	r := Resources{
		Balancers: []Balancer{{Object: object("lb"), Name: scalar("web")}},
		Listeners: []Listener{{
			Object: object("l"), Balancer: Value{Kind: Ref, Of: "lb"}, Protocol: scalar("https"), Port: scalar("443"),
		}},
	}
	for i := range rules {
		rules[i].Listener = Value{Kind: Ref, Of: "l"}
	}
	r.Rules = rules
	return r
}

func built(t *testing.T, r Resources) *Source {
	t.Helper()
	b := Build(r)
	if len(b.Sources) != 1 {
		t.Fatalf("%d load balancers: %v", len(b.Sources), b.Unknown)
	}
	return b.Sources[0]
}

// TestRules: rules stand in the order of their priorities; where that is not known, which one applies is not.
func TestRules(t *testing.T) {
	rule := func(address, priority string) Rule {
		r := Rule{Object: object(address), Conditions: []Condition{
			{Field: scalar("path-pattern"), Values: Value{Kind: List, Items: []Value{scalar("/" + address)}}},
		}}
		if priority != "" {
			r.Priority = scalar(priority)
		}
		return r
	}
	for _, c := range []struct {
		name, order, unknown string
		rules                []Rule
	}{
		{"by priority", "/b /a", "", []Rule{rule("a", "20"), rule("b", "3")}},
		{"one without is the last", "/b /a", "", []Rule{rule("a", ""), rule("b", "30000")}},
		{"two without", "", "b and other rules name no priority, so their order is not known",
			[]Rule{rule("a", ""), rule("b", "")}},
		{"not known", "", "the priority of a is not known: why",
			[]Rule{{Object: object("a"), Priority: NotKnown("why", here)}}},
		{"perhaps", "", "whether a exists is not known: why", []Rule{{Object: Object{Address: "a", Maybe: "why"}}}},
	} {
		l := built(t, web(c.rules...)).Listeners[0]
		var order []string
		for _, r := range l.Rules {
			for _, x := range r.Conditions {
				order = append(order, x.Values...)
			}
		}
		if l.RulesUnknown != c.unknown || c.order != "" && strings.Join(order, " ") != c.order {
			t.Errorf("%s: %q %s", c.name, order, l.RulesUnknown)
		}
	}
}

// TestUnknownRule: a rule of which something is not known may or may not apply.
func TestUnknownRule(t *testing.T) {
	for _, why := range []string{"", "a macro writes it"} {
		r := built(t, web(Rule{Object: object("a"), Unknown: why})).Listeners[0].Rules[0]
		if why == "" && len(r.Conditions) != 0 || why != "" && (len(r.Conditions) != 1 || r.Conditions[0].Unknown != why) {
			t.Errorf("%q: %+v", why, r.Conditions)
		}
	}
	none := Condition{Field: scalar("path-pattern")}
	r := built(t, web(Rule{Object: object("a"), Conditions: []Condition{none}})).Listeners[0].Rules[0]
	if r.Conditions[0].Unknown != "the condition on path-pattern has no values that are understood" {
		t.Errorf("a condition without values: %+v", r.Conditions)
	}
}

// TestPorts: a port that is none hides the listener, and says so.
func TestPorts(t *testing.T) {
	for text, want := range map[string]string{
		"443": "", "443.0": "", "0": "", "65535": "", "65536": `the port of l is "65536", which is no port`,
		"-1": `the port of l is "-1", which is no port`, "https": `the port of l is "https", which is no port`,
	} {
		r := web()
		r.Listeners[0].Port = scalar(text)
		if lb := built(t, r); lb.ListenersUnknown != want || (len(lb.Listeners) == 1) != (want == "") {
			t.Errorf("%s: %q, %d listeners", text, lb.ListenersUnknown, len(lb.Listeners))
		}
	}
}

// TestClassic: the protocols of the instances and whether they get the PROXY protocol.
func TestClassic(t *testing.T) {
	for _, c := range []struct {
		protocol, instances, proxy Value
		want, on                   string
	}{
		{scalar("https"), Value{}, Value{}, "HTTPS HTTP", "false"},
		{scalar("ssl"), Value{}, scalar("True"), "SSL TCP", "true"},
		{scalar("ssl"), scalar("ssl"), scalar("false"), "SSL SSL", "false"},
		{Value{}, Value{}, NotKnown("no default", here), "HTTP HTTP",
			"whether the PROXY protocol is on is not known: no default"},
	} {
		lb := built(t, Resources{Balancers: []Balancer{{
			Object: object("lb"), Kind: scalar(string(awscheck.Classic)),
			Ports: []ClassicListener{{Pos: here, Protocol: c.protocol, Port: scalar("443"), InstanceProtocol: c.instances,
				InstancePort: scalar("80"), ProxyProtocol: c.proxy}},
		}}})
		l := lb.Listeners[0]
		on := l.ProxyProtocol.Why()
		if v, known := l.ProxyProtocol.Get(); known {
			on = map[bool]string{true: "true", false: "false"}[v]
		}
		if got := l.Protocol + " " + l.InstanceProtocol; got != c.want || on != c.on {
			t.Errorf("got %s, PROXY %s; want %s, %s", got, on, c.want, c.on)
		}
	}
}
