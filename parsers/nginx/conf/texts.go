package conf

import (
	"maps"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// Texts returns the comments and blocks of those files of the tree that such wants.
func (t *Tree) Texts(such func(f *File) bool) []parsers.Text {
	var texts []parsers.Text
	at := map[*File]int{}
	for _, f := range t.Files {
		if !such(f) {
			continue
		}
		at[f] = len(texts)
		x := parsers.Text{File: f.Name, Src: f.Src, Editable: f.Editable}
		for _, c := range f.Comments {
			x.Comments = append(x.Comments, parsers.Comment{Start: int(c.Start), End: int(c.End)})
		}
		texts = append(texts, x)
	}
	if len(texts) == 0 {
		return nil
	}
	lines := map[*File][]int{}
	var walk func(block []*Directive)
	walk = func(block []*Directive) {
		for _, d := range block {
			if !d.HasBlock {
				continue
			}
			f := d.Name.File
			if i, wanted := at[f]; wanted && d.End > d.Name.Start {
				if lines[f] == nil {
					lines[f] = lineStarts(string(f.Src))
				}
				last, _ := place(lines[f], d.End-1)
				texts[i].Blocks = append(texts[i].Blocks, parsers.Block{First: int(d.Name.Line), Last: int(last)})
			}
			walk(d.Block)
		}
	}
	walk(t.Main.Block)
	for i := range texts {
		// A file that is included twice has each of its blocks twice.
		slices.SortFunc(texts[i].Blocks, func(a, b parsers.Block) int { return a.First - b.First })
		texts[i].Blocks = slices.Compact(texts[i].Blocks)
	}
	return texts
}

// Inclusions returns the places of the include directives that bring each included file in.
func (t *Tree) Inclusions() map[string][]hop.Pos {
	if len(t.Files) < 2 {
		return nil
	}
	places := map[string]map[hop.Pos]bool{}
	var walk func(block []*Directive)
	last := t.Main
	walk = func(block []*Directive) {
		for _, d := range block {
			if d.Via == last.Via && d.Name.File == last.Name.File {
				walk(d.Block) // as most, which one file brings
				continue
			}
			last = d
			for in := d; in.Via != nil; in = in.Via {
				file := in.Name.File.Name
				if places[file] == nil {
					places[file] = map[hop.Pos]bool{}
				}
				if places[file][in.Via.Pos()] {
					break
				}
				places[file][in.Via.Pos()] = true
			}
			walk(d.Block)
		}
	}
	walk(t.Main.Block)
	all := map[string][]hop.Pos{}
	for file, at := range places {
		all[file] = slices.Collect(maps.Keys(at))
	}
	return all
}
