package oracle_test

import (
	"fmt"
	"strings"
)

// A node is one directive of a generated configuration.
type node struct {
	text  string // name and arguments
	block []*node
	open  bool // it has a block
	fixed bool // minimising leaves it alone
}

func (n *node) write(b *strings.Builder, indent string) {
	b.WriteString(indent + n.text)
	if !n.open {
		b.WriteString(";\n")
		return
	}
	b.WriteString(" {\n")
	for _, inner := range n.block {
		inner.write(b, indent+"    ")
	}
	b.WriteString(indent + "}\n")
}

func (n *node) String() string {
	var b strings.Builder
	for _, inner := range n.block {
		inner.write(&b, "")
	}
	return b.String()
}

func (n *node) add(format string, args ...any) *node {
	d := &node{text: fmt.Sprintf(format, args...)}
	n.block = append(n.block, d)
	return d
}

func (n *node) addBlock(format string, args ...any) *node {
	d := n.add(format, args...)
	d.open = true
	return d
}

// without returns the configuration without one node; nil when i is beyond the last.
func without(top *node, i int) *node {
	count := -1
	var cut func(n *node) *node
	cut = func(n *node) *node {
		c := *n
		c.block = nil
		for _, inner := range n.block {
			if !inner.fixed {
				count++
				if count == i {
					continue
				}
			}
			c.block = append(c.block, cut(inner))
		}
		return &c
	}
	smaller := cut(top)
	if i > count {
		return nil
	}
	return smaller
}
