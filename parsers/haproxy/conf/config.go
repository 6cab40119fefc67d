// Package conf reads haproxy.cfg: bytes to words, words to lines and sections, and sections linked with the defaults
// in force. It knows what is written, and judges neither that nor what comes of it.
package conf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A Config is one configuration, read and linked. It does not change once read.
type Config struct {
	File     *parsers.File     // the first
	Files    []*parsers.File   // all that it is read from
	Problems []parsers.Problem // what HAProxy refuses while it cuts the file into words and sections

	Sections  []*Section
	Global    []*Line
	Proxies   []*Proxy // the frontends, backends and listens
	Listeners []*Listener
	Whole     bool       // it has sections that a fragment of a configuration lacks
	Template  bool       // something else fills the file in: what HAProxy would refuse is not known
	Unread    []hop.Note // places where it makes what is not followed

	BySection map[*Section]*Proxy // defaults sections, too
	near      neighbours          // files that may complete it
	backends  map[string]*Proxy   // the first of each name that has a backend's abilities
	lists     map[string]*List    // the files of patterns and maps, by the name that the configuration has for them
	// Version is that of the HAProxy that it is for; zero when nobody declares it.
	Version Version
	// Least is the oldest version that takes the words of the configuration, where that is later than Oldest; zero where
	// it is not, and where a version is declared.
	Least Version
	// Regexes is the time for all regular expressions of a run; nil where that does not matter.
	Regexes *parsers.Budget
}

// A Proxy is one frontend, backend or listen section, or a defaults section.
type Proxy struct {
	*Section
	Base     *Proxy // the defaults in force; nil without any
	Fragment bool   // what is in force may be set in the defaults section of another file: HAProxy takes several
	ACLs     map[string][]*Line
	Binds    []*Listener
	Servers  []*Server
	global   []*Line  // what is written for the whole process
	Routes   *Rules   // its use_backend lines
	Requests *Rules   // its http-request lines
	Unnamed  []*Proxy // where a use_backend or default_backend leaves open whom it means: those that no line of it names
	Pages    []*Line  // what it puts in the place of HAProxy's own answers

	byWord map[string][]*Line // the lines by their first word; nil where they are few
	open   []*Line            // those that a template makes, and those where it says which timeout it is
	tests  map[string][]Test  // what ACLs compares, by the name of the ACL
}

func (p *Proxy) Frontend() bool { return p.Kind == "frontend" || p.Kind == "listen" }
func (p *Proxy) Backend() bool  { return p.Kind == "backend" || p.Kind == "listen" }

// Pos is the line that opens the section.
func (p *Proxy) Pos() hop.Pos { return p.Head.Pos() }

// Title names the section in the operator's words: "backend ws".
func (p *Proxy) Title() string {
	if p.Name == "" {
		return p.Kind
	}
	return p.Kind + " " + p.Name
}

// compile links the sections. It never fails: what HAProxy would refuse is in the problems.
func compile(files []*parsers.File, near neighbours, sections []*Section, problems []parsers.Problem) *Config {
	c := &Config{
		File: files[0], Files: files, Problems: problems, near: near, Sections: sections,
		BySection: map[*Section]*Proxy{}, backends: map[string]*Proxy{},
	}
	var last *Proxy
	named := map[string]*Proxy{}
	c.Whole = slices.ContainsFunc(sections, func(s *Section) bool { return s.Kind == "global" || s.Kind == "defaults" })
	for _, s := range sections {
		if s.Kind == "global" {
			c.Global = append(c.Global, s.Lines...)
		}
	}
	for _, s := range sections {
		switch s.Kind {
		case "defaults", "frontend", "backend", "listen":
		default:
			continue
		}
		p := &Proxy{Section: s, Base: last, global: c.Global}
		p.index()
		c.BySection[s] = p
		from, hasFrom := FromName(s)
		if hasFrom {
			p.Base = named[from]
			p.Fragment = p.Base == nil
		}
		if s.Kind == "defaults" {
			if !hasFrom {
				p.Base = nil
				if s.Name == "from" {
					s.Name = ""
				}
			}
			last = p
			if s.Name != "" {
				named[s.Name] = p
			}
			continue
		}
		p.Fragment = p.Fragment || p.Base == nil && !c.Whole
		c.addProxy(p)
	}
	for _, p := range c.Proxies {
		p.Routes, p.Requests = newRules(p.Rules("use_backend")), newRules(p.Rules("http-request"))
		last, _ := p.InForce("default_backend")
		if slices.ContainsFunc(p.Routes.List, ConditionalRule.makesUpName) || slices.ContainsFunc(last, (*Line).isNameOpen) {
			p.Unnamed = c.unnamed(p)
		}
	}
	return c
}

// FromName finds "from NAME" in the head of a section.
func FromName(s *Section) (name string, ok bool) {
	i := 2
	if s.Kind == "defaults" && s.Head.Arg(1) == "from" {
		i, s.Name = 1, ""
	}
	if s.Head.Arg(i) == "from" && s.Head.Arg(i+1) != "" {
		return s.Head.Arg(i + 1), true
	}
	return "", false
}

func (c *Config) addProxy(p *Proxy) {
	c.Proxies = append(c.Proxies, p)
	if _, taken := c.backends[p.Name]; p.Backend() && !taken {
		c.backends[p.Name] = p
	}
	for _, l := range p.Lines {
		switch l.Arg(0) {
		case "bind":
			if p.Frontend() {
				p.Binds = append(p.Binds, parseBind(p, l)...)
			}
		case "server", "server-template", "dispatch":
			if p.Backend() {
				p.Servers = append(p.Servers, parseServer(p, l))
			}
		}
	}
	if p.Frontend() && len(p.Binds) == 0 {
		p.Binds = filledIn(p)
	}
	if p.Backend() && len(p.Servers) == 0 {
		p.Servers = filledInServers(p)
	}
	c.Listeners = append(c.Listeners, p.Binds...)
}

// Find is the proxy of that name with a backend's abilities; nil without one.
func (c *Config) Find(name string) *Proxy { return c.backends[name] }

// Levels are the sections whose settings apply, the section itself first.
func (p *Proxy) Levels() []*Proxy {
	var list []*Proxy
	for l := p; l != nil; l = l.Base {
		list = append(list, l)
	}
	return list
}

// Setting finds the line in force that begins with the words given: the last one of the nearest section that has any.
// maybe says why another line may be in force instead.
func (p *Proxy) Setting(words ...string) (l *Line, maybe string) {
	for level := p; level != nil; level = level.Base {
		for _, x := range slices.Backward(level.beginning(words[0])) {
			if !x.Is(words...) {
				continue
			}
			if x.Maybe == "" {
				return x, maybe
			}
			maybe = x.Maybe
		}
		if x := level.mayHold(words); x != nil && maybe == "" {
			maybe = fmt.Sprintf("the template's line %d", x.Words[0].Line)
		}
	}
	return nil, maybe
}

// mostInForce is how many lines of one setting are followed; nobody has more.
const mostInForce = 8

// InForce are the lines that begin with the words given of which the first one that counts is in force: all but the
// last hang on something. maybe says why another one may be in force.
func (p *Proxy) InForce(words ...string) (list []*Line, maybe string) {
	for level := p; level != nil; level = level.Base {
		for _, x := range slices.Backward(level.beginning(words[0])) {
			if !x.Is(words...) {
				continue
			}
			if len(list) == mostInForce {
				return list, x.Maybe
			}
			if list = append(list, x); x.Maybe == "" {
				return list, maybe
			}
		}
		if x := level.mayHold(words); x != nil && maybe == "" {
			maybe = fmt.Sprintf("the template's line %d", x.Words[0].Line)
		}
	}
	return list, maybe
}

// mayHold is a line of the section that a template makes and that may turn out to be one with the words given; nil
// without one. That it is a mode or an option is not assumed, nor that it says otherwise what the section says itself.
func (p *Proxy) mayHold(words []string) *Line {
	if slices.Contains(oftenAdded, words[0]) {
		for _, x := range p.open {
			if x.mayBe(words) {
				return x
			}
		}
	}
	return nil
}

// oftenAdded are settings that lines of a template's own are for.
var oftenAdded = []string{"timeout", "default_backend"}

// Option reports whether "option NAME" is on; maybe says why that is not certain.
func (p *Proxy) Option(name string) (on bool, l *Line, maybe string) {
	l, maybe = p.Setting("option", name)
	if l == nil || l.No || l.Reset {
		return false, nil, maybe
	}
	return true, l, maybe
}

// OtherFile is why a setting that a fragment lacks is not known.
const OtherFile = "the defaults section in force is in another file"

// Mode is "http" or "tcp", the latter by default.
func (p *Proxy) Mode() (mode, why string) {
	l, maybe := p.Setting("mode")
	if l == nil && p.Fragment {
		return "", OtherFile
	}
	if l == nil {
		return "tcp", maybe
	}
	if w := l.Rest(1); len(w) > 0 && w[0].Why != "" {
		return "", w[0].Why
	}
	return strings.ToLower(l.Arg(1)), maybe
}

// Rules are the lines of the section that begin with the words given, in order; those of a named defaults section
// come first.
func (p *Proxy) Rules(words ...string) []Rule {
	var list []Rule
	if p.Base != nil && p.Base.Name != "" {
		list = p.Base.Rules(words...)
	}
	for _, l := range p.beginning(words[0]) {
		if l.Is(words...) {
			list = append(list, Rule{p, l})
		}
	}
	return list
}

// A Rule is one line that acts on traffic, and the section whose ACLs its condition means.
type Rule struct {
	Proxy *Proxy
	Line  *Line
}
