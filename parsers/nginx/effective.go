//go:build !js

package nginx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tufanbarisyildirim/gonginx/config"
	"github.com/tufanbarisyildirim/gonginx/dumper"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// block returns what prints the block in force.
func (r *run) block() func() string { return r.effective }

// effective is the block that is in force where the request ended, in nginx's own syntax: what is written in it, what
// it inherits, and the defaults that matter to a WebSocket, each line with its origin. What levels further out write
// in vain is a comment.
func (r *run) effective() string {
	e := &inForce{r: r, first: map[string]*config.Directive{}, from: map[string]*scope{}}
	for l := r.at; l != nil && l.kind != mainScope; l = l.up {
		e.level(l)
	}
	e.defaults()
	block := &config.Directive{Name: "server", Comment: e.head(), Block: &config.Block{Directives: e.lines}}
	if r.at.block().kind == locationScope {
		block.Name = "location"
		block.Parameters = []config.Parameter{{Value: strings.TrimPrefix(r.loc.String(), "location ")}}
		if d := r.at.block().d; d != nil && d.Name.File != nil {
			block.Parameters = rawWords(d.Args)
		}
	}
	return dumper.DumpDirective(block, dumper.NewStyle().WithLuaFormatting(false)) + "\n"
}

// inForce gathers the directives in force, from the innermost level outwards.
type inForce struct {
	r     *run
	lines []config.IDirective
	first map[string]*config.Directive // the first line of each directive or list
	from  map[string]*scope            // the level that decides it
}

// head says which block this is and what is not known of it.
func (e *inForce) head() []string {
	comments := []string{"# " + place(e.r.at.block().pos())}
	if e.r.at.kind != e.r.at.block().kind && e.r.at.d != nil {
		comments = append(comments, "# in force: the "+e.r.at.d.Name.Value+" at "+place(e.r.at.pos()))
	}
	for l := e.r.at; l != nil && l.kind != mainScope; l = l.up {
		if l.unknown != "" {
			comments = append(comments, "# not complete: "+l.unknown)
		}
	}
	return comments
}

func place(p hop.Pos) string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// own reports whether a level is the block itself, or what is in force inside it.
func (e *inForce) own(l *scope) bool { return l == e.r.at || l == e.r.at.block() }

// label names a level as nginx does.
func label(l *scope) string {
	if l.d != nil {
		return l.d.Name.Value
	}
	return [...]string{"main", "http", "server", "location", "if", "limit_except"}[l.kind]
}

// level adds what one level gives.
func (e *inForce) level(l *scope) {
	for _, d := range l.items {
		if d.Unknown != "" || d.Name.File == nil || d.Is("location") || d.Is("server") {
			continue
		}
		key := listOf(d.Name.Value)
		inherits, known := e.inheritance(d)
		decides := e.from[key]
		switch {
		case !e.own(l) && (!known || inherits == conf.InheritNothing):
		case decides != nil && decides != l && inherits == conf.InheritNothing:
		case decides != nil && decides != l && inherits == conf.InheritList:
			c := fmt.Sprintf("# not in force: %s (%s, %s)", oneLine(d), place(d.Pos()), label(l))
			e.first[key].Comment = append(e.first[key].Comment, c)
		case decides != nil && decides != l && inherits == conf.InheritValue:
		default:
			e.add(key, d, l)
		}
	}
}

// add adds a directive of a level.
func (e *inForce) add(key string, d *conf.Directive, l *scope) {
	line := convert(d)
	if !e.own(l) {
		line.InlineComment[0].Value += ", " + label(l)
	}
	if e.from[key] == nil {
		e.from[key], e.first[key] = l, line
	}
	e.lines = append(e.lines, line)
}

// inheritance says what the blocks inside get of a directive; known is false for one that has no place in them. Of
// third-party modules those are shown that could change what becomes of a request.
func (e *inForce) inheritance(d *conf.Directive) (i conf.Inheritance, known bool) {
	inner := conf.InLocation
	if e.r.at.block().kind == serverScope {
		inner = conf.InServer | conf.InStreamServer
	}
	name := d.Name.Value
	specs := conf.SpecsIn(name, inner)
	if len(specs) == 0 {
		return conf.InheritValue, isThirdParty(d) && kindOf(name) != harmless
	}
	if e.r.at != e.r.at.block() && conf.HandlerOf(name) != nil {
		return conf.InheritValue, true // an if goes on passing requests on
	}
	return specs[0].Inherits, true
}

// listOf is the list that a directive belongs to, its name where it has one of its own.
func listOf(name string) string {
	for _, l := range []conf.List{conf.AccessRules, "alias root"} {
		if slices.Contains(l.Names(), name) {
			return string(l)
		}
	}
	return name
}

// convert makes a node of gonginx's of a directive, with the place where it is written as a comment.
func convert(d *conf.Directive) *config.Directive {
	if d.Hidden() {
		c := &config.Directive{Name: shownName(d), Parameters: []config.Parameter{{Value: hiddenText}}}
		c.SetInlineComment(config.InlineComment{Value: " # " + place(d.Pos())})
		return c
	}
	c := &config.Directive{Name: raw(d.Name), Parameters: rawWords(d.Args)}
	c.SetInlineComment(config.InlineComment{Value: " # " + place(d.Pos())})
	if d.Maybe {
		c.Comment = append(c.Comment, "# a template controls whether this is there")
	}
	switch {
	case !d.HasBlock:
	case d.Text != "":
		c.Block = &config.Block{IsLuaBlock: true, LiteralCode: d.Text}
	default:
		block := &config.Block{}
		for _, it := range d.Block {
			block.Directives = append(block.Directives, convert(it))
		}
		c.Block = block
		c.Comment = append(c.Comment, "#"+c.InlineComment[0].Value[2:]) // gonginx prints none behind a brace
	}
	return c
}

func rawWords(words []conf.Word) []config.Parameter {
	var list []config.Parameter
	for _, w := range words {
		list = append(list, config.Parameter{Value: raw(w)})
	}
	return list
}

// oneLine is a directive as it is written, in one line.
func oneLine(d *conf.Directive) string {
	if d.Hidden() {
		return shownName(d) + " " + hiddenText + ";"
	}
	words := []string{raw(d.Name)}
	for _, a := range d.Args {
		words = append(words, raw(a))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ") + ";"
}

// defaults adds what holds because nobody wrote it: the times and the version of HTTP, and the headers that nginx
// sets by itself.
func (e *inForce) defaults() {
	if e.r.handler == nil {
		return
	}
	h := conf.HandlerOf(e.r.handler.Name.Value)
	if h == nil {
		return
	}
	names := []string{string(h.ConnectTimeout), string(h.ReadTimeout)}
	if h.Pass == "proxy_pass" {
		names = append(names, string(conf.ProxyHTTPVersion))
	}
	for _, name := range names {
		for _, s := range conf.Specs(name) {
			if d := s.Default(e.version()); d != nil && e.from[name] == nil {
				e.byDefault(name, d.Arg(0))
				break
			}
		}
	}
	if h.Pass != "proxy_pass" {
		return
	}
	set, _, _ := e.r.list(e.r.at, conf.ProxySetHeader)
	for _, header := range [][2]string{{"Host", "$proxy_host"}, {"Connection", "close"}} {
		sent := slices.ContainsFunc(set, func(d *conf.Directive) bool { return strings.EqualFold(d.Arg(0), header[0]) })
		if sent || header[0] == "Connection" && e.version().AtLeast(conf.HTTP11Upstream) {
			continue
		}
		e.byDefault(string(conf.ProxySetHeader), header[0], header[1])
	}
}

// version is the nginx in whose case the request ended: of those that defaults differ in.
func (e *inForce) version() conf.Version {
	if e.r.atLeast(conf.HTTP11Upstream) && e.r.c.version.Assumed {
		return conf.HTTP11Upstream
	}
	return e.r.c.version
}

// byDefault adds a line that nobody wrote.
func (e *inForce) byDefault(name string, args ...string) {
	c := &config.Directive{Name: name}
	for _, a := range args {
		c.Parameters = append(c.Parameters, config.Parameter{Value: a})
	}
	c.SetInlineComment(config.InlineComment{Value: " # default"})
	e.lines = append(e.lines, c)
}
