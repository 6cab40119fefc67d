package hop

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// gates asks n independent questions, each of which ends the request when it is answered yes.
func gates(n int) func(a *Assumptions, h *Hop) {
	return func(a *Assumptions, h *Hop) {
		for i := range n {
			if a.Ask(IsOneOf(fmt.Sprint("cookie ", i), fmt.Sprint("$cookie_", i), Pos{}, "x")) {
				h.Answer = Written("return", Answer{Kind: Answered, Status: 403}, Pos{})
				return
			}
		}
		h.Answer = Written("pass", Answer{}, Pos{})
	}
}

// settings asks n independent questions, all of whose answers matter.
func settings(n int) func(a *Assumptions, h *Hop) {
	return func(a *Assumptions, h *Hop) {
		target := ""
		for i := range n {
			target += fmt.Sprint(a.Ask(IsOneOf(fmt.Sprint("cookie ", i), fmt.Sprint("$cookie_", i), Pos{}, "x")))
		}
		h.Answer, h.Next.Target = Written("pass", Answer{}, Pos{}), target
	}
}

func texts(c Case) string {
	var list []string
	for _, w := range c.When {
		list = append(list, w.Text)
	}
	return strings.Join(list, ", ")
}

func TestCasesOfGates(t *testing.T) {
	cases := Cases(nil, gates(30))
	if len(cases) != 31 || cases[0].Hop.distance() != 0 || len(cases[0].When) != 30 || cases[0].Rest != "" {
		t.Errorf("%d cases, the first with %d conditions: %s", len(cases), len(cases[0].When), cases[0].Rest)
	}
	for i, c := range cases[1:] {
		if c.Hop.distance() != 2 || c.When[len(c.When)-1].Text != fmt.Sprintf(`$cookie_%d is "x"`, i) {
			t.Errorf("case %d: %s", i+1, texts(c))
		}
	}
}

func TestCasesReachTheirBound(t *testing.T) {
	cases := Cases(nil, settings(30))
	if len(cases) != maxCases || cases[0].Rest == "" {
		t.Fatalf("%d cases, rest %q", len(cases), cases[0].Rest)
	}
	seen := map[string]bool{}
	for _, c := range cases {
		for _, w := range c.When {
			seen[fmt.Sprint(w.Key, w.Holds)] = true
		}
	}
	if len(seen) != 60 {
		t.Errorf("of 60 answers %d are seen", len(seen))
	}
	if exact := Cases(nil, settings(6)); len(exact) != 64 || exact[0].Rest != "" {
		t.Errorf("%d cases, rest %q", len(exact), exact[0].Rest)
	}
}

func TestQuestionsAboutOneValue(t *testing.T) {
	const about = "cookie sid"
	is := func(values ...string) Question { return IsOneOf(about, "$cookie_sid", Pos{}, values...) }
	in := func(networks ...string) Question {
		var list []netip.Prefix
		for _, n := range networks {
			p, err := netip.ParsePrefix(n)
			if err != nil {
				p = netip.PrefixFrom(netip.MustParseAddr(n), 32)
			}
			list = append(list, p)
		}
		return IsIn(about, "src", Pos{}, list...)
	}
	short := Matches(about, "$cookie_sid", "~ ^.$", Pos{}, func(v string) bool { return len(v) == 1 })
	for _, tc := range []struct {
		name string
		ask  []Question
		want string
	}{
		{"what is one thing is no other", []Question{is("a"), is("b"), is("")},
			`$cookie_sid is not "a", $cookie_sid is not "b", $cookie_sid is not empty; ` +
				`$cookie_sid is "a"; $cookie_sid is not "a", $cookie_sid is "b"; $cookie_sid is not "a", $cookie_sid is not "b", ` +
				`$cookie_sid is empty`},
		{"a test of a known value is decided", []Question{is("a"), short},
			`$cookie_sid is not "a", $cookie_sid does not match ~ ^.$; $cookie_sid is "a"; ` +
				`$cookie_sid is not "a", $cookie_sid matches ~ ^.$`},
		{"a value that fails a test is not it", []Question{short, is("ab")},
			`$cookie_sid does not match ~ ^.$, $cookie_sid is not "ab"; $cookie_sid matches ~ ^.$; ` +
				`$cookie_sid does not match ~ ^.$, $cookie_sid is "ab"`},
		{"networks in networks", []Question{in("10.0.0.0/8"), in("10.1.0.0/16"), in("192.0.2.1", "10.0.0.0/7")},
			`src is not in 10.0.0.0/8, src is not in 10.0.0.0/7 or 192.0.2.1; src is in 10.0.0.0/8, src is not in ` +
				`10.1.0.0/16; ` +
				`src is not in 10.0.0.0/8, src is in 10.0.0.0/7 or 192.0.2.1; src is in 10.0.0.0/8, src is in 10.1.0.0/16`},
		{"networks apart", []Question{in("10.0.0.0/8"), in("192.168.0.0/16")},
			`src is not in 10.0.0.0/8, src is not in 192.168.0.0/16; src is in 10.0.0.0/8; src is not in 10.0.0.0/8, src is ` +
				`in 192.168.0.0/16`},
		{"an address that is known", []Question{IsOneOf("cookie sid", "src", Pos{}, "10.1.2.3"), in("10.0.0.0/8")},
			`src is not "10.1.2.3", src is not in 10.0.0.0/8; src is "10.1.2.3"; src is not "10.1.2.3", src is in 10.0.0.0/8`},
		{"one of two", []Question{is("", "0"), is("")},
			`$cookie_sid is neither empty nor "0"; $cookie_sid is empty or "0", $cookie_sid is not empty; ` +
				`$cookie_sid is empty or "0", $cookie_sid is empty`},
	} {
		var got []string
		for _, c := range Cases(nil, func(a *Assumptions, h *Hop) {
			for _, q := range tc.ask {
				a.Ask(q)
			}
		}) {
			got = append(got, texts(c))
		}
		if s := strings.Join(got, "; "); s != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, s, tc.want)
		}
	}
}

func TestConditionsTravel(t *testing.T) {
	q := IsOneOf("cookie sid", "$cookie_sid", Pos{}, "a")
	for _, first := range Cases(nil, func(a *Assumptions, _ *Hop) { a.Ask(q) }) {
		second := Cases(first.When, func(a *Assumptions, h *Hop) {
			if v, known := a.Value("cookie sid"); known != first.When[0].Holds || known && v != "a" {
				t.Errorf("the value is %q, %v, when %s", v, known, texts(first))
			}
			if a.Ask(q) != first.When[0].Holds {
				t.Errorf("the answer changes when %s", texts(first))
			}
		})
		if len(second) != 1 || len(second[0].When) != 0 {
			t.Errorf("%d cases, with conditions of their own", len(second))
		}
	}
}

func BenchmarkGates(b *testing.B) {
	for b.Loop() {
		Cases(nil, gates(30))
	}
}

func BenchmarkSettings(b *testing.B) {
	for b.Loop() {
		Cases(nil, settings(30))
	}
}

// TestClosedGates: thirty gates that are shut for whoever sends nothing, with thirty settings behind them: the way
// through is found.
func TestClosedGates(t *testing.T) {
	cases := Cases(nil, func(a *Assumptions, h *Hop) {
		for i := range 30 {
			q := IsOneOf(fmt.Sprint("cookie ", i), fmt.Sprint("$cookie_", i), Pos{}, "")
			q.First = true
			if a.Ask(q) {
				h.Answer = Written("return", Answer{Kind: Answered, Status: 403}, Pos{})
				return
			}
		}
		settings(30)(a, h)
	})
	if cases[0].Hop.distance() != 0 || cases[0].Rest == "" {
		t.Errorf("the first case is %s: %+v", texts(cases[0]), cases[0].Hop.Answer)
	}
}

// TestWayIsTheHop: a way begins with the hop of its case and no copy of it, and one that goes on leaves the case alone.
func TestWayIsTheHop(t *testing.T) {
	k := Cases(nil, gates(0))[0]
	way := k.Way()
	if &way[0] != k.Hop {
		t.Error("the way begins with a copy")
	}
	longer := append(way, Hop{})
	if longer[0].Name = "another"; k.Hop.Name != "" {
		t.Error("a longer way changes the case")
	}
	if alone := (&Case{Hop: &Hop{Name: "one"}}).Way(); len(alone) != 1 || alone[0].Name != "one" {
		t.Errorf("the way of a case that nobody evaluated is %v", alone)
	}
}
