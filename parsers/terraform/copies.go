package terraform

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// copies are the instances of a call, or of a resource, and how others refer to them.
type copies struct {
	scopes []*scope
	// value is what a reference to them means.
	keys   []cty.Value // of count and for_each; one NilVal for a single instance
	single bool
	why    string // why it is not known how many there are; "" when it is
}

// repeat evaluates count and for_each of a block: for each instance its key, and each and count as expressions in it
// see them.
func (s *scope) repeat(b *block) (keys []cty.Value, extras []values, why string) {
	if a := b.attribute("count"); a != nil {
		n := s.evaluate(a.Expr, nil)
		return s.counted(n)
	}
	a := b.attribute("for_each")
	if a == nil {
		return []cty.Value{cty.NilVal}, []values{nil}, ""
	}
	v := s.evaluate(a.Expr, nil)
	known := bare(v)
	if !known.IsKnown() || known.IsNull() || !known.CanIterateElements() {
		return unknownCopy(whyUnknown(v))
	}
	for it := known.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if known.Type().IsSetType() {
			key = bare(value)
			value = key
		}
		if len(keys) >= mostItems {
			return unknownCopy("there are too many")
		}
		if !key.IsKnown() || key.IsNull() {
			return unknownCopy("a key is not known")
		}
		if key, _ = convert.Convert(key, cty.String); key == cty.NilVal {
			return unknownCopy("a key is no text")
		}
		keys = append(keys, key)
		extras = append(extras, values{"each": cty.ObjectVal(values{"key": key, "value": value})})
	}
	return keys, extras, ""
}

// counted is what count makes.
func (s *scope) counted(n cty.Value) (keys []cty.Value, extras []values, why string) {
	n2, err := convert.Convert(n, cty.Number)
	known := bare(n2)
	if err != nil || !known.IsKnown() || known.IsNull() {
		return unknownCopy(whyUnknown(n))
	}
	many, _ := known.AsBigFloat().Int64()
	if many > mostItems {
		return unknownCopy("there are too many")
	}
	for i := range many {
		key := cty.NumberIntVal(i)
		keys = append(keys, key)
		extras = append(extras, values{"count": cty.ObjectVal(values{"index": key})})
	}
	return keys, extras, ""
}

// unknownCopy stands for instances of which nobody knows how many there are.
func unknownCopy(why string) (keys []cty.Value, extras []values, reason string) {
	l := unknownBecause(why)
	return []cty.Value{
			cty.NilVal,
		}, []values{
			{"each": cty.ObjectVal(values{"key": l, "value": l}), "count": cty.ObjectVal(values{"index": l})},
		}, why
}

func whyUnknown(v cty.Value) string { return why(v, "its value is known after apply") }

// suffix is an instance's key as addresses have it.
func suffix(key cty.Value) string {
	switch {
	case key == cty.NilVal:
		return ""
	case key.Type() == cty.Number:
		text, _ := numberText(key)
		return "[" + text + "]"
	}
	return fmt.Sprintf("[%q]", key.AsString())
}
