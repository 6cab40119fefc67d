package conf

import (
	"slices"
	"sort"

	"github.com/wslint/wslint/parsers/templates"
)

// A tagBlock is what stands between the tags that open and close a block of a template's, in the parts that tags in
// between divide it into.
type tagBlock struct {
	start, end int
	parts      []tagPart
	around     *tagBlock // nil where there is none
}

// A tagPart is one part of a block, up to the next or to the end of the block.
type tagPart struct {
	start int
	templates.Part
}

// newTagBlock begins a block with its opening tag.
func newTagBlock(t tag, src string) *tagBlock {
	return &tagBlock{start: t.start, parts: []tagPart{{t.end, templates.Opened(src[t.start:t.end])}}}
}

// divide begins the next part with a tag such as {% else %}.
func (b *tagBlock) divide(t tag, src string) {
	last := b.parts[len(b.parts)-1]
	b.parts = append(b.parts, tagPart{t.end, last.Divided(src[t.start:t.end])})
}

// branches says when what stands at an offset is there, by the blocks in the order in which they open; maybe that a
// template sets it, though nothing tells how where when is empty.
func branches(blocks []*tagBlock, offset int) (when []templates.Branch, maybe bool) {
	behind := sort.Search(len(blocks), func(i int) bool { return blocks[i].start > offset })
	if behind == 0 {
		return nil, false
	}
	var parts []tagPart
	for b := blocks[behind-1]; b != nil; b = b.around {
		if offset < b.end {
			next := sort.Search(len(b.parts), func(i int) bool { return b.parts[i].start > offset })
			parts = append(parts, b.parts[max(next-1, 0)])
		}
	}
	decided := true
	for _, p := range slices.Backward(parts) {
		maybe = maybe || p.Opaque || len(p.When) > 0
		decided = decided && !p.Opaque
		when = append(when, p.When...)
	}
	if !decided {
		when = nil
	}
	return when, maybe
}
