package check

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

//go:embed versions.txt
var versionsFile string

// measured are the versions whose words are known.
var measured = []conf.Version{{Major: 2, Minor: 6}, {Major: 3}, {Major: 3, Minor: 2}, {Major: 3, Minor: 4}}

// A span is when a word came: lacks is the last version that is known not to have it, has the first that is known to.
type span struct{ lacks, has conf.Version }

// spans tells when words came that 2.6 lacks, by the word; what is not among them is not known.
var spans = sync.OnceValue(func() map[string]span {
	all := map[string]span{
		// From HAProxy's own list of changes; that they act on tunnels is measured (law HV2).
		"set-timeout client":        {conf.Version{Major: 2, Minor: 8}, conf.Version{Major: 2, Minor: 9}},
		"http-response set-timeout": {conf.Version{Major: 2, Minor: 8}, conf.Version{Major: 2, Minor: 9}},
		"hash-type none":            {measured[0], measured[1]}, // measured
	}
	for line := range strings.Lines(versionsFile) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		has, err := conf.ParseVersion(f[0])
		i := slices.Index(measured, has)
		if err != nil || i < 1 {
			panic("versions.txt: " + line)
		}
		for _, word := range f[1:] {
			all[word] = span{measured[i-1], has}
		}
	}
	return all
})

// other takes a word that 2.6 lacks and another version has; what follows it is not looked at. A declared version that
// lacks it refuses it. Where none is declared, HAProxy is one that takes it.
func (k *checker) other(word string) {
	defer k.stop()
	name, _, _ := strings.Cut(word, "(")
	s, known := spans()[name]
	switch v := k.c.Version; {
	case !known:
	case v.IsZero():
		if least := (conf.Version{Major: s.lacks.Major, Minor: s.lacks.Minor + 1}); least.AtLeast(k.c.Least) {
			k.c.Least = least
		}
	case s.lacks.AtLeast(v):
		k.fail("'%s' is unknown to HAProxy %s", word, v)
		if n := len(k.c.problems); n > 0 {
			p := &k.c.problems[n-1]
			p.Notes = append(p.Notes, hop.Note{Pos: p.Pos, Text: fmt.Sprintf("HAProxy %s has it", s.has)})
		}
	}
}

// gone are words that every measured version refuses, 2.6 included, and what takes their place. Measured: law HV6.
var gone = map[string]string{
	"option forceclose":   "option httpclose",
	"option http-use-htx": "nothing: it is always on",
	"option http-tunnel":  "nothing: a WebSocket becomes a tunnel by itself",
	"option http_proxy":   "http-request set-dst with http-request do-resolve",
	"mode health":         "monitor-uri, or http-request return",
	"nbproc":              "nbthread",
	"monitor-net":         "http-request return status 200 if { src NETWORK }",
	"contimeout":          "timeout connect",
	"clitimeout":          "timeout client",
	"srvtimeout":          "timeout server",
	"redispatch":          "option redispatch",
	"reqadd":              "http-request add-header",
	"rspadd":              "http-response add-header",
	"reqrep":              "http-request replace-header, or replace-path",
	"reqirep":             "http-request replace-header, or replace-path",
	"block":               "http-request deny",
	"appsession":          "cookie, or stick on",
}

// oldest is the first version that is known to refuse all of gone.
var oldest = conf.Oldest

// refused reports a line whose words every version refuses that is not older than 2.6, unless one that is older is
// declared.
func (c *configuration) refused(l *conf.Line) bool {
	for _, n := range []int{1, 2} {
		if len(l.Words) < n {
			break
		}
		words := strings.Join(conf.Values(l.Words[:n]), " ")
		instead, isGone := gone[words]
		if !isGone || !c.Version.IsZero() && !c.Version.AtLeast(oldest) {
			continue
		}
		pos := l.Words[0].Pos()
		c.problems = append(c.problems, parsers.Problem{
			Pos: pos, Text: fmt.Sprintf("'%s' is no longer supported", words), Readable: true,
			Notes: []hop.Note{
				{Pos: pos, Text: "in its place: " + instead},
				{Pos: pos, Text: "older versions take it; the rest is judged as for 2.6 and later"},
			},
		})
		return true
	}
	return false
}

// checkSameNames finds sections that share a name, which HAProxy refuses from 3.4 on: two that have one ability, such
// as to listen, it refuses in every version. Measured.
func (c *configuration) checkSameNames() {
	if !c.Version.AtLeast(conf.Version{Major: 3, Minor: 4}) {
		return
	}
	first := map[string]*conf.Proxy{}
	for _, s := range c.Sections {
		p := c.BySection[s]
		if p == nil || p.Name == "" || len(p.Head.Words) < 2 {
			continue
		}
		before := first[p.Name]
		if first[p.Name] == nil {
			first[p.Name] = p
		}
		if before != nil && before.Kind != p.Kind {
			c.problem(p.Head.Words[1].Pos(), "%s has the same name as the %s at line %d, which is no longer supported",
				p.Title(), before.Kind, before.Pos().Line)
		}
	}
}
