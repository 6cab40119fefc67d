package conf

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// header is the line that nginx -T prints before each file. A file may hold such a line as a comment of its own.
var header = lazyregexp.New(`(?m)^# configuration file (\S.*):\r?$`)

// includeLine finds includes in a file that does not parse.
var includeLine = lazyregexp.New(`(?:^|[\s;{}])include\s+["']?([^;"'\s]+)["']?\s*;`)

// isDump reports whether text is the output of nginx -T: before its first header stands nothing that could be
// configuration, be it a comment. What comes through a pipe may begin with the greeting of a host, comment signs and
// all.
func isDump(src []byte, piped bool) bool {
	if !bytes.Contains(src, []byte("# configuration file ")) {
		return false // the regex is slow
	}
	at := header.FindIndex(src)
	if at == nil {
		return false
	}
	for l := range bytes.Lines(src[:at[0]]) {
		l = bytes.TrimSpace(l)
		if noise.Match(l) {
			continue
		}
		if piped && couldBeDirective(l) || !piped && (bytes.HasPrefix(l, []byte("#")) || endsStatement(l)) {
			return false
		}
	}
	return true
}

// readDumps reads the output of nginx -T, or of several runs of it one after the other.
//
// Several hosts have files of one name: a file of which another dump had one before it is called "(dump 2)", or by the
// file that the dump stands in.
func (r *reader) readDumps(name string, src []byte) []*Tree {
	var trees []*Tree
	for start := 0; start < len(src); {
		of := name
		if len(trees) > 0 {
			of = fmt.Sprintf("dump %d", len(trees)+1)
		}
		label := func(path string) string {
			for file := path; ; {
				if by, taken := r.dumped[file]; !taken || by == (dumpStart{name, start}) {
					r.dumped[file] = dumpStart{name, start}
					return file
				} else if file == path {
					file = fmt.Sprintf("%s (%s)", path, of)
				} else {
					file += "'" // of a file that was given twice
				}
			}
		}
		d := cut(src, start, false, label)
		if last := d.files[d.order[len(d.order)-1]]; last.err != nil {
			// A file that does not parse hides all that follow it. Trust the includes that can be seen in its text.
			if lax := cut(src, start, true, label); len(lax.order) > len(d.order) {
				d = lax
			}
		}
		t := d.tree(name, r.options)
		t.Version = saidBefore(name, src, start, start+header.FindIndex(src[start:])[0]).Or(t.Version)
		trees = append(trees, t)
		start = d.end
	}
	if last := trees[len(trees)-1]; name == stdinName && src[len(src)-1] != '\n' && len(last.Problems) == 0 {
		// nginx ends each file with a line feed of its own.
		end := last.Files[len(last.Files)-1]
		last.Problems = append(last.Problems, Problem{
			Pos: hop.Pos{File: end.Name, Line: bytes.Count(end.Src, []byte("\n")) + 1}, Incomplete: true,
			Text: "the dump ends in the middle of a line: what follows is missing",
		})
	}
	return trees
}

// A dumpStart is where a dump begins, in which file.
type dumpStart struct {
	file   string
	offset int
}

// A dump holds the files of one run of nginx -T. Includes are resolved within it.
type dump struct {
	base  string // conf prefix: the directory of the first file
	files map[string]*parsed
	order []string
	end   int // offset behind it
	want  []string
}

// cut cuts a dump that begins at or after start into its files. A header counts only if the file before it is
// complete and one of the includes so far names the path; with lax, completeness is not asked for.
func cut(src []byte, start int, lax bool, label func(path string) string) *dump {
	headers := header.FindAllSubmatchIndex(src[start:], -1)
	name := func(i int) string { return string(src[start+headers[i][2] : start+headers[i][3]]) }
	d := &dump{files: map[string]*parsed{}, base: path.Dir(name(0)), end: len(src)}
	parse := func(i, end int) *parsed {
		p := parseDumped(segment(src, label(name(i)), start+headers[i][1], end))
		p.real = name(i)
		return p
	}
	current := 0
	budget := 32 * (len(src) + 1<<20) // parsing up to each of very many false headers would take for ever
	for i := 1; i < len(headers) && budget > 0; i++ {
		at := start + headers[i][0]
		again := name(i) == name(0)
		if !again && (d.files[name(i)] != nil || name(i) == name(current)) {
			continue
		}
		if again {
			at = start + headers[current][1] + len(withoutGreeting(src[start+headers[current][1]:at]))
		}
		p := parse(current, at)
		budget -= len(p.file.Src)
		if p.err != nil && !lax {
			continue
		}
		if again {
			if !startsAnew(src, start, headers, i) {
				continue
			}
			d.end = at
			break
		}
		if wanted := append(slices.Clip(d.want), d.includes(p)...); slices.ContainsFunc(wanted, d.names(name(i))) {
			d.add(p)
			current = i
		}
	}
	d.add(parse(current, d.end))
	return d
}

// withoutGreeting is the text of a file without what stands behind it that is no configuration: a loop over hosts
// prints their names between two dumps.
func withoutGreeting(text []byte) []byte {
	for len(text) > 0 {
		start := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n') + 1
		l := bytes.TrimSpace(text[start:])
		if endsStatement(l) || bytes.HasPrefix(l, []byte("#")) {
			break
		}
		text = text[:start]
	}
	return text
}

// startsAnew reports whether header i, which names the first file of the dump again, begins another dump.
func startsAnew(src []byte, start int, headers [][]int, i int) bool {
	end := len(src)
	if i+1 < len(headers) {
		end = start + headers[i+1][0]
	}
	p := parseDumped(segment(src, "", start+headers[i][1], end))
	return p.err == nil && slices.ContainsFunc(p.nodes, isEvents)
}

// segment is the file whose header ends at start, up to the next header. nginx prints a line feed behind each file.
func segment(src []byte, name string, start, end int) *File {
	if start < end && src[start] == '\n' {
		start++
	}
	text := src[start:end]
	head, text := leadingNoise(text)
	start += head
	text = withoutNoise(text)
	text = bytes.TrimSuffix(text, []byte("\n"))
	return &File{Name: name, Src: text, Line: bytes.Count(src[:start], []byte("\n"))}
}

func parseDumped(f *File) *parsed {
	return (&parsed{file: f}).parse(nil)
}

func (d *dump) add(p *parsed) {
	d.files[p.real] = p
	d.order = append(d.order, p.real)
	d.want = append(d.want, d.includes(p)...)
}

// includes lists the paths that the includes of a file name, in full.
func (d *dump) includes(p *parsed) []string {
	var paths []string
	if p.err != nil {
		for _, m := range includeLine.FindAllSubmatch(p.file.Src, -1) {
			paths = append(paths, d.full(string(m[1])))
		}
		return paths
	}
	var collect func(nodes []*Directive)
	collect = func(nodes []*Directive) {
		for _, n := range nodes {
			if n.Is("include") && len(n.Args) == 1 {
				paths = append(paths, d.full(n.Arg(0)))
			}
			collect(n.Block)
		}
	}
	collect(p.nodes)
	return paths
}

func (d *dump) full(p string) string {
	if strings.HasPrefix(p, "/") {
		return p
	}
	return strings.TrimSuffix(d.base, "/") + "/" + p
}

// names returns a test whether an include path in full names a file.
func (d *dump) names(file string) func(string) bool {
	return func(want string) bool {
		return want == file || path.Clean(want) == path.Clean(file) ||
			hasMeta(want) && matchPath(path.Clean(want), path.Clean(file))
	}
}

func (d *dump) find(p string, pattern bool) lookup {
	l := lookup{path: d.full(p), absolute: strings.HasPrefix(p, "/"), here: true}
	for name := range d.files {
		if name == l.path || path.Clean(name) == path.Clean(l.path) || pattern && d.names(name)(l.path) {
			l.names = append(l.names, name)
		}
	}
	slices.Sort(l.names)
	if len(l.names) == 0 && !pattern {
		l.names = []string{l.path}
	}
	return l
}

func (d *dump) load(name string) *parsed {
	if p := d.files[name]; p != nil {
		return p
	}
	return &parsed{file: &File{Name: name}, real: name, trouble: syscall.ENOENT}
}

// tree puts the dump together. What an include names and the dump lacks was there when nginx ran: the dump is not
// whole.
func (d *dump) tree(name string, o Options) *Tree {
	first := d.files[d.order[0]]
	t := &Tree{Name: name, Context: o.Context, Main: Block("", nil), Version: marked(first.file)}
	t.Root, t.Mapped = newDisk(&reader{options: o}, stdinName).local, len(o.Map) > 0
	if t.Context == "" && first.err != nil {
		t.Context = "main"
	} else if t.Context == "" {
		t.Context = contextOf(first.nodes)
	}
	e := newExpander(t, d)
	e.shortened, e.mapped = true, true
	e.root(first, first.real, true)
	return t
}

// noise are the lines that nginx prints to standard error: people save both together.
var noise = lazyregexp.New(
	`^(nginx: (the configuration file .* syntax is ok|configuration file .* test (is successful|failed)|\[[a-z]+\] ` +
		`.*)|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[[a-z]+\] .*)\r?\n?$`,
)

// tested is what nginx says of every good configuration. Two streams that are read as one can meet in the middle of a
// line.
var tested = lazyregexp.New(`nginx: (the )?configuration file [^\s;]+ (syntax is ok|test is successful)\r?\n`)

// leadingNoise parts the noise that text begins with from the rest, and returns its length.
func leadingNoise(text []byte) (int, []byte) {
	length := 0
	for l := range bytes.Lines(text) {
		if !isNoise(l) {
			break
		}
		length += len(l)
	}
	return length, text[length:]
}

// withoutNoise is the text of a file of a dump as it is on the machine where nginx ran.
func withoutNoise(text []byte) []byte {
	text = tested.ReplaceAll(text, nil)
	var kept []byte
	for l := range bytes.Lines(text) {
		if !isNoise(l) {
			kept = append(kept, l...)
		}
	}
	return kept
}

// isNoise asks the regular expression where that has a chance.
func isNoise(l []byte) bool {
	return len(l) > 6 && (l[0] == 'n' && l[1] == 'g' || '0' <= l[0] && l[0] <= '9') && noise.Match(l)
}

// endsStatement reports whether a line ends as those of a configuration do.
func endsStatement(l []byte) bool {
	return len(l) > 0 && bytes.IndexByte([]byte("{};"), l[len(l)-1]) >= 0
}

// couldBeDirective reports whether a line looks like one of nginx's, or the end of a block.
func couldBeDirective(l []byte) bool {
	word := bytes.IndexAny(l, " \t;{")
	return rows()[string(l[:max(word, 0)])] != nil && endsStatement(l) || string(l) == "}"
}
