package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// Tree appends to t.Problems what makes nginx refuse to start although the syntax is fine, in nginx's own words. It
// reports only what no include that could not be read, no template and no other module can put right. A zero v is any
// version.
func Tree(t *conf.Tree, v conf.Version) {
	c := &checker{tree: t, version: v, facts: gather(t), seen: map[string]bool{}, usages: map[uint64]*usage{},
		used: map[variable]bool{}, scanned: map[variable]bool{}, formats: map[string]bool{"combined": true},
		addresses: map[string]listenedOn{}}
	top := &level{in: conf.Anywhere, owner: t.Main}
	if c.facts.whole {
		top.in = conf.InMain
	}
	c.block(t.Main.Block, top)
	c.current, c.taker = nil, ""
	c.noEvents()
	c.tls()
	c.buffers()
	c.flavoured()
	if c.needed != nil {
		text := fmt.Sprintf("%s needs nginx %s or later: no version is declared", c.needed.word, c.needed.since)
		t.Later = append(t.Later, hop.Note{Pos: c.needed.d.Pos(), Text: text})
	}
	c.zones()
	c.unknownVariables()
}

// A checker is one check of a tree.
type checker struct {
	tree    *conf.Tree
	version conf.Version
	facts   *facts
	seen    map[string]bool              // problems already reported: one included file may stand in many places
	usages  map[uint64]*usage            // by directive and context
	tables  []map[string]*conf.Directive // emptied ones
	// uses are where each variable is used first; used are those, and scanned the words that were read for them.
	uses          []use
	used, scanned map[variable]bool
	zoned         []zoneUse
	formats       map[string]bool // log formats defined so far
	listen        listeners
	addresses     map[string]listenedOn // by how they are written
	leaf          level
	// names are the directives of large blocks, by name.
	names map[*conf.Directive]map[string][]*conf.Directive

	// taker is the flavour that takes the current directive as it is written, where nginx and the flavour do not.
	taker string
	// foreign are directives in a form that only the flavour has.
	foreign []*conf.Directive
	needed  *need           // the directive that needs the latest version, where none is declared
	current *conf.Directive // that is being checked; nil after the last one
	// cut is the beginning of a file that is being checked; nil for whole files. stopped says that what follows in it
	// comes of a fault found before.
	cut     *conf.Cut
	stopped bool
}

// complete reports whether nothing that could define something is hidden: only then can a name be missing.
func (c *checker) complete() bool { return c.facts.whole && !c.facts.incomplete && !c.facts.template }

// problem reports text at pos.
func (c *checker) problem(pos hop.Pos, text string, notes ...hop.Note) {
	key := pos.String() + "\x00" + text
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	told := slices.ContainsFunc(notes, func(n hop.Note) bool { return strings.Contains(n.Text, "nginx names line") })
	if line := c.current.NamedLine(); !told && line > pos.Line && c.current.Name.File.Name == pos.File {
		names := "nginx names line " + strconv.Itoa(line) + ", where the statement ends"
		notes = append(notes, hop.Note{Pos: hop.Pos{File: pos.File, Line: line}, Text: names})
	}
	if c.taker != "" && c.current != nil {
		notes = append(notes, c.takerNote())
	}
	c.tree.Problems = append(c.tree.Problems, conf.Problem{Pos: pos, Text: text, Notes: notes})
}

// misplaced reports text about d, which stands where a missing or additional brace or semicolon put it. What nginx
// would have read behind it in a file with a syntax error comes of the same fault, and so does that error.
func (c *checker) misplaced(d *conf.Directive, text string, notes ...hop.Note) {
	c.problem(d.Name.Pos(), text, notes...)
	if c.cut == nil || c.stopped {
		return
	}
	c.stopped = true
	for i := range c.tree.Problems {
		if p := &c.tree.Problems[i]; p.Pos == c.cut.Err.Pos && p.Text == c.cut.Err.Text {
			last := &c.tree.Problems[len(c.tree.Problems)-1]
			last.Incomplete = true
			c.tree.Problems = slices.Delete(c.tree.Problems, i, i+1)
			return
		}
	}
}

// unclosed asks after the end of the block that d stands in.
func unclosed(d *conf.Directive) []hop.Note {
	if d.Parent == nil || d.Parent.Name.File != d.Name.File || d.Parent.Name.Line == 0 {
		return nil
	}
	return []hop.Note{{Pos: d.Parent.Pos(), Text: "is the } of this block missing?"}}
}

// argument reports text about argument i of d. An argument in a later line is rather the next directive, taken for
// one.
func (c *checker) argument(d *conf.Directive, i int, text string, notes ...hop.Note) {
	if w := d.Args[i]; w.Line == d.Name.Line && w.File == d.Name.File {
		c.problem(w.Pos(), text, notes...)
		return
	}
	c.problem(d.Name.Pos(), text, append(notes, d.SemicolonNotes()...)...)
}

// together reports whether first and d are sure to be read by one nginx: of fragments that lie in one directory, not
// all need to be enabled.
func (c *checker) together(first, d *conf.Directive) bool {
	return c.facts.whole || first.Name.File == d.Name.File
}

// A level is the inside of one block.
type level struct {
	in        conf.Context
	owner     *conf.Directive
	first     map[string]*conf.Directive // the first directive of each name that may stand only once
	locations map[string]*conf.Directive
	place     *locationName // the location that the level belongs to; nil outside locations and when it is not known
}

// block checks the directives of one level.
func (c *checker) block(ds []*conf.Directive, l *level) {
	if len(ds) == 0 {
		return
	}
	l.first, l.locations = c.table(), c.table()
	c.lines(ds, l)
	c.free(l.first)
	c.free(l.locations)
}

// lines checks directives of one level.
func (c *checker) lines(ds []*conf.Directive, l *level) {
	for _, d := range ds {
		switch {
		case c.stopped:
			return
		case d.Cut != nil:
			c.cut = d.Cut
			c.lines(d.Cut.Read, l)
			c.cut, c.stopped = nil, false
		case (d.Unknown == "" || c.cut != nil && d.HasBlock) && !d.Maybe && !d.Name.Template:
			c.directive(d, l)
		}
	}
}

// directive checks d and what is inside it.
func (c *checker) directive(d *conf.Directive, l *level) {
	name := d.Name.Value
	c.current, c.taker = d, ""
	if name == "include" {
		if c.cut != nil && d.HasBlock {
			c.misplaced(d, `directive "include" is not terminated by ";"`)
		}
		return
	}
	u := c.usage(d, l.in)
	if u == nil {
		c.unknown(d, l)
		return
	}
	if c.otherFlavour(d, u) {
		if inner := conf.Inside(name, l.in); d.HasBlock && inner != 0 {
			c.block(d.Block, &level{owner: d, in: narrow(d, inner)})
		}
		return
	}
	if c.otherVersion(d, u) {
		return
	}
	specs := u.specs
	if len(specs) == 0 {
		if !c.newer(conf.Specs(name)) {
			c.misplaced(d, fmt.Sprintf("%q directive is not allowed here", name), unclosed(d)...)
		}
		return
	}
	if u.newer {
		c.elsewhereYet(d, specs)
		return // what a later version, or another module of the same name, makes of it is not known
	}
	templated := templated(d)
	if !templated && !c.form(d, specs) {
		return
	}
	c.duplicate(d, u, l)
	if !templated && !c.values(d, u) {
		return
	}
	inner := &c.leaf // which nobody enters
	if d.HasBlock {
		inner = &level{owner: d, place: l.place, in: narrow(d, conf.Inside(name, l.in))}
	}
	if !templated || name == "location" {
		c.special(d, u, l, inner)
	}
	if !templated {
		c.variables(d, specs)
	}
	if d.HasBlock && inner.in != 0 {
		c.block(d.Block, inner)
	}
}

// templated reports whether one of the arguments of d holds a placeholder.
func templated(d *conf.Directive) bool {
	for _, a := range d.Args {
		if a.Template {
			return true
		}
	}
	return false
}

// narrow keeps of the contexts in which the block of d could be only those that its directives tell: a server with a
// location is one of http.
func narrow(d *conf.Directive, in conf.Context) conf.Context {
	if in&(in-1) == 0 {
		return in
	}
	var told conf.Context
	for _, child := range d.Block {
		var m conf.Context
		for _, s := range conf.Specs(child.Name.Value) {
			m |= s.In & in
		}
		if m&(m-1) == 0 && !child.Maybe {
			told |= m
		}
	}
	switch {
	case told == 0:
		return in
	case told&conf.InServer != 0:
		return conf.InServer // of a server that says both, http is the likelier meaning
	}
	return told
}

// form checks the block and the number of arguments. It returns false when the rest of d is not worth a look.
func (c *checker) form(d *conf.Directive, specs []*conf.Spec) bool {
	name := d.Name.Value
	ofForm := false
	for _, s := range specs {
		if s.Block == d.HasBlock {
			if s.Fits(len(d.Args)) {
				return true
			}
			ofForm = true
		}
	}
	switch {
	case !ofForm && d.HasBlock:
		c.misplaced(d, fmt.Sprintf("directive %q is not terminated by \";\"", name), d.SemicolonNotes()...)
		return false
	case !ofForm:
		c.misplaced(d, fmt.Sprintf("directive %q has no opening \"{\"", name))
		return false
	}
	if name == "limit_req_zone" && len(d.Args) == 4 && d.Arg(3) == "sync" {
		return true // NGINX Plus
	}
	c.problem(d.Name.Pos(), fmt.Sprintf("invalid number of arguments in %q directive", name), d.SemicolonNotes()...)
	return false
}

// duplicate reports a second directive where nginx takes only one.
func (c *checker) duplicate(d *conf.Directive, u *usage, l *level) {
	name := d.Name.Value
	switch {
	case name == "root" || name == "alias":
		c.secondRoot(d, l)
		return
	case (name == "http" || name == "stream") && c.flavour() == "angie":
		return // Angie reads further blocks into the first one
	}
	if !u.once {
		return
	}
	if first := l.first[name]; first != nil {
		if (l.owner != c.tree.Main || c.together(first, d)) && !templated(first) && !templated(d) {
			c.problem(d.Name.Pos(), fmt.Sprintf("%q directive is duplicate", name), firstHere(first))
		}
		return
	}
	l.first[name] = d
}

// secondRoot reports a root or alias after another one: they are two names of one setting.
func (c *checker) secondRoot(d *conf.Directive, l *level) {
	first := l.first["root"]
	switch {
	case first == nil:
		l.first["root"] = d
	case l.owner == c.tree.Main && !c.together(first, d):
	case first.Name.Value == d.Name.Value:
		c.problem(d.Name.Pos(), fmt.Sprintf("%q directive is duplicate", d.Name.Value), firstHere(first))
	default:
		c.problem(d.Name.Pos(), fmt.Sprintf("%q directive is duplicate, %q directive was specified earlier",
			d.Name.Value, first.Name.Value), firstHere(first))
	}
}

// firstHere points to the first of two.
func firstHere(d *conf.Directive) hop.Note {
	return hop.Note{Pos: d.Pos(), Text: "the first one is here"}
}
