package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Marks travel with values through every expression: they say where a value was written, why it is not known, and
// which resource it is an attribute of.
type (
	// An origin is a literal.
	origin struct{ at hcl.Range }
	// A reason is why a value is not known: a clause, "var.idle has no default".
	reason struct{ text string }
	// A reference is an attribute of a resource of these files.
	reference struct{ address string }
)

// unknownBecause is a value of which nothing is known.
func unknownBecause(why string) cty.Value { return cty.DynamicVal.Mark(reason{why}) }

// why is a reason that a value is not known; other when it brings none along.
func why(v cty.Value, other string) string {
	first := ""
	for m := range marksIn(v) {
		if r, ok := m.(reason); ok && (first == "" || r.text < first) {
			first = r.text
		}
	}
	if first == "" {
		return other
	}
	return first
}

// marksIn are the marks of a value and of what is in it.
func marksIn(v cty.Value) cty.ValueMarks {
	_, marks := v.UnmarkDeep()
	return marks
}

// bare is a value without its own marks.
func bare(v cty.Value) cty.Value {
	v, _ = v.Unmark()
	return v
}
