package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// source gives lines of the files that findings point into. Each file is read once.
type source struct {
	read  func(file string) []byte
	hide  func(text string) string // takes secrets out of what a fix writes
	files map[string]*sourceFile
}

// A sourceFile is a text and where its lines start.
type sourceFile struct {
	text   string
	starts []int32
}

func newSource(read func(file string) []byte) source {
	return source{read, func(text string) string { return text }, map[string]*sourceFile{}}
}

// sourceOf gives the files of a result.
func sourceOf(r *lint.Result) source { return source{r.Source, r.Hide, map[string]*sourceFile{}} }

func (s source) file(name string) *sourceFile {
	f, done := s.files[name]
	if done {
		return f
	}
	f = &sourceFile{}
	if s.read != nil {
		src := s.read(name) // which nobody changes
		f.text = unsafe.String(unsafe.SliceData(src), len(src))
	}
	f.starts = make([]int32, 0, strings.Count(f.text, "\n")+1)
	for start := 0; f.text != ""; {
		f.starts = append(f.starts, int32(start))
		n := strings.IndexByte(f.text[start:], '\n')
		if n < 0 {
			break
		}
		start += n + 1
	}
	s.files[name] = f
	return f
}

// line returns one line, 1-based, without its end.
func (s source) line(file string, number int) (string, bool) {
	f := s.file(file)
	if number < 1 || number > len(f.starts) {
		return "", false
	}
	end := len(f.text)
	if number < len(f.starts) {
		end = int(f.starts[number]) - 1
	}
	return strings.TrimRight(f.text[f.starts[number-1]:end], "\r"), true
}

// at is the 1-based number of the line that starts at an offset.
func (f *sourceFile) at(start int) int {
	i, _ := slices.BinarySearch(f.starts, int32(start))
	return i + 1
}

// A change replaces lines: old ones, first..., by new ones.
type change struct {
	first    int // 1-based number of the first old line
	old, new []string
}

// changes turns the edits of one file into changes of whole lines; nil when the edits do not fit the file.
func (s source) changes(file string, edits []hop.Edit) []change {
	f := s.file(file)
	src := f.text
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
			text += src[at:e.Start] + s.hide(e.New)
			at, end = e.End, e.End
		}
		if n := strings.IndexByte(src[end:], '\n'); n >= 0 {
			end += n
		} else {
			end = len(src)
		}
		text += src[at:end]
		list = append(list, trim(change{
			first: f.at(start),
			old:   strings.Split(src[start:end], "\n"),
			new:   strings.Split(text, "\n"),
		}))
	}
	return list
}

// showable reports whether the edits of a fix write no secrets: programs that take edits from a report would write what
// stands for them.
func showable(r *lint.Result, f *rules.Fix) bool {
	return !slices.ContainsFunc(f.Edits, func(e hop.Edit) bool { return r.Hide(e.New) != e.New })
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
		title += " (unsafe fix: review it, it may affect other requests)"
	}
	t.wrapped(t.paint(cyan, "help")+": ", "  ", "", title)
	files, byFile := editsByFile(f.Edits)
	for _, file := range files {
		changes := t.source.changes(file, byFile[file])
		if len(changes) == 0 {
			continue
		}
		t.linef("%s%s %s", pad, t.paint(blue, "-->"), clean(fmt.Sprintf("%s:%d", file, changes[0].first)))
		shift := 0
		for _, c := range changes {
			room := t.excerptCells(pad) - 2
			for i, l := range c.old {
				t.diffLine(pad, c.first+i, '-', c.window(i, l, room), room, red)
			}
			for i, l := range c.new {
				t.diffLine(pad, c.first+shift+i, '+', c.window(i, l, room), room, green)
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

// from is the byte of line i at which the old and the new one begin to differ: of a long line what is around it is
// shown, of both.
func (c change) from(i int) int {
	if i >= len(c.old) || i >= len(c.new) {
		return 0
	}
	a, b := c.old[i], c.new[i]
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}

// window is a line of a change without what comes long before the first difference, where one of both is too long to
// be shown whole.
func (c change) window(i int, line string, room int) string {
	from := c.from(i)
	if from == 0 || max(textWidth(c.old[i]), textWidth(c.new[i])) <= room {
		return line
	}
	head := []rune(line[:from])
	if len(head) <= room/2 {
		return line
	}
	return "…" + string(head[len(head)-room/2+1:]) + line[from:]
}

func (t *text) diffLine(pad string, number int, sign byte, line string, room int, s style) {
	x := excerptWithin(strings.TrimRight(line, "\r"), 0, 0, room)
	t.linef(
		"%s %s",
		t.paint(blue, fmt.Sprintf("%*d", len(pad), number)),
		t.paint(s, strings.TrimRight(string(sign)+" "+x.text, " ")),
	)
}
