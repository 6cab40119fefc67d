package kubernetes

import (
	"regexp"
	"strings"

	"github.com/wslint/wslint/parsers/document"
)

// selector is what says whether a target means an object: its fields are regular expressions for the whole text, and
// selectors of labels and annotations are equations with commas between them.
func selector(target *document.Node) func(o *Object) bool {
	none := func(*Object) bool { return false }
	fields := map[string]func(o *Object) string{
		"kind": func(o *Object) string { return o.Kind }, "name": func(o *Object) string { return o.Name },
		"group": func(o *Object) string { return o.Group }, "version": func(o *Object) string { return o.Version },
		"namespace": (*Object).Place,
	}
	type equation struct{ section, name, want string }
	var patterns []*regexp.Regexp
	var texts []func(o *Object) string
	var equations []equation
	for key, text := range fields {
		want := target.Text(key)
		if want == "" {
			continue
		}
		re, err := regexp.Compile("^(?:" + want + ")$")
		if err != nil {
			return none
		}
		patterns, texts = append(patterns, re), append(texts, text)
	}
	for key, section := range map[string]string{"labelSelector": "labels", "annotationSelector": "annotations"} {
		for one := range strings.SplitSeq(target.Text(key), ",") {
			if name, want, ok := strings.Cut(strings.ReplaceAll(one, "==", "="), "="); ok {
				equations = append(equations, equation{section, strings.TrimSpace(name), strings.TrimSpace(want)})
			}
		}
	}
	return func(o *Object) bool {
		for i, re := range patterns {
			if !re.MatchString(texts[i](o)) {
				return false
			}
		}
		for _, e := range equations {
			if o.Get("metadata", e.section, e.name).Text != e.want {
				return false
			}
		}
		return o.Label == ""
	}
}
