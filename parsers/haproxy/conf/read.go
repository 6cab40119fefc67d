package conf

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/templates"
)

// Options say how a configuration is to be read.
type Options struct {
	// Define gives environment variables a value; those that it lacks are unknown.
	Define map[string]string
	// Stat and ReadFile look at the file and read its bytes; nil for those of os.
	Stat     func(name string) (os.FileInfo, error)
	ReadFile func(name string) ([]byte, error)
	// Regexes is the time for all regular expressions of a run; nil where that does not matter.
	Regexes *parsers.Budget
	// Version is that of the HAProxy that the configuration is for; zero when nobody declares it.
	Version Version
}

// A Line is one line of a section, its words without a leading no or default.
type Line struct {
	Words []Word
	No    bool // "no option …"
	Reset bool // "default option …": back to HAProxy's own default
	// Maybe is the .if, .elif or .else, or the line of a template, that decides whether the line counts; "" when it
	// does. When has the conditions, all of which hold where it counts.
	Maybe string
	When  []templates.Branch

	in   *block
	cond *Condition // what follows the if or unless at the word ifAt of a line that acts on traffic; nil without one
	ifAt int
}

func (l *Line) Is(words ...string) bool {
	for i, w := range words {
		if l.Arg(i) != w {
			return false
		}
	}
	return true
}

func (l *Line) Arg(i int) string {
	if i >= len(l.Words) {
		return ""
	}
	return l.Words[i].Value
}

// Rest are the words from i on.
func (l *Line) Rest(i int) []Word {
	if i >= len(l.Words) {
		return nil
	}
	return l.Words[i:]
}

// Pos spans the words of the line.
func (l *Line) Pos() hop.Pos {
	p := l.Words[0].Pos()
	last := l.Words[len(l.Words)-1]
	p.EndCol = last.Col + last.End - last.Start
	return p
}

// A Section is one section of the file.
type Section struct {
	Kind  string // "global", "defaults", "frontend", "backend", "listen", or one that says nothing about tunnels
	Name  string
	Head  *Line
	Lines []*Line
}

// SectionKinds are the keywords that begin a section.
var SectionKinds = []string{
	"global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "cache", "mailers",
	"program", "ring",
	"http-errors", "fcgi-app", "log-forward", "crt-store", "traces", "log-profile", "acme", "namespace_list",
	"healthcheck",
	"udp-lb", "dynamic-update", "waf-global", "waf-profile", "botmgmt-profile", "captcha", // HAProxy Enterprise
}

// maxFile bounds what is read; no haproxy.cfg is that large.
const maxFile = plainfile.Max

// Read reads a configuration of one file, or of several, which HAProxy reads one after the other. The error is that of
// reading them.
func Read(o Options, names ...string) (*Config, error) {
	if o.Stat == nil {
		o.Stat = os.Stat
	}
	if o.ReadFile == nil {
		o.ReadFile = plainfile.Read
	}
	var files []*parsers.File
	for _, name := range names {
		info, err := o.Stat(name)
		switch {
		case err != nil:
			return nil, err
		case info.Size() > maxFile:
			return nil, fmt.Errorf("%s: is larger than %d MiB and was not read", name, maxFile>>20)
		}
		src, err := o.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, &parsers.File{Name: name, Src: src, Editable: info.Mode().IsRegular()})
	}
	return parse(o, neighbours{filepath.Dir(names[0]), o.ReadFile}, files...), nil
}

// Parse reads a configuration that is in memory.
func Parse(f *parsers.File, o Options) *Config { return parse(o, neighbours{}, f) }

func parse(o Options, near neighbours, files ...*parsers.File) *Config {
	all := &parser{}
	for _, f := range files {
		p := &parser{file: f, define: o.Define}
		p.run()
		all.sections, all.problems = append(all.sections, p.sections...), append(all.problems, p.problems...)
		all.template = all.template || p.template
	}
	c := compile(files, near, all.sections, all.problems)
	c.Regexes, c.Version = o.Regexes, o.Version
	if c.lists = map[string]*List{}; near.dir != "" {
		c.readLists(o)
	}
	if c.Template = all.template; c.Template {
		c.Problems, c.Unread = nil, c.unread()
	}
	return c
}

// Sniff reports whether a text is an HAProxy configuration by the sections that it begins lines with.
func Sniff(src []byte) bool {
	found := map[string]bool{}
	for text := range bytes.Lines(src) {
		words := bytes.Fields(text)
		if len(words) == 0 {
			continue
		}
		if slices.ContainsFunc(tagKinds, func(k tagKind) bool { return bytes.HasPrefix(words[0], []byte(k.begins)) }) {
			continue // {% set x = { of a template
		}
		if trimmed := bytes.TrimSpace(text); bytes.HasSuffix(trimmed, []byte("{")) ||
			trimmed[0] == '[' && bytes.HasSuffix(trimmed, []byte("]")) {
			return false // nginx, INI or the like
		}
		switch kind := string(words[0]); kind {
		case "global", "defaults":
			found[kind] = true
		case "frontend", "backend", "listen":
			// "listen 80;" is nginx.
			found[kind] = len(words) >= 2 && !bytes.HasSuffix(words[1], []byte(";"))
		case "bind", "mode", "default_backend", "use_backend", "maxconn", "balance":
			found["inside"] = found["inside"] || !bytes.HasSuffix(bytes.TrimSpace(text), []byte(";"))
		case "server", "timeout":
			// Other programs have these with one argument.
			found["inside"] = found["inside"] || len(words) >= 3 && !bytes.HasSuffix(bytes.TrimSpace(text), []byte(";"))
		}
	}
	return found["inside"] &&
		(found["frontend"] || found["listen"] || found["backend"] || found["global"] && found["defaults"]) || isPiece(src)
}

// pieceKinds are sections that a piece of a configuration may have no others than, each with words that begin its
// lines.
var pieceKinds = map[string]string{
	"global": " maxconn user group chroot log stats nbthread nbproc pidfile ca-base crt-base lua-load master-worker " +
		"cpu-map hard-stop-after ssl-default-bind-options ssl-default-bind-ciphers ssl-default-bind-ciphersuites " +
		"ssl-default-server-options spread-checks ssl-dh-param-file tune.bufsize tune.ssl.default-dh-param " +
		"tune.maxrewrite ulimit-n ",
	"defaults":  " timeout option mode balance maxconn retries errorfile default-server http-reuse compression ",
	"peers":     " peer bind server table log default-bind default-server ",
	"userlist":  " user group ",
	"resolvers": " nameserver parse-resolv-conf resolve_retries hold timeout accepted_payload_size ",
	"mailers":   " mailer timeout ",
}

// isPiece reports whether a text begins with such a section, on a line of its own, and has lines of it.
func isPiece(src []byte) bool {
	kind, has := "", false
	for text := range bytes.Lines(src) {
		words := bytes.Fields(text)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		first := string(words[0])
		isHead := text[0] != ' ' && text[0] != '\t' && pieceKinds[first] != ""
		named := first != "global" && first != "defaults"
		switch {
		case bytes.HasSuffix(words[len(words)-1], []byte(";")) || slices.Contains(SectionKinds, first) && !isHead:
			return false
		case isHead && (first == "defaults" || (len(words) == 1) != named && len(words) <= 2):
			kind = first
		case kind == "":
			return false
		default:
			has = has || len(words) > 1 && strings.Contains(pieceKinds[kind], " "+first+" ")
		}
	}
	return has
}

// A parser cuts a file into sections.
type parser struct {
	file     *parsers.File
	define   map[string]string
	sections []*Section
	problems []parsers.Problem
	open     *block // the innermost one that is open
	template bool   // something else fills the file in: what HAProxy would refuse is not known
	tagged   bool   // it has tags of a template engine
	room     []Word // for the words of further lines
}

func (p *parser) run() {
	offset, number := 0, 0
	tags := findTags(string(p.file.Src))
	p.tagged = hasTags(string(p.file.Src))
	for text := range strings.Lines(string(p.file.Src)) {
		number++
		line := strings.TrimSuffix(text, "\n")
		if end := offset + len(text); len(tags) == 0 || tags[0].start >= end {
			p.line(number, offset, line, nil)
		} else {
			p.templateLine(number, offset, line, tags)
			for len(tags) > 0 && tags[0].end <= end {
				tags = tags[1:]
			}
		}
		offset += len(text)
		if offset == len(p.file.Src) && !strings.HasSuffix(text, "\n") {
			end := hop.Pos{File: p.file.Name, Line: number, Col: len(text), EndCol: len(text) + 1}
			p.problem(end, "Missing LF on last line, file might have been truncated at position %d", len(text)+1)
		}
	}
	if p.open != nil {
		p.problem(hop.Pos{File: p.file.Name, Line: number, Col: 1, EndCol: 1}, "non-terminated '.if' block")
	}
	p.settle()
}

func (p *parser) problem(pos hop.Pos, format string, args ...any) {
	p.problems = append(p.problems, parsers.Problem{Pos: pos, Text: fmt.Sprintf(format, args...)})
}

// line reads a line; values are where a template fills it in.
func (p *parser) line(number, offset int, text string, values []span) {
	if strings.HasPrefix(strings.TrimLeft(text, " \t"), "[") {
		return // a scope, which programs beside HAProxy read
	}
	words, plain := []Word(nil), false
	if len(values) == 0 {
		words, plain = p.plainLine(number, offset, text)
	}
	var problem *parsers.Problem
	if !plain {
		words, problem = splitLine(&lexer{
			file: p.file, define: p.define, line: number, base: offset, src: text, values: values, tagged: p.tagged,
		})
	}
	if problem != nil {
		p.problems = append(p.problems, *problem)
		return
	}
	// An empty word ends a line: so does a variable that is not set.
	if i := slices.IndexFunc(words, func(w Word) bool { return w.Value == "" && w.Why == "" }); i >= 0 {
		words = words[:i]
	}
	p.template = p.template || slices.ContainsFunc(words, Word.FilledIn)
	if len(words) == 0 {
		return
	}
	if strings.HasPrefix(words[0].Value, ".") {
		p.macro(words)
		return
	}
	l := &Line{Words: words, in: p.open}
	switch words[0].Value {
	case "no":
		l.No, l.Words = true, words[1:]
	case "default":
		l.Reset, l.Words = true, words[1:]
	}
	if len(l.Words) == 0 {
		return
	}
	if kind := l.Arg(0); slices.Contains(SectionKinds, kind) && !l.No && !l.Reset {
		p.sections = append(p.sections, &Section{Kind: kind, Name: l.Arg(1), Head: l})
		return
	}
	if len(p.sections) == 0 {
		p.problem(l.Words[0].Pos(), "unknown keyword '%s' out of section", l.Arg(0))
		return
	}
	s := p.sections[len(p.sections)-1]
	s.Lines = append(s.Lines, l)
}

// macro follows .if and its kin. What they test is the machine's environment and version, which are unknown here.
func (p *parser) macro(words []Word) {
	kind, pos := words[0].Value, words[0].Pos()
	decides := fmt.Sprintf("the %s of line %d", kind, words[0].Line)
	part := templates.Part{When: []templates.Branch{{Name: ".if " + strings.Join(Values(words[1:]), " "), Holds: true}}}
	switch kind {
	case ".if":
		p.open = &block{up: p.open, decides: decides, part: part}
	case ".elif", ".else", ".endif":
		if p.open == nil {
			p.problem(pos, "lone '%s' with no matching '.if'", kind)
			return
		}
		before := p.open.part.Else()
		if p.open = p.open.up; kind == ".endif" {
			return
		}
		if kind == ".elif" {
			before.When = append(before.When, part.When...)
		}
		p.open = &block{up: p.open, decides: decides, part: before}
	case ".alert":
		if p.open == nil {
			p.problem(pos, "'%s'", strings.Join(Values(words[1:]), " "))
		}
	case ".warning", ".notice", ".diag":
	default:
		p.problem(pos, "unknown directive '%s'", kind)
	}
}

func Values(words []Word) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.Value
	}
	return list
}
