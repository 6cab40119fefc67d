package kubernetes

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// patched is a value with a strategic merge patch of kustomize: maps are merged, null and "$patch: delete" take out,
// everything else takes the place of what was there. Of the lists that matter here the API merges one, the ports of a
// Service.
func patched(v, by infra.Value) infra.Value {
	switch {
	case by.Get("$patch").Text == "delete":
		return infra.Value{Pos: by.Pos}
	case by.Kind != infra.Map:
		return by
	case v.Kind != infra.Map || by.Get("$patch").Text == "replace":
		v = infra.Value{Kind: infra.Map, Pos: by.Pos, Add: by.Add}
	}
	index, gone := infra.Index(v), map[string]bool{}
	v.Fields = slices.Clone(v.Fields)
	for _, f := range by.Fields {
		at, there := index[f.Key]
		old := infra.Value{}
		if there {
			old = v.Fields[at].Value
		}
		value := f.Value
		if f.Key == "ports" && value.Kind == infra.List && old.Kind == infra.List {
			value = patchedPorts(old, value)
		} else if value.Kind == infra.Map {
			value = patched(old, value)
		}
		switch f.Value = value; {
		case strings.HasPrefix(f.Key, "$"):
		case value.Kind == infra.Null:
			gone[f.Key] = true
		case there:
			v.Fields[at] = f
		default:
			v.Fields = append(v.Fields, f)
		}
	}
	v.Fields = slices.DeleteFunc(v.Fields, func(f infra.Field) bool { return gone[f.Key] })
	return v
}

// patchedPorts merges the ports of a Service by their numbers.
func patchedPorts(v, by infra.Value) infra.Value {
	v.Items = slices.Clone(v.Items)
	for _, i := range by.Items {
		at := slices.IndexFunc(v.Items, func(x infra.Value) bool { return x.Get("port").Text == i.Get("port").Text })
		if at < 0 {
			v.Items = append(v.Items, i)
		} else {
			v.Items[at] = patched(v.Items[at], i)
		}
	}
	return v
}

// operated is a value with one operation of a JSON patch (RFC 6902); why says why nobody knows what comes of it.
func operated(v, op infra.Value) (out infra.Value, why string) {
	path := op.Get("path")
	if path.Kind != infra.Scalar || !strings.HasPrefix(path.Text, "/") {
		return v, "a patch of kustomize changes it in a way that is not known"
	}
	keys := strings.Split(path.Text[1:], "/")
	for i := range keys {
		keys[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(keys[i])
	}
	value := op.Get("value")
	value.Remove = nil // the operation needs it
	switch name := op.Get("op").Text; name {
	case "add", "replace":
		return operatedAt(v, keys, name == "add", func(infra.Value) (infra.Value, bool) { return value, true }, path.Pos), ""
	case "remove":
		return operatedAt(v, keys, false, func(infra.Value) (infra.Value, bool) { return value, false }, path.Pos), ""
	case "test":
		return v, ""
	}
	return v, "a patch of kustomize moves or copies something in it"
}

// operatedAt does something with what is at the end of keys; a value that is not there stays away unless it is added.
func operatedAt(
	v infra.Value, keys []string, add bool, do func(infra.Value) (value infra.Value, stays bool), at hop.Pos,
) infra.Value {
	key, last := keys[0], len(keys) == 1
	switch v.Kind {
	case infra.Map:
		v.Fields = slices.Clone(v.Fields)
		i := slices.IndexFunc(v.Fields, func(f infra.Field) bool { return f.Key == key })
		switch {
		case i < 0 && last && add:
			value, _ := do(infra.Value{})
			v.Fields = append(v.Fields, infra.Field{Key: key, Value: value, At: at})
		case i < 0:
		case !last:
			v.Fields[i].Value = operatedAt(v.Fields[i].Value, keys[1:], add, do, at)
		default:
			value, stays := do(v.Fields[i].Value)
			if v.Fields[i] = (infra.Field{Key: key, Value: value, At: at}); !stays {
				v.Fields = slices.Delete(v.Fields, i, i+1)
			}
		}
	case infra.List:
		v.Items = slices.Clone(v.Items)
		i, err := strconv.Atoi(key)
		if key == "-" {
			i, err = len(v.Items), nil
		}
		switch {
		case err != nil || i < 0 || i > len(v.Items) || i == len(v.Items) && !(last && add):
		case !last:
			v.Items[i] = operatedAt(v.Items[i], keys[1:], add, do, at)
		default:
			value, stays := do(infra.Value{})
			if !add {
				v.Items = slices.Delete(v.Items, i, i+1)
			}
			if stays {
				v.Items = slices.Insert(v.Items, i, value)
			}
		}
	}
	return v
}
