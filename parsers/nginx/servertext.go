package nginx

import (
	"bytes"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A serverText is the text of a server and of the upstreams that it names, word by word: servers of one shape have as
// many words, and what is said of one of them is said of another at the words with the same numbers.
type serverText struct {
	pieces []piece
	words  []textWord
	at     map[spot]int // the number of the word at a place; nil but for a model
}

// A piece is one of the blocks of a serverText: the server, an upstream.
type piece struct {
	d     *conf.Directive
	first int // word
}

// A textWord is a word, and the directive that it is the name or an argument of.
type textWord struct {
	*conf.Word
	of    *conf.Directive
	piece int
}

type spot struct {
	file      *conf.File
	line, col int32
}

// newServerText is that of a server, which has about as many words as size says.
func newServerText(c *Config, s *server, size int) *serverText {
	t := &serverText{words: make([]textWord, 0, size)}
	return t.read(c, s)
}

// read puts the text of a server in the place of what is there.
func (t *serverText) read(c *Config, s *server) *serverText {
	t.pieces, t.words = t.pieces[:0], t.words[:0]
	t.add(s.scope.d)
	for i := 0; i < len(t.words); i++ { // the upstreams come behind the server
		w := t.words[i]
		if w.piece > 0 {
			break
		}
		if !w.of.Is("proxy_pass") || w.Word == &w.of.Name {
			continue
		}
		_, to, _ := splitPass(w.Value)
		if u := c.upstreams[strings.ToLower(to)]; u != nil {
			t.add(u.d)
		}
	}
	return t
}

// add adds a block, once.
func (t *serverText) add(d *conf.Directive) {
	if !slices.ContainsFunc(t.pieces, func(p piece) bool { return p.d == d }) {
		t.pieces = append(t.pieces, piece{d, len(t.words)})
		t.directive(d)
	}
}

func (t *serverText) directive(d *conf.Directive) {
	t.words = append(t.words, textWord{&d.Name, d, len(t.pieces) - 1})
	for i := range d.Args {
		t.words = append(t.words, textWord{&d.Args[i], d, len(t.pieces) - 1})
	}
	for _, inner := range d.Block {
		t.directive(inner)
	}
}

// addIndex lets words be found by their places.
func (t *serverText) addIndex() {
	t.at = make(map[spot]int, len(t.words))
	for i, w := range t.words {
		at := spot{w.File, w.Line, w.Col}
		if _, twice := t.at[at]; twice {
			i = -1 // a file that is included twice: which of its words is meant cannot be told
		}
		t.at[at] = i
	}
}

// matches reports whether to is laid out as t is: each word is in the same line of its block, or the same word of a
// file that both include.
func (t *serverText) matches(to *serverText) bool {
	if len(t.words) != len(to.words) || len(t.pieces) != len(to.pieces) {
		return false
	}
	for i, w := range t.words {
		x := to.words[i]
		if w.piece != x.piece || len(w.of.Args) != len(x.of.Args) || len(w.of.Block) != len(x.of.Block) {
			return false
		}
		if w.File == x.File && w.Start == x.Start {
			continue
		}
		one, other := t.words[t.pieces[w.piece].first], to.words[to.pieces[x.piece].first]
		if w.Quote != x.Quote || w.File != one.File || x.File != other.File || w.Line-one.Line != x.Line-other.Line ||
			!asItStands(w.File) || !asItStands(x.File) || w.File.Editable != x.File.Editable {
			return false
		}
	}
	return true
}

// asItStands reports whether the words of a file stand where they seem to.
func asItStands(f *conf.File) bool { return f != nil && f.Origin == nil && !f.Hidden && !f.Made }

// differences are what stands in the one text and not in the other, where they differ.
func (t *serverText) differences(to *serverText) (parts []string) {
	add := func(part string) {
		if part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	for i, w := range t.words {
		other := to.words[i].Value
		if other == w.Value {
			continue
		}
		own, others := told(w.Value), told(other)
		for k, part := range own {
			if part != others[k] || own == others {
				add(part)
				add(others[k])
			}
		}
	}
	return parts
}

// holds reports whether a text has a part that is no piece of a longer word or number.
func holds(text, part string) bool {
	for from := 0; part != ""; {
		i := strings.Index(text[from:], part)
		if i < 0 {
			return false
		}
		begin, end := from+i, from+i+len(part)
		within := func(at int) bool { return at > 0 && at < len(text) && isAlnum(text[at-1]) && isAlnum(text[at]) }
		if !within(begin) && !within(end) {
			return true
		}
		from = begin + 1
	}
	return false
}

// told are the parts of a word that a text may have alone: of an address its host, its port and what is behind these,
// and of a time as texts say it.
func told(word string) [3]string {
	_, rest, isURL := strings.Cut(word, "://")
	path := ""
	if isURL {
		word, path, _ = strings.Cut(rest, "/")
	}
	if i := strings.LastIndexByte(word, ':'); i > 0 {
		return [3]string{word[:i], word[i+1:], path}
	}
	if length, ok := conf.ParseTime(word); ok && path == "" {
		return [3]string{word, hop.FormatDuration(length)}
	}
	return [3]string{word, "", path}
}

// place is the place in to that is what p is in t.
func (t *serverText) place(p hop.Pos, to *serverText) (there hop.Pos, ok bool) {
	for i := range t.pieces {
		d := t.pieces[i].d
		f := d.Name.File
		if f.Name != p.File {
			continue
		}
		last := int(d.Name.Line) + bytes.Count(f.Src[d.Name.Start:d.End], []byte("\n"))
		if p.Line < int(d.Name.Line) || p.Line > last {
			continue
		}
		n, found := t.at[spot{f, int32(p.Line), int32(p.Col)}]
		if found && n >= 0 {
			return t.placeAt(n, p, to)
		}
		if found || p.Line > int(d.Name.Line) && p.Line < last || p.Col == 0 {
			return p, false
		}
	}
	return p, true
}

// placeAt is where to has what begins with word n of t.
func (t *serverText) placeAt(n int, p hop.Pos, to *serverText) (there hop.Pos, ok bool) {
	there = to.words[n].Pos()
	for i, w := range t.words[n:] {
		if w.File != t.words[n].File || int(w.Line) != p.Line {
			continue
		}
		if int(w.Col)+int(w.Len) == p.EndCol {
			x := to.words[n+i]
			there.EndCol = int(x.Col) + int(x.Len)
			return there, true
		}
	}
	return p, false
}

// edit is the edit of to that is what e is of t: within a block that is, but for its words, the same in both.
func (t *serverText) edit(e hop.Edit, to *serverText) (there hop.Edit, ok bool) {
	n := -1
	for i, w := range t.words {
		own := w.File == t.pieces[w.piece].d.Name.File
		if own && w.File.Name == e.File && int(w.Start) <= e.Start && e.End <= int(t.pieces[w.piece].d.End) {
			n = i
		}
	}
	if n < 0 {
		return e, false
	}
	block := t.words[n].of
	for !block.HasBlock || int(block.Open) >= e.Start || int(block.End) < e.End {
		if block = block.Parent; block == nil {
			return e, false
		}
	}
	first := slices.IndexFunc(t.words, func(w textWord) bool { return w.of == block })
	if first < 0 || block.Name.File != t.words[n].File {
		return e, false
	}
	g := gaps{t: t, to: to, first: first}
	start, ok := g.same(e.Start)
	end, okEnd := g.same(e.End)
	return hop.Edit{File: to.words[n].File.Name, Start: start, End: end, New: e.New}, ok && okEnd
}

// gaps are what stands between the words of one block in two texts.
type gaps struct {
	t, to *serverText
	first int // the name of the block
}

// same is the offset in to that is what at is in t; ok is false where something between the words of the block differs,
// or before or behind it in its lines.
func (g gaps) same(at int) (there int, ok bool) {
	w, x := g.t.words[g.first], g.to.words[g.first]
	src, other := w.File.Src, x.File.Src
	from, to := int(w.Start)-len(lineBefore(src, int(w.Start))), int(x.Start)-len(lineBefore(other, int(x.Start)))
	there = -1
	gap := func(end, otherEnd int) bool {
		if from <= at && at <= end {
			there = to + at - from
		}
		return bytes.Equal(src[from:end], other[to:otherEnd])
	}
	for i := g.first; i < len(g.t.words); i++ {
		a, b := g.t.words[i], g.to.words[i]
		if a.piece != w.piece || a.File == w.File && a.Start >= w.of.End {
			break
		}
		if a.File != w.File {
			if b.File == x.File {
				return 0, false
			}
			continue
		}
		if b.File != x.File || !gap(int(a.Start), int(b.Start)) {
			return 0, false
		}
		from, to = int(a.End()), int(b.End())
	}
	rest, otherRest := bytes.IndexByte(src[w.of.End:], '\n'), bytes.IndexByte(other[x.of.End:], '\n')
	if rest < 0 || otherRest < 0 || !gap(int(w.of.End)+rest+1, int(x.of.End)+otherRest+1) {
		return 0, false
	}
	return there, there >= 0
}
