package haproxy

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// setWord returns the function that rewrites a word; nil when its file cannot be edited.
func setWord(w Word) func(string) []hop.Edit {
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
func (p *proxy) anchor() (at int, indent string) {
	last := p.head.words[len(p.head.words)-1]
	at, indent = last.End, "    "
	for i, l := range p.lines {
		if l.maybe != p.head.maybe {
			continue
		}
		if i == 0 || l.is("timeout") {
			indent = l.words[0].File.Indent(l.words[0].Start)
		}
		if l.is("timeout") {
			at = l.words[len(l.words)-1].End
		}
	}
	return at, indent
}
