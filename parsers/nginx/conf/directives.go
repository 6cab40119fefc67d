package conf

import (
	_ "embed"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Context is a set of places where a directive may stand.
type Context uint32

const (
	InMain Context = 1 << iota
	InEvents
	InHTTP
	InServer
	InServerIf
	InLocation
	InLocationIf
	InLimitExcept
	InUpstream
	InStream
	InStreamServer
	InStreamUpstream
	InMail
	InMailServer

	Anywhere = 1<<iota - 1
	OfStream = InStream | InStreamServer | InStreamUpstream
	OfHTTP   = InHTTP | InServer | InServerIf | InLocation | InLocationIf | InLimitExcept | InUpstream
)

// A Spec is what nginx wants of a directive in some contexts.
type Spec struct {
	In    Context
	args  uint16 // bit n: n arguments are fine
	more  int    // so are this many and more; -1: no
	Block bool
	Kind  string   // of its value, see directives.txt
	Words []string // of the kinds enum and mask
	// Vars tells the arguments in which nginx looks for variables: "1", "2+", "last"; "" for none.
	Vars     string
	Since    Version // the first version that knows it, when later than 1.22.1
	Gone     Version // the first version that knows it no more; zero when all do
	Inherits Inheritance
	// Rare says that an include that could not be read is taken not to hold the directive.
	Rare     bool
	defaults []fallback // the newest last
}

// Inheritance says what a directive is to the blocks inside the one that it stands in.
type Inheritance uint8

const (
	InheritValue Inheritance = iota // one value, that of the nearest level which has it
	InheritList                     // all directives of the nearest level which has some
	InheritAll                      // all directives of all levels
	InheritNothing
)

// A fallback is the default from some version on: the arguments that would say the same.
type fallback struct {
	args  []Word
	since Version
	d     *Directive // that says so, made once
	// values are what the specs of the directive read there, each of its own type.
	values []any
}

// Default is a directive that says what holds where none is written; nil when the table does not say that.
func (s *Spec) Default(v Version) *Directive {
	if f := s.fallback(v); f != nil {
		return f.d
	}
	return nil
}

func (s *Spec) fallback(v Version) *fallback {
	for i := range slices.Backward(s.defaults) {
		if v.AtLeast(s.defaults[i].since) {
			return &s.defaults[i]
		}
	}
	return nil
}

// Fits reports whether n arguments are as many as the directive takes.
func (s *Spec) Fits(n int) bool {
	return n < 16 && s.args&(1<<n) != 0 || s.more >= 0 && n >= s.more
}

// Once reports whether the directive may stand only once on a level.
func (s *Spec) Once() bool { return s.Kind != "-" && s.Kind != "mask" && s.Kind != "net" }

//go:embed directives.txt
var directiveTable string

// A row is the lines of the table about one directive, and what they say once somebody has asked.
type row struct {
	start, end int // of its lines; others may be among them
	number     uint16
	once       sync.Once
	specs      []*Spec
}

// rows finds the lines of each directive. Most runs meet few of them: only these are read.
var rows = sync.OnceValue(func() map[string]*row {
	all, m, at := make([]row, 0, 800), make(map[string]*row, 800), 0
	for line := range strings.Lines(directiveTable) {
		name, _, ok := strings.Cut(line, " ")
		at += len(line)
		if !ok || name == "#" {
			continue
		}
		if r := m[name]; r != nil {
			r.end = at
			continue
		}
		all = append(all, row{start: at - len(line), end: at, number: uint16(len(all) + 1)})
		m[name] = &all[len(all)-1]
	}
	return m
})

// Specs are those of nginx's own directives of a name; none where it has no such directive.
func Specs(name string) []*Spec {
	r := rows()[name]
	if r == nil {
		return nil
	}
	r.once.Do(func() { r.specs = readSpecs(name, directiveTable[r.start:r.end]) })
	return r.specs
}

// Known reports whether nginx has a directive of a name.
func Known(name string) bool { return rows()[name] != nil }

// Number tells nginx's directives apart by their names; it is 0 for one that nginx does not have.
func (d *Directive) Number() uint16 {
	if d.number == 0 {
		return numberOf(d.Name.Value)
	}
	return d.number
}

func numberOf(name string) uint16 {
	if r := rows()[name]; r != nil {
		return r.number
	}
	return 0
}

// OneOf tells whether a directive is one of several of nginx's own.
func OneOf(names ...string) func(*Directive) bool {
	among := sync.OnceValue(func() []bool {
		list := make([]bool, len(rows())+1)
		for _, name := range names {
			list[numberOf(name)] = true
		}
		list[0] = false
		return list
	})
	return func(d *Directive) bool { return among()[d.Number()] }
}

// Known reports whether nginx has such a directive.
func (d *Directive) Known() bool { return d.Number() != 0 }

// Names are those of nginx's own directives.
func Names() iter.Seq[string] { return maps.Keys(rows()) }

// readSpecs reads the lines about one directive.
func readSpecs(name, lines string) (specs []*Spec) {
	for line := range strings.Lines(lines) {
		if f := strings.Fields(line); len(f) >= 4 && f[0] == name {
			s := readSpec(f[1:])
			for i, d := range s.defaults {
				s.defaults[i].d = &Directive{Name: Word{Value: name}, Args: d.args, Apart: usual}
			}
			specs = append(specs, s)
		}
	}
	for _, s := range specs {
		for i := range s.defaults {
			s.defaults[i].values = values(specs, s.defaults[i].d)
		}
	}
	return specs
}

// values are what specs read in d.
func values(specs []*Spec, d *Directive) (list []any) {
	for _, s := range specs {
		if !s.Fits(len(d.Args)) {
			continue
		}
		if v, _, problem := s.Value(d, Version{}); problem == "" {
			list = append(list, v)
		}
	}
	return list
}

// readSpec reads the columns of the table behind the name.
func readSpec(f []string) *Spec {
	s := &Spec{more: -1}
	for c := range strings.SplitSeq(f[0], ",") {
		s.In |= contextNamed(c)
	}
	args, block := strings.CutSuffix(f[1], "{}")
	s.Block = block
	for a := range strings.SplitSeq(args, "|") {
		if from, more := strings.CutSuffix(a, "+"); more {
			s.more, _ = strconv.Atoi(from)
		} else if n, err := strconv.Atoi(a); err == nil {
			s.args |= 1 << n
		}
	}
	kind, words, _ := strings.Cut(f[2], ":")
	s.Kind = kind
	if words != "" {
		s.Words = strings.Split(words, "|")
	}
	if !s.Once() {
		s.Inherits = InheritList
	}
	for _, x := range f[3:] {
		s.column(x)
	}
	return s
}

// column reads one of the columns that a line need not have.
func (s *Spec) column(x string) {
	switch x {
	case "rare":
		s.Rare = true
		return
	case "scalar":
		s.Inherits = InheritValue
		return
	case "list":
		s.Inherits = InheritList
		return
	case "merge":
		s.Inherits = InheritAll
		return
	case "own":
		s.Inherits = InheritNothing
		return
	}
	if v, ok := strings.CutPrefix(x, "$"); ok {
		s.Vars = v
	} else if v, ok := strings.CutPrefix(x, "since="); ok {
		s.Since, _ = ParseVersion(v)
	} else if v, ok := strings.CutPrefix(x, "gone="); ok {
		s.Gone, _ = ParseVersion(v)
	} else if v, ok := strings.CutPrefix(x, "="); ok {
		value, from, _ := strings.Cut(v, "@")
		f := fallback{}
		f.since, _ = ParseVersion(from)
		for a := range strings.SplitSeq(value, ",") {
			f.args = append(f.args, Word{Value: a})
		}
		s.defaults = append(s.defaults, f)
	}
}

// contextNamed is the context that the table calls name.
func contextNamed(name string) Context {
	for i, n := range []string{
		"main", "events", "http", "server", "server-if", "location", "location-if", "limit_except", "upstream", "stream",
		"stream-server", "stream-upstream", "mail", "mail-server",
	} {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// Inside is the context inside the block of the directive name when that stands in one of the contexts in; 0 when the
// block holds no directives but data (map, geo, types).
func Inside(name string, in Context) Context {
	var c Context
	add := func(outer, inner Context) {
		if in&outer != 0 {
			c |= inner
		}
	}
	switch name {
	case "events":
		return InEvents
	case "http":
		return InHTTP
	case "stream":
		return InStream
	case "mail":
		return InMail
	case "location":
		return InLocation
	case "limit_except":
		return InLimitExcept
	case "server":
		add(InHTTP, InServer)
		add(InStream, InStreamServer)
		add(InMail, InMailServer)
	case "upstream":
		add(InHTTP, InUpstream)
		add(InStream, InStreamUpstream)
	case "if":
		add(InServer, InServerIf)
		add(InLocation, InLocationIf)
	}
	return c
}

// SpecsIn returns the specs of name that hold in one of the contexts c.
func SpecsIn(name string, c Context) []*Spec {
	var found []*Spec
	for _, s := range Specs(name) {
		if s.In&c != 0 {
			found = append(found, s)
		}
	}
	return found
}
