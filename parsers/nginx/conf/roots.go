package conf

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/wslint/wslint/hop"
)

// A candidate is a file that may be the root of a configuration.
type candidate struct {
	p       *parsed
	context string
	top     string // the directory argument it was found below; "" for a file that was named itself
}

// candidate judges what context the directives of a file stand in.
func (r *reader) candidate(p *parsed, top string) *candidate {
	c := &candidate{p: p, top: top}
	if p.err != nil || p.unknown() {
		c.context = contextOfText(p.file.Src)
	} else {
		c.context = contextOf(p.nodes)
	}
	// In a directory, --context is for the fragments in it.
	if o := r.options.Context; o != "" && (top == "" || c.context != "main") {
		c.context = o
	}
	return c
}

// trees builds the trees of all candidates that no other includes.
func (r *reader) trees(found []*candidate) []*Tree {
	found = r.unique(found)
	if len(found) == 1 { // which nothing else includes
		return []*Tree{r.tree(found, true)}
	}
	trees := make([]*Tree, len(found))
	includers := map[string][]int{} // of each file
	for i, c := range found {
		trees[i] = r.tree([]*candidate{c}, false)
		for _, f := range trees[i].Files {
			if p := r.files[f.Name]; p != nil && r.realName(p) != r.realName(c.p) {
				includers[p.real] = append(includers[p.real], i)
			}
		}
	}
	dropped := make([]bool, len(found))
	for i, c := range found {
		dropped[i] = slices.ContainsFunc(includers[r.realName(c.p)], func(j int) bool {
			// Only another complete configuration takes in one that looks complete.
			return !dropped[j] && (c.context != "main" || found[j].context == "main")
		})
	}
	for i, taken := range r.enable(found, trees, dropped) {
		dropped[i] = dropped[i] || taken
	}
	return r.grouped(found, trees, dropped)
}

// grouped puts the fragments that a directory holds for one http block into one tree each, unless they are at odds.
func (r *reader) grouped(found []*candidate, trees []*Tree, dropped []bool) []*Tree {
	siblings := map[string][]int{}
	for i, c := range found {
		if !dropped[i] && c.top != "" && c.context == "http" && c.p.err == nil && c.p.trouble == nil {
			dir := filepath.Dir(c.p.file.Name)
			siblings[dir] = append(siblings[dir], i)
		}
	}
	var out []*Tree
	for i, c := range found {
		group := siblings[filepath.Dir(c.p.file.Name)]
		switch {
		case dropped[i]:
		case len(group) < 2 || !slices.Contains(group, i) || conflict(trees, group):
			out = append(out, trees[i])
		default:
			var together []*candidate
			for _, j := range group {
				together = append(together, found[j])
				dropped[j] = true
			}
			out = append(out, r.tree(together, false))
		}
	}
	return out
}

// unique drops candidates that are the same file under another name: a symlink from sites-enabled/ wins over its
// target, and otherwise the first name.
func (r *reader) unique(found []*candidate) []*candidate {
	byFile := map[string]int{}
	var out []*candidate
	for _, c := range found {
		i, seen := byFile[r.realName(c.p)]
		switch {
		case !seen:
			byFile[c.p.real] = len(out)
			out = append(out, c)
		case enabled(c.p.file.Name) && !enabled(out[i].p.file.Name):
			out[i] = c
		}
	}
	return out
}

func enabled(name string) bool { return filepath.Base(filepath.Dir(name)) == "sites-enabled" }

// tree builds one tree of a main file, a fragment, or several fragments of one http block.
func (r *reader) tree(roots []*candidate, owned bool) *Tree {
	first := roots[0]
	name := first.p.file.Name
	d := newDisk(r, name, above(first)...)
	t := &Tree{Name: name, Context: first.context, Main: Block("", nil), Root: d.local,
		Mapped: len(r.options.Map) > 0, ReadFile: r.options.ReadFile, Version: marked(first.p.file)}
	if len(roots) > 1 {
		t.Name = filepath.Dir(name)
	}
	e := newExpander(t, d)
	e.mapped = r.options.maps()
	switch {
	case first.context != "main", isTemplate(first.p.file), !slices.ContainsFunc(first.p.nodes, isEvents):
		// nginx does not start without an events block, so that a file without one is no complete configuration.
		e.absent = "%s was not found"
	case name == stdinName && r.options.Prefix == "":
		e.absent = "%s was not found: standard input has no directory"
	}
	for _, c := range roots {
		if c.p.trouble != nil {
			t.Files = append(t.Files, c.p.file)
			e.problem(Problem{Pos: hop.Pos{File: c.p.file.Name}, Text: troubleText(c.p), Incomplete: true})
			continue
		}
		e.root(c.p, c.p.file.Name, owned)
	}
	if first.context == entries {
		t.Context, t.Main.Block = "http", nil
		t.Unknown = append(t.Unknown, hop.Note{Pos: hop.Pos{File: name},
			Text: "entries of a block such as map or types: alone they say nothing"})
	}
	return t
}

func isEvents(d *Directive) bool { return d.Is("events") && d.HasBlock }

// troubleText says why a root could not be read.
func troubleText(p *parsed) string {
	if errno := syscall.Errno(0); errors.As(p.trouble, &errno) {
		return openText(p.file.Name, errno)
	}
	return p.file.Name + ": " + p.trouble.Error()
}

// subdirs are directories whose files are included from the directory above.
var subdirs = []string{"conf.d", "http.d", "default.d", "stream.d", "sites-available", "sites-enabled", "snippets",
	"vhosts.d", "servers", "templates", "includes", "include"}

// above lists the further directories that the relative includes of a fragment may start from: those above it, where
// its main file is as a rule, but none outside a directory argument.
func above(c *candidate) []string {
	dir := filepath.Dir(c.p.file.Name)
	if c.context == "main" || c.p.file.Name == stdinName {
		return nil
	}
	if c.top == "" {
		abs, err := filepath.Abs(dir)
		if err != nil || !slices.Contains(subdirs, filepath.Base(abs)) {
			return nil
		}
		return []string{filepath.Join(dir, "..")}
	}
	var dirs []string
	for dir != c.top && len(dirs) < 20 {
		dir = filepath.Join(dir, "..")
		dirs = append(dirs, dir)
	}
	return dirs
}

// conflict reports whether fragments define the same thing: then they are alternatives to each other, as examples
// are, and nginx would refuse them together.
func conflict(trees []*Tree, at []int) bool {
	owner := map[string]int{}
	for _, i := range at {
		for _, d := range trees[i].Main.Block {
			for _, k := range keys(d) {
				if o, taken := owner[k]; taken && o != i {
					return true
				}
				owner[k] = i
			}
		}
	}
	return false
}

// keys names what a top-level directive of an http block defines that may be defined only once.
func keys(d *Directive) []string {
	switch name := d.Name.Value; name {
	case "upstream", "log_format":
		return []string{name + " " + d.Arg(0)}
	case "map", "geo", "split_clients", "perl_set", "js_set", "auth_jwt_claim_set":
		for _, a := range slices.Backward(d.Args) {
			if strings.HasPrefix(a.Value, "$") {
				return []string{a.Value}
			}
		}
		return nil
	case "limit_req_zone", "limit_conn_zone", "proxy_cache_path", "fastcgi_cache_path", "lua_shared_dict":
		keys := []string{}
		for _, a := range d.Args {
			if _, zone, ok := strings.Cut(a.Value, "zone="); ok {
				zone, _, _ = strings.Cut(zone, ":")
				keys = append(keys, "zone "+zone)
			}
		}
		return keys
	case "server":
		return serverKeys(d)
	case "include", "access_log", "add_header", "proxy_set_header", "set_real_ip_from", "allow", "deny", "error_page":
		return nil
	default:
		return []string{name}
	}
}

// serverKeys are the combinations of address and name that a server answers to.
func serverKeys(server *Directive) []string {
	listens, names := []string{}, []string{}
	var keys []string
	for _, d := range server.Block {
		if d.Is("listen") {
			listens = append(listens, d.Arg(0))
			if len(d.Args) > 1 && slices.ContainsFunc(d.Args[1:], func(w Word) bool { return w.Value == "default_server" }) {
				keys = append(keys, "default of "+d.Arg(0))
			}
		}
		if d.Is("server_name") {
			for _, a := range d.Args {
				names = append(names, a.Value)
			}
		}
	}
	if len(listens) == 0 {
		listens = []string{"80"}
	}
	if len(names) == 0 {
		names = []string{""}
	}
	for _, l := range listens {
		for _, n := range names {
			keys = append(keys, "server "+l+" "+n)
		}
	}
	return keys
}
