package haproxy

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// setWord returns the function that rewrites a word; nil when its file cannot be edited.
func setWord(w Word) func(string) []hop.Edit {
	if w.File == nil || !w.File.Editable || w.Why != "" {
		return nil
	}
	return func(value string) []hop.Edit {
		return []hop.Edit{{File: w.File.Name, Start: w.Start, End: w.End, New: quote(value)}}
	}
}

// quote writes a value as one word.
func quote(value string) string {
	if value != "" && !strings.ContainsAny(value, " \t#\"'\\$") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(value) + `"`
}

// setTunnel returns the function that writes timeout tunnel for the backend: over the line in force if it is the backend's own or
// that of its defaults, else as a new line of the backend.
func (r *run) setTunnel() func(string) []hop.Edit {
	if l, maybe := r.be.setting("timeout", "tunnel"); l != nil && maybe == "" && len(l.words) > 2 {
		return setTime(setWord(l.words[2]))
	}
	return setTime(r.be.insert("timeout tunnel "))
}

// insert returns the function that writes a new line into the section, with the indentation and line ends of the section.
func (p *proxy) insert(text string) func(string) []hop.Edit {
	head := p.head.words[0]
	if head.File == nil || !head.File.Editable {
		return nil
	}
	return func(value string) []hop.Edit {
		src := head.File.Src
		at, indent := p.anchor()
		for at < len(src) && src[at] != '\n' {
			at++
		}
		end := "\n"
		if at > 0 && src[at-1] == '\r' {
			end, at = "\r\n", at-1
		}
		return []hop.Edit{{File: head.File.Name, Start: at, End: at, New: end + indent + text + quote(value)}}
	}
}

// anchor is where a new line goes: behind the last timeout of the section, else behind its head.
func (p *proxy) anchor() (at int, indent string) {
	last := p.head.words[len(p.head.words)-1]
	at, indent = last.End, "    "
	for i, l := range p.lines {
		if l.maybe != p.head.maybe {
			continue
		}
		if i == 0 || l.is("timeout") {
			indent = indentOf(l.words[0])
		}
		if l.is("timeout") {
			at = l.words[len(l.words)-1].End
		}
	}
	return at, indent
}

// indentOf is the white space in front of the first word of a line.
func indentOf(w Word) string {
	line := string(w.File.Src[w.Start-(w.Col-1) : w.Start])
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}
