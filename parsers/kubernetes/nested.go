package kubernetes

import (
	"fmt"
	"path"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// nginxText are lines that only nginx's configuration has.
var nginxText = lazyregexp.New(
	`(?m)^[ \t]*(?:server|location\s[^;{]+|upstream\s+\S+|http|events|map\s+\$\S+\s+\$\S+)\s*\{|` +
		`^[ \t]*proxy_(?:pass|set_header|read_timeout)\s`,
)

// actions are what a template writes into a key.
var actions = lazyregexp.New(`\{\{.*?\}\}`)

// isNginx reports whether an entry of a ConfigMap or a Secret is nginx's configuration, by its name and what is in it.
func isNginx(key, text string) bool {
	key = actions.ReplaceAllString(key, "")
	named := strings.HasSuffix(key, ".conf") || strings.Contains(strings.ToLower(key), "nginx") ||
		!strings.Contains(key, ".") || strings.HasSuffix(key, ".template")
	return named && nginxText.MatchString(text) && !strings.HasPrefix(text, "#!")
}

// nested are the nginx configurations that an object holds as files: the entries of a ConfigMap or a Secret. Entries
// that one of them includes are mounted beside it, and a part of it. Those that a container has are left to that.
func (s *set) nested(o *Object, mounted map[string]bool, values *charts) (list []parsers.Nested) {
	if o.of != "" {
		return nil
	}
	entries := o.configurations(mounted)
	if len(entries) == 0 {
		return nil
	}
	taken, named := map[string]bool{}, map[string]bool{}
	texts := make([]*text, len(entries))
	single := once(entries)
	for i, f := range entries {
		texts[i] = withIncludes(f, single, taken)
	}
	version := s.runsAs(o, values)
	for i, f := range entries {
		if taken[f.Key] {
			continue
		}
		file := texts[i].file(o, f)
		file.Version = version
		if named[file.Name] {
			file.Name += fmt.Sprintf(", line %d", f.Value.Pos.Line)
		}
		named[file.Name] = true
		list = append(list, parsers.Nested{Format: "nginx", Found: *file})
	}
	return list
}

// configurations are the entries of an object that hold nginx's configuration and are not mounted. Of several that a
// template writes under one key each is there.
func (o *Object) configurations(mounted map[string]bool) (list []infra.Field) {
	add := func(key string, v infra.Value) {
		if (v.Kind == infra.Scalar || v.Kind == infra.Unknown) && v.Lines != nil && isNginx(key, v.Text) {
			list = append(list, infra.Field{Key: key, Value: v})
		}
	}
	sections := map[string]string{"ConfigMap": "data", "Secret": "stringData", chartText: "data"}
	for _, f := range o.Get(sections[o.Kind]).Fields {
		if mounted[o.String()+" "+f.Key] {
			continue
		}
		add(f.Key, f.Value)
		if f.Value.Kind == infra.Unknown {
			for _, v := range f.Value.Or {
				add(f.Key, v)
			}
		}
	}
	for _, f := range o.keyless {
		add(f.Key, f.Value)
	}
	return list
}

// once are the entries whose keys no other one has: of others nobody knows which is meant.
func once(entries []infra.Field) (list []infra.Field) {
	times := map[string]int{}
	for _, f := range entries {
		times[f.Key]++
	}
	for _, f := range entries {
		if times[f.Key] == 1 {
			list = append(list, f)
		}
	}
	return list
}

// file is a text as a file that an entry of an object is.
func (t *text) file(o *Object, f infra.Field) *parsers.Found {
	origin := t.origin()
	origin.File = f.Value.Pos.File
	for i := range origin.Lines {
		if origin.Lines[i].File == origin.File {
			origin.Lines[i].File = ""
		}
	}
	return &parsers.Found{Name: origin.File + ": " + o.String() + ", " + f.Key, Src: t.src.Bytes(), Origin: origin}
}

// includes is a line that brings other files in.
var includes = lazyregexp.New(`^\s*include\s+["']?([^\s;"']+)["']?\s*;\s*(?:#.*)?$`)

// withIncludes is the text of an entry with that of the entries that it includes in their places. Of those it notes
// that they are taken. What is included by included ones stays as it is.
func withIncludes(f infra.Field, entries []infra.Field, taken map[string]bool) *text {
	t := newText()
	v := f.Value
	at := v.Lines()
	i := 0
	for line := range strings.Lines(v.Text) {
		one := infra.Value{Kind: infra.Scalar, Text: line, Pos: v.Pos}
		if i < len(at.Lines) {
			l := at.Lines[i]
			one.Lines = func() *parsers.Origin { return &parsers.Origin{File: at.File, Lines: []parsers.OriginLine{l}} }
		}
		i++
		brought := 0
		if m := includes.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			for _, e := range entries {
				if fits, err := path.Match(path.Base(m[1]), e.Key); e.Key != f.Key && err == nil && fits {
					t.takeAll(e.Value)
					taken[e.Key] = true
					brought++
				}
			}
		}
		if brought == 0 {
			t.takeAll(one)
		}
	}
	return t
}
