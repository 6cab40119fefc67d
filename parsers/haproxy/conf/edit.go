package conf

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// SetWord returns the function that rewrites a word; nil when its file cannot be edited.
func SetWord(w Word) func(string) []hop.Edit {
	if !w.Editable() || w.Why != "" {
		return nil
	}
	return func(value string) []hop.Edit {
		return []hop.Edit{w.Replace(quote(value))}
	}
}

// quote writes a value as one word.
func quote(value string) string {
	if value != "" && !strings.ContainsAny(value, " \t#\"'\\$") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(value) + `"`
}

// Insert returns the function that writes a new line into the section, with the indentation and line ends of the
// section.
func (p *Proxy) Insert(text string) func(string) []hop.Edit {
	head := p.Head.Words[0]
	if !head.Editable() {
		return nil
	}
	return func(value string) []hop.Edit {
		src := head.File.Src
		at, indent := p.anchor()
		for at < len(src) && src[at] != '\n' {
			at++
		}
		end := head.File.LineEnd(at)
		if at > 0 && src[at-1] == '\r' {
			at--
		}
		return []hop.Edit{head.File.Replace(at, at, end+indent+text+quote(value))}
	}
}

// anchor is where a new line goes: behind the last timeout of the section, else behind its head.
func (p *Proxy) anchor() (at int, indent string) {
	last := p.Head.Words[len(p.Head.Words)-1]
	at, indent = last.End, "    "
	for i, l := range p.Lines {
		if l.in != p.Head.in {
			continue
		}
		if i == 0 || l.Is("timeout") {
			indent = l.Words[0].File.Indent(l.Words[0].Start)
		}
		if l.Is("timeout") {
			at = l.Words[len(l.Words)-1].End
		}
	}
	return at, indent
}

// Remove returns the function that takes the line out, with its end and its comment; nil when its file cannot be
// edited.
func (l *Line) Remove() func() []hop.Edit {
	w := l.Words[0]
	if !w.Editable() {
		return nil
	}
	return func() []hop.Edit {
		src := w.File.Src
		start, end := w.Start-len(w.File.LineBefore(w.Start)), w.Start
		for end < len(src) && src[end] != '\n' {
			end++
		}
		return []hop.Edit{w.File.Replace(start, min(end+1, len(src)), "")}
	}
}
