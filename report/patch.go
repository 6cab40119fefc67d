package report

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
)

// maxAround is how many unchanged lines a patch shows on both sides of a change.
const maxAround = 3

// Patch prints the changes of fixes as one patch, which git apply takes at the top of the repository. Bytes of the
// files are printed as they are; the files whose lines would show secrets are left out and returned.
func Patch(w io.Writer, p lint.Patch, o Options) (left []hop.Note, err error) {
	var b bytes.Buffer
	for _, f := range p.Files {
		name, ok := "", false
		if o.Locate != nil {
			name, ok = o.Locate(f.Name)
		}
		if !ok {
			name = strings.TrimLeft(filepath.ToSlash(filepath.Clean(f.Name)), "/")
		}
		body, ok := hunks(p, f)
		if !ok {
			left = append(
				left,
				hop.Note{
					Pos:  hop.Pos{File: f.Name},
					Text: "not in the patch, whose lines would show secrets: --fix makes the change",
				},
			)
			continue
		}
		fmt.Fprintf(&b, "diff --git %s %s\n--- %s%s\n+++ %s%s\n", patchName("a/"+name), patchName("b/"+name),
			patchName("a/"+name), afterName(name), patchName("b/"+name), afterName(name))
		b.Write(body)
	}
	_, err = w.Write(b.Bytes())
	return left, err
}

// hunks are the changes of one file with as many lines round them as show no secrets; ok is false when even one does.
func hunks(p lint.Patch, f lint.PatchedFile) (body []byte, ok bool) {
	for around := maxAround; around > 0; around-- {
		var b bytes.Buffer
		unified(&b, f, around)
		if p.Hide(b.String()) == b.String() {
			return b.Bytes(), true
		}
	}
	return nil, false
}

// patchName writes a name as git does: quoted, with octal numbers, when it holds what could be misread.
func patchName(name string) string {
	plain := true
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c == '"' || c == '\\':
			plain = false
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			plain = false
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	if plain {
		return name
	}
	return `"` + b.String() + `"`
}

// afterName ends a name with spaces in it.
func afterName(name string) string {
	if strings.Contains(name, " ") && patchName(name) == name {
		return "\t"
	}
	return ""
}

// unified prints the hunks of one file.
func unified(b *bytes.Buffer, f lint.PatchedFile, around int) {
	src := newSource(func(string) []byte { return f.Before })
	lines := strings.Split(string(f.Before), "\n")
	changes := src.changes("", f.Edits)
	shift := 0
	for i := 0; i < len(changes); {
		j := i + 1
		for j < len(changes) && changes[j].first-changes[j-1].end() <= 2*around {
			j++
		}
		shift += hunk(b, lines, changes[i:j], shift, around)
		i = j
	}
}

// end is the number of the first line behind the old ones.
func (c change) end() int { return c.first + len(c.old) }

// hunk prints changes that stand close together and returns by how much they shift what follows.
func hunk(b *bytes.Buffer, lines []string, changes []change, shift, around int) int {
	for i := range changes {
		changes[i] = changes[i].atEnd(lines)
	}
	last := len(lines) // the number of the last line; what follows the last line end is none
	if n := len(lines); n > 0 && lines[n-1] == "" {
		last--
	}
	start := max(changes[0].first-around, 1)
	end := min(changes[len(changes)-1].end()+around, last+1)
	var body bytes.Buffer
	old, new := 0, 0
	print := func(sign byte, text string, open bool) {
		if open && text == "" {
			return // behind the last line end
		}
		body.WriteByte(sign)
		body.WriteString(text)
		body.WriteByte('\n')
		if open {
			body.WriteString("\\ No newline at end of file\n")
		}
		if sign != '+' {
			old++
		}
		if sign != '-' {
			new++
		}
	}
	at := start
	for _, c := range changes {
		for ; at < c.first; at++ {
			print(' ', lines[at-1], at == len(lines))
		}
		isLast := c.end() > len(lines)
		for i, l := range c.old {
			print('-', l, isLast && i == len(c.old)-1)
		}
		for i, l := range c.new {
			print('+', l, isLast && i == len(c.new)-1)
		}
		at = c.end()
	}
	for ; at < end; at++ {
		print(' ', lines[at-1], at == len(lines))
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", span(start, old), span(start+shift, new))
	b.Write(body.Bytes())
	return new - old
}

// atEnd takes the line before into a change of the end of a file without a last line end: it gains or loses one.
func (c change) atEnd(lines []string) change {
	if c.end() <= len(lines) || len(c.old) > 0 && len(c.new) > 0 || c.first < 2 || len(lines) == 0 {
		return c
	}
	before := lines[c.first-2]
	return change{c.first - 1, append([]string{before}, c.old...), append([]string{before}, c.new...)}
}

// span is the place of a hunk; one without lines names the line before it.
func span(start, count int) string {
	if count == 0 {
		start--
	}
	return fmt.Sprintf("%d,%d", start, count)
}
