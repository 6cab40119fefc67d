package lint

import (
	"bytes"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// lines is a text with the places of its lines and of what stands in them.
type lines struct {
	text   parsers.Text
	starts []int // offset of each line
}

func newLines(t parsers.Text) lines {
	l := lines{text: t, starts: []int{0}}
	for i, c := range t.Src {
		if c == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// number is the line of an offset, from 1.
func (l lines) number(offset int) int { return sort.SearchInts(l.starts, offset+1) }

// bytes of a line, without its end; nil behind the last.
func (l lines) bytes(number int) []byte {
	if number < 1 || number > len(l.starts) {
		return nil
	}
	end := len(l.text.Src)
	if number < len(l.starts) {
		end = l.starts[number]
	}
	return bytes.TrimRight(l.text.Src[l.starts[number-1]:end], "\r\n")
}

// A lineFinder finds lines of files by their numbers. Each file is split once, however many lines are asked for.
type lineFinder struct {
	text  func(file string) []byte
	split map[string]lines
}

func newLineFinder(text func(file string) []byte) *lineFinder {
	return &lineFinder{text, map[string]lines{}}
}

// words are those of a line, with single spaces between them; "" where the file has no such line.
func (f *lineFinder) words(p hop.Pos) string {
	of, known := f.split[p.File]
	if !known {
		of = newLines(parsers.Text{Src: f.text(p.File)})
		f.split[p.File] = of
	}
	return strings.Join(strings.Fields(string(of.bytes(p.Line))), " ")
}

func (l lines) pos(c parsers.Comment) hop.Pos {
	n := l.number(c.Start)
	col := c.Start - l.starts[n-1] + 1
	return hop.Pos{File: l.text.File, Line: n, Col: col, EndCol: col + c.End - c.Start}
}

// alone reports whether nothing stands before a comment in its line.
func (l lines) alone(c parsers.Comment) bool {
	return len(bytes.TrimSpace(l.text.Src[l.starts[l.number(c.Start)-1]:c.Start])) == 0
}

// scope is what a comment is about: its own line, or the next one that is neither empty nor a comment if it stands
// alone; and the whole block if that line opens one.
func (l lines) scope(c parsers.Comment) parsers.Block {
	if c.Says != "" {
		return c.Of
	}
	n := l.number(c.Start)
	if l.alone(c) {
		comments := map[int]bool{}
		for _, other := range l.text.Comments {
			if l.alone(other) {
				comments[l.number(other.Start)] = true
			}
		}
		for n++; n <= len(l.starts) && (comments[n] || len(bytes.TrimSpace(l.bytes(n))) == 0); {
			n++
		}
	}
	scope := parsers.Block{First: n, Last: n}
	for _, b := range l.text.Blocks {
		if b.First == n {
			scope.Last = max(scope.Last, b.Last)
		}
	}
	return scope
}

// cut takes rules out of a comment that names n of them, or the comment when none is left: with its line if it stands
// alone.
func (l lines) cut(c parsers.Comment, rules []string, n int) []hop.Edit {
	edit := hop.Edit{File: l.text.File, Start: c.Start, End: c.End}
	if len(rules) < n {
		text := string(l.text.Src[c.Start:c.End])
		for _, r := range rules {
			name := regexp.QuoteMeta(r)
			// The one with the comma behind it, or, as the last, with that before it.
			text = replaceFirst(
				text,
				regexp.MustCompile(`([\s,])`+name+`,[ \t]*`),
				"$1",
				regexp.MustCompile(`,[ \t]*`+name+`(\s)`),
				"$1",
			)
		}
		edit.New = text
		return []hop.Edit{edit}
	}
	number := l.number(c.Start)
	if l.alone(c) {
		edit.Start = l.starts[number-1]
		if number < len(l.starts) {
			edit.End = l.starts[number]
		}
		return []hop.Edit{edit}
	}
	for edit.Start > 0 && strings.IndexByte(" \t", l.text.Src[edit.Start-1]) >= 0 {
		edit.Start--
	}
	return []hop.Edit{edit}
}

// replaceFirst replaces the first place that one of the pairs of pattern and replacement fits.
func replaceFirst(text string, first *regexp.Regexp, by string, second *regexp.Regexp, other string) string {
	for _, p := range []struct {
		pattern *regexp.Regexp
		by      string
	}{{first, by}, {second, other}} {
		if m := p.pattern.FindStringSubmatchIndex(text); m != nil {
			return text[:m[0]] + string(p.pattern.ExpandString(nil, p.by, text, m)) + text[m[1]:]
		}
	}
	return text
}

// changed reports whether one of the changed lines lies in what the place is about: its line, or the block that it
// opens.
func (l lines) changed(pos hop.Pos, numbers map[int]bool) bool {
	if numbers[pos.Line] {
		return true
	}
	return slices.ContainsFunc(l.text.Blocks, func(b parsers.Block) bool {
		if b.First != pos.Line {
			return false
		}
		for n := b.First; n <= b.Last; n++ {
			if numbers[n] {
				return true
			}
		}
		return false
	})
}

// lost reports whether lines were removed from within the block that a place opens, by those that followed them.
func (l lines) lost(pos hop.Pos, gaps map[int]bool) bool {
	return slices.ContainsFunc(l.text.Blocks, func(b parsers.Block) bool {
		for n := b.First + 1; b.First == pos.Line && n <= b.Last; n++ {
			if gaps[n] {
				return true
			}
		}
		return false
	})
}

// indented lists the blocks of a YAML text: a line and those that follow it further to the right. The items of a list
// belong to the key above them even where they are not indented.
func indented(src []byte) (blocks []parsers.Block) {
	all := bytes.Split(src, []byte("\n"))
	// shape is the indentation of a line, and whether it begins with an item; -1 where nothing but a comment stands.
	shape := func(line []byte) (indent int, item bool) {
		text := bytes.TrimLeft(line, " ")
		if s := bytes.TrimSpace(text); len(s) == 0 || s[0] == '#' {
			return -1, false
		}
		return len(line) - len(text), bytes.HasPrefix(text, []byte("- "))
	}
	for i, line := range all {
		indent, item := shape(line)
		last := i
		for j := i + 1; j < len(all) && indent >= 0; j++ {
			to, other := shape(all[j])
			if to >= 0 && to <= indent && (to < indent || item || !other) {
				break
			}
			if to >= 0 {
				last = j
			}
		}
		if last > i {
			blocks = append(blocks, parsers.Block{First: i + 1, Last: last + 1})
		}
	}
	return blocks
}
