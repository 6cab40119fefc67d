package nginx

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func outline(b []*Directive, ind string, sb *strings.Builder) {
	for _, d := range b {
		fmt.Fprintf(sb, "%s%s", ind, d.Name.Value)
		for _, a := range d.Args {
			fmt.Fprintf(sb, " %s", a.Value)
		}
		if d.Unread != "" {
			fmt.Fprintf(sb, " !%s", d.Unread)
		}
		sb.WriteString("\n")
		outline(d.Block, ind+"  ", sb)
	}
}
func TestScratch(t *testing.T) {
	arg := os.Getenv("ARG")
	if arg == "" {
		t.Skip()
	}
	trees, err := Read(strings.Fields(arg), os.Stdin, Options{})
	fmt.Println(err)
	for _, tr := range trees {
		fmt.Println("TREE", tr.Name, tr.Context, len(tr.Files))
		if os.Getenv("V") != "" {
			for _, f := range tr.Files {
				fmt.Println("   ", f.Name, f.Line)
			}
		}
		for _, p := range tr.Problems {
			fmt.Println("   P", p.Pos, p.Text, p.Notes)
		}
		for _, p := range tr.Unread {
			fmt.Println("   U", p.Pos, p.Text)
		}
	}
	_ = fs.ErrExist
	_ = filepath.Base
}
