package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Effective prints the block that is in force at each hop of a path, in the syntax of the hop's source. What is no
// part of a block is a comment, so that the text can be read by what reads the source.
func Effective(w io.Writer, p *hop.Path) error {
	out := bufio.NewWriter(w)
	for i, h := range p.Hops {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "# %s\n", clean(h.Name))
		if h.Effective == nil {
			fmt.Fprintln(out, "# there is no block to show")
			continue
		}
		for line := range strings.Lines(h.Effective()) {
			fmt.Fprintln(out, noCommand("", clean(strings.TrimSuffix(line, "\n"))))
		}
	}
	return out.Flush()
}
