package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// parameters are values with those that Argo CD gives to Helm one by one: the commas in them are none of Helm's
// (argoproj/argo-cd, util/helm/cmd.go, cleanSetParameters).
func parameters(all, list infra.Value) infra.Value {
	entries, _ := list.List()
	for _, e := range entries {
		if v := e.Get("value"); v.Kind == infra.Scalar && strings.Contains(v.Text, ",") {
			e = mapOf(e.Pos, "name", e.Get("name"), "value", infra.Text(strings.ReplaceAll(v.Text, ",", `\,`), v.Pos))
		}
		if v, ok := Set(e); ok {
			all = patched(all, v)
		}
	}
	return all
}

// Set is an entry of set for Helm as values, a map with name and value: the path in its name, with the keys that it
// leads to. ok is false where the name is not known, or leads into a list.
func Set(e infra.Value) (v infra.Value, ok bool) {
	name := e.Get("name")
	keys := splitPath(name.Text)
	if name.Kind != infra.Scalar || len(keys) == 0 || strings.ContainsAny(name.Text, "[]") {
		return v, false
	}
	v = e.Get("value")
	switch {
	case v.Kind == infra.Null:
		return v, false
	case v.Kind == infra.Scalar && strings.HasPrefix(v.Text, "{"):
		v = infra.Value{Kind: infra.List, Pos: v.Pos}
	case v.Kind == infra.Scalar && strings.Contains(strings.ReplaceAll(v.Text, `\,`, ""), ","):
		v = infra.NotKnown("Helm cuts it at its commas", v.Pos)
	case v.Kind == infra.Scalar && strings.Contains(v.Text, `\`):
		v.Text, v.Set = strings.NewReplacer(`\,`, ",", `\\`, `\`).Replace(v.Text), nil
	}
	v.Remove = e.Remove
	for i, key := range slices.Backward(keys) {
		f := infra.Field{Key: key, Value: v, At: name.Pos}
		if i == len(keys)-1 && name.Set != nil {
			lead := strings.TrimSuffix(name.Text, escapedPath(key))
			f.Rename = func(key string) []hop.Edit { return name.Set(lead + escapedPath(key)) }
		}
		v = infra.Value{Kind: infra.Map, Pos: name.Pos, Fields: []infra.Field{f}}
	}
	return v, true
}

// splitPath cuts the name of an entry of set at its dots, those with a backslash before them excepted.
func splitPath(name string) (keys []string) {
	var key strings.Builder
	for i := 0; i < len(name); i++ {
		switch {
		case name[i] == '\\' && i+1 < len(name):
			i++
			key.WriteByte(name[i])
		case name[i] == '.':
			keys = append(keys, key.String())
			key.Reset()
		default:
			key.WriteByte(name[i])
		}
	}
	return append(keys, key.String())
}

// escapedPath is a key as it stands in the name of an entry.
func escapedPath(key string) string { return strings.ReplaceAll(key, ".", `\.`) }
