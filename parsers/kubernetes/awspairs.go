package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// A pair is one key and its value in an annotation like "a=1,b=2", with where they stand in its text.
type pair struct {
	key, value           string
	at, end              int // of both
	valueStart, valueEnd int
}

// pairs reads a text as the AWS Load Balancer Controller does (pkg/annotations/parser.go, splitKeyValuePairs): a comma
// separates where a = follows further on, a backslash takes what follows as it is, blanks around keys and values fall
// away. ok is false where an item has no =, or no key: the controller then stops bringing the object up to date.
func pairs(text string) (list []pair, ok bool) {
	for start := 0; start < len(text); {
		end := start
		for ; end < len(text); end++ {
			if text[end] == '\\' && end+1 < len(text) {
				end++
			} else if text[end] == ',' && (strings.Contains(text[end+1:], "=") || strings.TrimSpace(text[end+1:]) != "") {
				break
			}
		}
		item := text[start:end]
		key, value, found := strings.Cut(item, "=")
		if strings.TrimSpace(key) == "" || !found {
			return nil, false
		}
		p := pair{key: strings.TrimSpace(unescape(key)), value: strings.TrimSpace(unescape(value)), end: end}
		p.at = start + len(item) - len(strings.TrimLeft(item, " \t\n"))
		p.valueStart = start + len(key) + 1 + len(value) - len(strings.TrimLeft(value, " \t\n"))
		p.valueEnd = max(p.valueStart, start+len(strings.TrimRight(item, " \t\n,")))
		list = append(list, p)
		start = end + 1
	}
	return list, true
}

// unescape takes the backslashes out that stand before what is meant as it is.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// part is the place of some bytes of an annotation's text: within the value, where it stands as it is in its file.
func part(v infra.Value, start, end int) hop.Pos {
	pos := v.Pos
	switch pos.EndCol - pos.Col {
	case len(v.Text):
	case len(v.Text) + 2:
		pos.Col++
	default:
		return v.Pos
	}
	pos.EndCol = pos.Col + end
	pos.Col += start
	return pos
}

// attributes are the pairs of an annotation as attributes of AWS. Their edits write the annotation anew; one that is
// not there is added to it, or as an annotation of its own.
func attributes(o *Object, key string) (a awscheck.Attributes, list []pair) {
	v := o.Annotation(key)
	a = awscheck.Attributes{Pos: o.Pos, Values: map[string]hop.Setting[string]{}}
	if v.Kind == infra.Unknown {
		a.Unknown = v.Why
		return a, nil
	}
	list, ok := pairs(blanked(v.Text))
	switch {
	case unknownKey(list, ok, v.Text):
		a.Unknown = templated
		return a, nil
	case !ok:
		list = nil
	}
	for i, p := range list {
		s := hop.Written(p.key, p.value, part(v, p.at, p.end))
		if strings.Contains(p.value, filler) {
			a.Values[p.key] = hop.Unknown[string](p.key, s.Pos, templated)
			continue
		}
		if v.Set != nil {
			s.Set = func(to string) []hop.Edit { return v.Set(v.Text[:p.valueStart] + to + v.Text[p.valueEnd:]) }
			s.Remove = func() []hop.Edit { return without(v, list, i) }
		}
		a.Values[p.key] = s
	}
	a.Key = func(name string) (hop.Pos, func(to string) []hop.Edit) {
		for _, p := range list {
			if p.key == name && v.Set != nil {
				return part(v, p.at, p.at+len(p.key)), func(to string) []hop.Edit {
					return v.Set(v.Text[:p.at] + to + v.Text[p.at+len(p.key):])
				}
			}
		}
		return v.Pos, func(string) []hop.Edit { return nil }
	}
	a.Missing = func(name string) hop.Setting[string] {
		s := hop.Setting[string]{Name: name, Pos: o.Pos}
		if v.Kind == infra.Scalar && strings.TrimSpace(v.Text) != "" {
			s.Pos = v.Pos
			if v.Set != nil {
				s.Set = func(to string) []hop.Edit { return v.Set(strings.TrimRight(v.Text, ", ") + "," + name + "=" + to) }
			}
			return s
		}
		if add := o.Value.Add; add != nil && add("x", "metadata", "annotations", key) != nil {
			s.Set = func(to string) []hop.Edit { return add(name+"="+to, "metadata", "annotations", key) }
		}
		return s
	}
	return a, list
}

// without are the edits that take one pair out of an annotation, or the annotation where it was the only one.
func without(v infra.Value, list []pair, i int) []hop.Edit {
	if len(list) == 1 {
		if v.Remove == nil {
			return nil
		}
		return v.Remove()
	}
	var kept []string
	for _, p := range slices.Delete(slices.Clone(list), i, i+1) {
		kept = append(kept, v.Text[p.at:p.end])
	}
	return v.Set(strings.Join(kept, ","))
}

// listed are attributes that an object has as a list of keys and values: IngressClassParams.
func listed(v infra.Value) map[string]infra.Value {
	all := map[string]infra.Value{}
	items, _ := v.List()
	for _, i := range items {
		if key := i.Get("key"); key.Kind == infra.Scalar {
			all[key.Text] = i.Get("value")
		}
	}
	return all
}
