package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// kinds are those that keywords.txt may name.
var kinds = strings.Fields(
	"word fmt expr regex time seconds time-or-expr atol int address net status dynamic section server sample",
)

// TestTables: the tables hold what the code that reads them knows, and no keyword with any arguments makes it panic.
func TestTables(t *testing.T) {
	// Where keywords of a table stand, if not at the beginning of a line in a section of its name.
	begin := map[string][]string{
		"proxy": {
			"",
			"no ",
		}, "option": {"option ", "no option "}, "stats": {"stats "}, "timeout": {"timeout "}, "server": {"server s a:1 "},
		"bind": {
			"bind :1 ",
		}, "action": {"http-request ", "tcp-request content ", "http-after-response "}, "filter": {"filter "},
		"elsewhere": {"", "option ", "http-request "},
	}
	total := 0
	for name, tab := range tables() {
		head, before := "listen l", begin[name]
		switch {
		case name == "global":
			head, before = name, []string{""}
		case before == nil:
			head, before = name+" x", []string{""}
		}
		for keyword, kw := range tab {
			if !kw.other && kw.where == "" {
				t.Errorf("[%s] %s: nowhere to stand", name, keyword)
			}
			checkElements(t, name+" "+keyword, kw.args)
			total++
			for _, args := range []string{"", " x x", " 1 2 3 4", " if { x", " %[ (", " -m -f", ` "$X" y`} {
				for _, b := range before {
					Problems(
						conf.Parse(
							&parsers.File{
								Name: "f",
								Src:  []byte("defaults\n" + head + "\n " + b + strings.TrimSuffix(keyword, "*") + args + "\n"),
							},
							conf.Options{},
						),
					)
				}
			}
		}
	}
	if total < 900 {
		t.Errorf("%d keywords", total)
	}
}

func checkElements(t *testing.T, where string, list []element) {
	for _, e := range list {
		if e.form == ofKind && !slices.Contains(kinds, e.name) {
			t.Errorf("%s: no kind %s", where, e.name)
		}
		for _, o := range e.options {
			checkElements(t, where, o.args)
		}
	}
}

// TestSampleTable: every type has a name, and every ACL keyword a fetch and a method.
func TestSampleTable(t *testing.T) {
	s := sampleTable()
	if len(s.fetches) < 400 || len(s.convs) < 120 || len(s.acls) < 70 {
		t.Errorf("%d fetches, %d converters, %d ACL keywords", len(s.fetches), len(s.convs), len(s.acls))
	}
	types := []string{"any", "same", "bool", "sint", "addr", "ipv4", "ipv6", "str", "bin", "meth"}
	for name, g := range s.fetches {
		if !slices.Contains(types, g.gives) {
			t.Errorf("fetch %s: %+v", name, g)
		}
	}
	for name, g := range s.convs {
		if !slices.Contains(types, g.takes) || !slices.Contains(types, g.gives) {
			t.Errorf("converter %s: %+v", name, g)
		}
	}
	for name, a := range s.acls {
		if s.fetches[a.fetch] == nil || methodTypes[a.method] == "" {
			t.Errorf("ACL keyword %s: %+v", name, a)
		}
	}
}
