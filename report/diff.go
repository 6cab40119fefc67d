package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// source gives lines of the files that findings point into. Each file is split once.
type source struct {
	read  func(file string) []byte
	lines map[string][]string
}

func newSource(read func(file string) []byte) source {
	return source{read, map[string][]string{}}
}

func (s source) file(file string) []string {
	lines, done := s.lines[file]
	if !done && s.read != nil {
		if src := s.read(file); len(src) > 0 {
			lines = strings.Split(string(src), "\n")
		}
		s.lines[file] = lines
	}
	return lines
}

// line returns one line, 1-based, without its end.
func (s source) line(file string, number int) (string, bool) {
	lines := s.file(file)
	if number < 1 || number > len(lines) {
		return "", false
	}
	return strings.TrimRight(lines[number-1], "\r"), true
}

// A change replaces lines: old ones, first..., by new ones.
type change struct {
	first    int // 1-based number of the first old line
	old, new []string
}

// changes turns the edits of one file into changes of whole lines; nil when the edits do not fit the file.
func (s source) changes(file string, edits []hop.Edit) []change {
	lines := s.file(file)
	src := strings.Join(lines, "\n")
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b hop.Edit) int { return a.Start - b.Start })
	var list []change
	for i := 0; i < len(edits); {
		start, end, at := edits[i].Start, edits[i].Start, edits[i].Start
		if start < 0 || start > len(src) {
			return nil
		}
		start = strings.LastIndexByte(src[:start], '\n') + 1
		text := src[start:at]
		for ; i < len(edits) && (edits[i].Start <= end || !strings.Contains(src[end:edits[i].Start], "\n")); i++ {
			e := edits[i]
			if e.Start < at || e.End < e.Start || e.End > len(src) {
				return nil
			}
			text += src[at:e.Start] + e.New
			at, end = e.End, e.End
		}
		if n := strings.IndexByte(src[end:], '\n'); n >= 0 {
			end += n
		} else {
			end = len(src)
		}
		text += src[at:end]
		list = append(list, trim(change{
			first: strings.Count(src[:start], "\n") + 1,
			old:   strings.Split(src[start:end], "\n"),
			new:   strings.Split(text, "\n"),
		}))
	}
	return list
}

// trim leaves out the lines that stay.
func trim(c change) change {
	for len(c.old) > 0 && len(c.new) > 0 && c.old[0] == c.new[0] {
		c.old, c.new, c.first = c.old[1:], c.new[1:], c.first+1
	}
	for len(c.old) > 0 && len(c.new) > 0 && c.old[len(c.old)-1] == c.new[len(c.new)-1] {
		c.old, c.new = c.old[:len(c.old)-1], c.new[:len(c.new)-1]
	}
	return c
}

// fix prints what to do, and the lines before and after it.
func (t *text) fix(pad string, f *rules.Fix) {
	title := clean(f.Title)
	if !f.Safe {
		title += " (look before you apply it: it may change more than the fault)"
	}
	t.linef("%s: %s", t.paint(cyan, "help"), title)
	files, byFile := editsByFile(f.Edits)
	for _, file := range files {
		changes := t.source.changes(file, byFile[file])
		if len(changes) == 0 {
			continue
		}
		t.linef("%s%s %s", pad, t.paint(blue, "-->"), clean(fmt.Sprintf("%s:%d", file, changes[0].first)))
		shift := 0
		for _, c := range changes {
			for i, l := range c.old {
				t.diffLine(pad, c.first+i, '-', l, red)
			}
			for i, l := range c.new {
				t.diffLine(pad, c.first+shift+i, '+', l, green)
			}
			shift += len(c.new) - len(c.old)
		}
	}
}

// editsByFile lists the files that edits change, and the edits of each.
func editsByFile(edits []hop.Edit) (files []string, byFile map[string][]hop.Edit) {
	byFile = map[string][]hop.Edit{}
	for _, e := range edits {
		if byFile[e.File] == nil {
			files = append(files, e.File)
		}
		byFile[e.File] = append(byFile[e.File], e)
	}
	return files, byFile
}

func (t *text) diffLine(pad string, number int, sign byte, line string, s style) {
	x := newExcerpt(strings.TrimRight(line, "\r"), 0, 0)
	t.linef("%s %s", t.paint(blue, fmt.Sprintf("%*d", len(pad), number)), t.paint(s, strings.TrimRight(string(sign)+" "+x.text, " ")))
}
