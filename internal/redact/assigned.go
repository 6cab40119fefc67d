package redact

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
)

var (
	inside   = lazyregexp.New(`(?i)["']?\b(?:default|value)\b["']?[ \t]*[:=][ \t]*`)
	listItem = lazyregexp.New(`^[ \t]*-[ \t]+`)
	quoted   = lazyregexp.New(`"((?:\\.|[^"\\\n])*)"|'([^'\n]*)'`)
	calledSo = lazyregexp.New(`\bname["']?[ \t]*:[ \t]*["']?([A-Za-z0-9][\w.-]*)`)
	heredoc  = lazyregexp.New(`^<<-?["']?(\w+)["']?[ \t]*\r?\n`)
)

// reach is how far a value may stand behind the name that it belongs to.
const reach = 600

// assigned hides the value behind "=" or ":". from is where its name begins, at where it begins itself.
func (f *finder) assigned(from, at int, sep string, blank bool) {
	rest := f.text[at:]
	line := f.lineStart(from)
	switch {
	case len(rest) == 0:
		return
	case sep == ":" && !blank && strings.IndexByte("\"'\\{[\r\n", rest[0]) < 0:
		return // a host and its port, a part of a longer name
	case rest[0] == '\n' || rest[0] == '\r':
		if sep == ":" {
			f.below(from, at)
		}
	case rest[0] == '{' && sep != "=~":
		f.within(at+1, closing(f.text, at))
	case rest[0] == '[':
		f.list(at, closing(f.text, at))
	case sep == ":" && (rest[0] == '|' || rest[0] == '>'):
		f.indentedBelow(from, at)
	case heredoc.Match(rest):
		m := heredoc.FindSubmatchIndex(rest)
		end := bytes.Index(rest[m[1]:], rest[m[2]:m[3]])
		if end < 0 {
			end = len(rest) - m[1]
		}
		f.value(span{at + m[1], at + m[1] + end}, true)
	case sep == ":" && blank && f.passesTo(from, at):
	case sep == ":" && blank && !bytes.ContainsAny(line, "{"):
		f.yaml(at)
	case sep == ":" && blank:
		f.word(at, ",}")
	case !blank && len(bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(line), []byte("export ")))) == 0:
		f.word(at, "") // a file of variables: the rest of the line
	default:
		f.word(at, " \t;,&}\")]")
	}
}

// passesTo reports whether a key pass names where requests go, as in the routes of a VirtualServer, and no password:
// something in the text has that name.
func (f *finder) passesTo(from, at int) bool {
	w, ok := wordAt(f.text, at, ",}")
	if !ok || !bytes.Equal(bytes.Trim(f.text[from:at], ": \t\"'"), []byte("pass")) {
		return false
	}
	if f.called == nil {
		f.called = map[string]bool{}
		for _, m := range calledSo.FindAllSubmatch(f.text, -1) {
			f.called[string(m[1])] = true
		}
	}
	return f.called[string(bytes.TrimSpace(f.text[w.from:w.to]))]
}

// yaml hides a value of a line of YAML, up to a comment.
func (f *finder) yaml(at int) {
	w, ok := wordAt(f.text, at, "")
	if !ok {
		return
	}
	if !w.quoted {
		if i := bytes.Index(f.text[w.from:w.to], []byte(" #")); i >= 0 {
			w.to = w.from + i
		}
		w.to -= len(f.text[w.from:w.to]) - len(bytes.TrimRight(f.text[w.from:w.to], ";,"))
	}
	f.value(w.span, w.quoted)
}

// below hides what a name's mapping or list on the following lines holds: its default, its value, its items.
func (f *finder) below(from, at int) {
	end := f.indentedEnd(from, at)
	if next := bytes.TrimLeft(f.text[at:end], "\r\n"); listItem.Match(next) {
		f.items(at, end)
		return
	}
	f.within(at, end)
}

// indentedBelow hides the lines that are indented further than the one of the name.
func (f *finder) indentedBelow(from, at int) {
	start := at + bytes.IndexByte(append(f.text[at:len(f.text):len(f.text)], '\n'), '\n')
	f.value(span{min(start, len(f.text)), f.indentedEnd(from, start)}, true)
}

// indentedEnd is where the lines end that are indented further than the one of a name; reach bounds it.
func (f *finder) indentedEnd(from, at int) int {
	line := f.lineStart(from)
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	end := at
	for end < len(f.text) && end < at+16*reach {
		n := bytes.IndexByte(f.text[end:], '\n')
		if n < 0 {
			return len(f.text)
		}
		next := f.text[end+n+1:]
		text := bytes.TrimLeft(next, " ")
		if len(text) == 0 {
			return len(f.text)
		}
		if deep := len(next) - len(text); text[0] != '\n' && text[0] != '\r' && deep <= indent &&
			(text[0] != '-' || deep < indent) {
			return end + n
		}
		end += n + 1
	}
	return min(end, len(f.text))
}

// within hides what stands as default or value between two offsets.
func (f *finder) within(from, to int) {
	to = min(to, from+reach, len(f.text))
	if from < to && index(f.text[from:to], "default") < 0 && index(f.text[from:to], "value") < 0 {
		return // as inside would find, a hundred times faster
	}
	for from < to {
		m := inside.FindIndex(f.text[from:to])
		if m == nil {
			return
		}
		at := from + m[1]
		f.any(at)
		from = at
	}
}

// any hides a value of a language that is not known: a list, a text in quotes, or a word.
func (f *finder) any(at int) {
	switch {
	case at >= len(f.text):
	case f.text[at] == '[':
		f.list(at, closing(f.text, at))
	case f.text[at] == '\n' || f.text[at] == '\r':
		f.items(at, min(at+reach, len(f.text)))
	default:
		f.word(at, ",}\r\n")
	}
}

// list hides the texts of a list.
func (f *finder) list(from, to int) {
	for _, m := range quoted.FindAllSubmatchIndex(f.text[from:to], -1) {
		g := 2
		if m[g] < 0 {
			g = 4
		}
		f.value(span{from + m[g], from + m[g+1]}, true)
	}
	if bytes.IndexByte(f.text[from:to], '"') < 0 && bytes.IndexByte(f.text[from:to], '\'') < 0 {
		for at := from + 1; at < to; {
			end := f.word(at, ",]")
			at = max(end, at) + 1
		}
	}
}

// items hides the items of a list of YAML.
func (f *finder) items(from, to int) {
	for line := range bytes.Lines(f.text[from:to]) {
		if m := listItem.FindIndex(line); m != nil {
			f.yaml(from + m[1])
		} else if len(bytes.TrimSpace(line)) > 0 {
			return
		}
		from += len(line)
	}
}

// closing is where the bracket closes that opens at an offset; reach bounds it.
func closing(text []byte, at int) int {
	depth := 0
	for i := at; i < len(text) && i < at+4*reach; i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return min(at+4*reach, len(text))
}
