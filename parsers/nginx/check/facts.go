package check

import (
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// facts are what has to be known of the whole tree before one place in it can be judged.
type facts struct {
	// whole says that it is a complete configuration and not a fragment of one. One without events is not: somebody puts
	// more round it.
	whole      bool
	incomplete bool // an include could not be read
	template   bool // a template sets something
	// http and stream hold the variables that something defines, in lower case.
	http, stream map[string]bool
	// thirdParty holds the first words of third-party directives and modules: their variables begin with the same word.
	thirdParty map[string]bool
	upstreams  map[string]*conf.Directive // the upstream blocks by family
	zones      map[string]bool            // directive and name: "limit_req_zone one"
	declared   map[string]bool            // the names of all zones
	flavour    string                     // that one of its directives alone tells
	buffered   map[string]bool            // the bufferModules of which some setting may be there
	https      bool                       // a proxy_pass goes to HTTPS
}

// gather collects the facts of t.
func gather(t *conf.Tree) *facts {
	f := &facts{
		http: map[string]bool{}, stream: map[string]bool{}, thirdParty: map[string]bool{},
		upstreams: map[string]*conf.Directive{}, zones: map[string]bool{}, declared: map[string]bool{},
		buffered: map[string]bool{},
	}
	f.incomplete = len(t.Unknown) > 0
	for _, p := range t.Problems {
		f.incomplete = f.incomplete || p.Incomplete
	}
	for _, d := range t.Main.Block {
		f.top(t, d)
		if d.Cut != nil {
			for _, d := range d.Cut.Read {
				f.top(t, d)
			}
		}
	}
	return f
}

// top collects the facts of a directive that stands in no block.
func (f *facts) top(t *conf.Tree, d *conf.Directive) {
	f.whole = f.whole || t.Context == "main" && d.HasBlock && d.Is("events")
	f.directive(d, "main", ours)
}

// The lines of a block are of one kind.
type lines uint8

const (
	ours   lines = iota // directives of nginx
	data                // entries of a map and the like
	theirs              // what another module makes of them
)

// directive collects the facts of d, a line of a block called parent.
func (f *facts) directive(d *conf.Directive, parent string, kind lines) {
	f.incomplete = f.incomplete || d.Unknown != "" || d.Is("include")
	f.template = f.template || d.Maybe || d.Name.Template || templated(d)
	f.captures(d)
	name := d.Name.Value
	known := d.Known()
	if kind == ours && !known && name != "include" {
		f.thirdParty[firstWord(name)] = true
		kind = theirs
	}
	switch {
	case kind == theirs:
		f.mayDefine(d)
	case kind == ours && name == "load_module":
		f.module(d.Arg(0))
	case kind == ours && name == "upstream" && !d.Maybe:
		f.upstreams[family(parent == "stream", d.Arg(0))] = d
	}
	if kind != data && f.flavour == "" && (!known || name == "listen") {
		f.flavour = conf.FlavourBy(d)
	}
	f.checkedLater(d)
	if kind == ours {
		f.zone(d)
		f.defined(d)
		switch name {
		case "map", "geo", "split_clients", "types", "charset_map":
			kind = data
		}
	}
	for _, child := range d.Block {
		f.directive(child, name, kind)
	}
}

// checkedLater notes that there is something that is checked once all is read.
func (f *facts) checkedLater(d *conf.Directive) {
	name := d.Name.Value
	if strings.HasSuffix(name, "_size") || strings.HasSuffix(name, "_buffers") {
		module, _, _ := strings.Cut(name, "_")
		f.buffered[module] = true
	}
	if name == "proxy_pass" {
		_, ok := cutPrefixFold(d.Arg(0), "https://")
		f.https = f.https || ok
	}
}

// family is the key of an upstream block called name.
func family(stream bool, name string) string {
	if stream {
		return "stream " + strings.ToLower(name)
	}
	return "http " + strings.ToLower(name)
}

// module notes what a loaded module calls itself, unless it is one of nginx's own.
func (f *facts) module(path string) {
	name := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".so")
	name = strings.TrimSuffix(name, "_module")
	for _, p := range []string{"ngx_", "nginx_", "http_", "stream_"} {
		name = strings.TrimPrefix(name, p)
	}
	f.thirdParty[firstWord(name)] = true
}

// firstWord is what stands before the first underscore.
func firstWord(name string) string {
	w, _, _ := strings.Cut(name, "_")
	return strings.ToLower(w)
}

// namedGroup finds the names of groups in a pattern: each makes a variable.
var namedGroup = lazyregexp.New(`\(\?P?[<']([A-Za-z_][A-Za-z0-9_]*)[>']`)

// captures notes the named groups of any pattern in d.
func (f *facts) captures(d *conf.Directive) {
	note := func(s string) {
		if !strings.Contains(s, "(?") {
			return
		}
		for _, m := range namedGroup.FindAllStringSubmatch(s, -1) {
			f.define(m[1])
		}
	}
	note(d.Name.Value)
	for _, a := range d.Args {
		note(a.Value)
	}
}

// define notes a variable of http and of stream.
func (f *facts) define(name string) {
	f.http[strings.ToLower(name)] = true
	f.stream[strings.ToLower(name)] = true
}

// defined notes the variable that d defines, if it is a directive that does.
func (f *facts) defined(d *conf.Directive) {
	at := -1
	switch d.Name.Value {
	case "set", "perl_set", "auth_request_set":
		at = 0
	case "map", "split_clients":
		at = 1
	case "geo":
		at = len(d.Args) - 1
	}
	if at >= 0 && at < len(d.Args) {
		f.inFamily(d, strings.TrimPrefix(d.Arg(at), "$"))
	}
}

// mayDefine notes what a line of another module names as a whole word: it may define that variable.
func (f *facts) mayDefine(d *conf.Directive) {
	for _, w := range append([]conf.Word{d.Name}, d.Args...) {
		if v, ok := strings.CutPrefix(w.Value, "$"); ok && v != "" {
			f.define(v)
		}
	}
}

// inFamily notes a variable that d defines for http or for stream, whichever d stands in.
func (f *facts) inFamily(d *conf.Directive, name string) {
	name = strings.ToLower(name)
	for p := d.Parent; p != nil; p = p.Parent {
		switch p.Name.Value {
		case "http":
			f.http[name] = true
			return
		case "stream":
			f.stream[name] = true
			return
		}
	}
	f.define(name)
}

// defines reports whether something in the configuration, nginx itself, or possibly another module defines a variable.
func (f *facts) defines(name string, stream bool) bool {
	name = strings.ToLower(name)
	own, table := f.http, conf.Variables()["http"]
	if stream {
		own, table = f.stream, conf.Variables()["stream"]
	}
	return own[name] || table.Has(name) || conf.Variables()["other"].Has(name) || f.thirdParty[firstWord(name)]
}
