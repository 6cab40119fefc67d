package oracle

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A rewriter goes through a configuration twice: first to learn what there is, then to write edits.
type rewriter struct {
	t      testing.TB
	lab    *Lab
	o      Options
	parsed map[string][]*directive
	edits  map[string]map[int]edit // by file and place: a file that is included twice is edited once
	err    error
	depth  int // of includes

	upstreams map[string]bool    // names of upstream blocks
	hostVars  map[string]hostVar // variables that hold an upstream's address
	// "http proxy_read_timeout": by level; "stream/proxy_pass": by family; "value of NAME": variables
	seen     map[string]bool
	sets     map[*directive]map[string][]*directive // by block and variable
	resolver bool                                   // some resolver is configured
	ssl      bool                                   // some listener speaks TLS
}

type edit struct {
	start, end int
	text       string
}

// A scope is the block that a directive is in; its kind is "main", "http", "server", "location", "upstream", ...
type scope struct {
	kind   string
	family string // "http", "stream" or "" outside of both
	parent *scope
	block  *directive
}

func (s *scope) inside(d *directive) *scope {
	inner := &scope{kind: d.name.value, family: s.family, parent: s, block: d}
	if s.kind == "main" {
		inner.family = d.name.value
	}
	return inner
}

// load takes the files in, supplies the stock ones that they include, and wraps fragments.
func (r *rewriter) load(files map[string]string) error {
	main := r.o.Main
	if main == "" {
		main = "nginx.conf"
		if len(files) == 1 {
			main = slices.Collect(maps.Keys(files))[0]
		}
	}
	r.lab.Main = confPath(main)
	for name, text := range files {
		r.lab.Files[confPath(name)] = text
	}
	if parts := splitDump(r.lab.Files[r.lab.Main]); len(parts) > 0 {
		delete(r.lab.Files, r.lab.Main)
		r.lab.Main = parts[0].name
		for _, p := range parts {
			r.lab.Files[p.name] = p.text
		}
	}
	list, err := parse(r.lab.Main, r.lab.Files[r.lab.Main])
	if err != nil {
		return err
	}
	r.parsed[r.lab.Main] = list
	return r.wrap()
}

func (r *rewriter) rewrite() error {
	top := &scope{kind: "main"}
	r.walk(r.parsed[r.lab.Main], top, r.learn)
	r.walk(r.parsed[r.lab.Main], top, r.listen)
	r.walk(r.parsed[r.lab.Main], top, r.change)
	if r.err != nil {
		return r.err
	}
	for name, edits := range r.edits {
		text := r.lab.Files[name]
		for _, place := range slices.Backward(slices.Sorted(maps.Keys(edits))) {
			e := edits[place]
			text = text[:e.start] + e.text + text[e.end:]
		}
		r.lab.Files[name] = text
	}
	return nil
}

// tables are blocks whose lines are data, not directives.
var tables = map[string]bool{"map": true, "geo": true, "split_clients": true, "types": true, "charset_map": true}

// walk visits the directives in the order in which nginx reads them, through includes, and stops at the first error.
func (r *rewriter) walk(list []*directive, s *scope, visit func(*directive, *scope)) {
	for _, d := range list {
		if r.err != nil {
			return
		}
		visit(d, s)
		if d.name.value == "include" {
			if r.depth++; r.depth > 50 {
				r.err = errors.New(d.file + " includes itself")
				return
			}
			for _, name := range r.included(d.arg(0)) {
				r.walk(r.parsed[name], s, visit)
			}
			r.depth--
		}
		if d.hasBlock && !tables[d.name.value] {
			r.walk(d.block, s.inside(d), visit)
		}
	}
}

// learn notes what the rest depends on.
func (r *rewriter) learn(d *directive, s *scope) {
	name := d.name.value
	r.seen[s.kind+" "+name], r.seen[s.family+"/"+name] = true, true
	r.lab.usesStream = r.lab.usesStream || s.family == "stream"
	switch {
	case name == "set" && len(d.args) == 2:
		if r.sets[s.block] == nil {
			r.sets[s.block] = map[string][]*directive{}
		}
		r.sets[s.block][d.arg(0)] = append(r.sets[s.block][d.arg(0)], d)
		r.seen["value of "+strings.TrimPrefix(d.arg(0), "$")] = true
	case tables[name] && len(d.args) > 0:
		r.seen["value of "+strings.TrimPrefix(d.args[len(d.args)-1].value, "$")] = true
	case name == "upstream" && d.hasBlock:
		r.upstreams[strings.ToLower(d.arg(0))] = true
	case name == "resolver":
		r.resolver = true
	case name == "include" && r.o.DropIncludes && len(r.included(d.arg(0))) == 0:
		// The resolver may be in there.
		r.resolver = true
	case name == "listen":
		r.ssl = r.ssl || slices.ContainsFunc(d.args, func(w word) bool { return w.value == "ssl" })
	case isPass(name) && s.kind != "upstream":
		r.learnPass(d, s)
	}
	if length, ok := parseTime(d.arg(0)); ok && idleTimers[name] > 0 {
		r.lab.Longest = max(r.lab.Longest, shorten(length, r.o.Shorten))
	}
}

// listen takes a lab address for every listener; upstreams can lead to any of them.
func (r *rewriter) listen(d *directive, s *scope) {
	var original string
	switch {
	case d.name.value == "listen" && s.kind == "server":
		original = listenAddress(d.arg(0))
	case d.name.value == "server" && s.kind == "http" && !r.listens(d.block):
		original = "*:80"
	default:
		return
	}
	lab, err := r.listener(original)
	if err != nil {
		r.err = err
		return
	}
	if d.hasBlock {
		r.insert(d.file, d.open, " listen "+lab+";")
		return
	}
	r.replace(d.file, d.args[0], lab)
	for _, w := range d.args[1:] {
		// Every lab listener is an IPv4 or unix one, which nginx refuses to combine with this parameter.
		if strings.HasPrefix(w.value, "ipv6only=") {
			r.replace(d.file, w, "")
		}
	}
}

func (r *rewriter) listens(block []*directive) (found bool) {
	r.walk(block, &scope{kind: "server"}, func(d *directive, s *scope) {
		found = found || d.name.value == "listen" && s.kind == "server"
	})
	return found
}

func (r *rewriter) replace(file string, w word, value string) {
	if w.quoted || strings.ContainsAny(value, " ;{}\"'") && value != "" {
		value = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
	}
	r.put(file, edit{w.start, w.end, value})
}

func (r *rewriter) remove(d *directive) { r.put(d.file, edit{d.start, d.end, ""}) }

func (r *rewriter) insert(file string, at int, text string) {
	if e := r.edits[file][2*at]; !strings.Contains(e.text, text) {
		r.put(file, edit{at, at, e.text + text})
	}
}

func (r *rewriter) put(file string, e edit) {
	if r.edits[file] == nil {
		r.edits[file] = map[int]edit{}
	}
	// An insertion comes before what is replaced at the same place.
	key := 2 * e.start
	if e.end > e.start {
		key++
	}
	r.edits[file][key] = e
}
