package conf

import (
	"bytes"
	"slices"

	"github.com/wslint/wslint/parsers"
)

// Blocks returns the lines of each section of a file, from its head to its last line that is neither empty nor a
// comment: what stands between two sections is about the second.
func Blocks(f *parsers.File) []parsers.Block {
	var blocks []parsers.Block
	number, last := 0, 0
	for text := range bytes.Lines(f.Src) {
		number++
		words := bytes.Fields(text)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if slices.Contains(SectionKinds, string(words[0])) {
			if n := len(blocks); n > 0 {
				blocks[n-1].Last = last
			}
			blocks = append(blocks, parsers.Block{First: number})
		}
		last = number
	}
	if n := len(blocks); n > 0 {
		blocks[n-1].Last = last
	}
	return blocks
}
