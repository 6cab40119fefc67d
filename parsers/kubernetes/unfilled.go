package kubernetes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/infra"
)

// placeholders are what other tools fill before the API of Kubernetes sees a value: envsubst and postBuild of Flux
// (${X}, ${X:=1}, $X), Make and vars of kustomize ($(X)), ApplicationSets and Jinja ({{x}}), ERB (<%= x %>), and what
// people replace by sed, Maven, CMake or tasks of Azure DevOps (@@X@@, @x@, __X__, %%X%%, #{X}#).
var placeholders = lazyregexp.New(`\$\{[^{}]*\}|\$\([A-Za-z_][\w.-]*\)|\$[A-Z_][A-Z0-9_]*\b|\{\{.*?\}\}|<%.*?%>|` +
	`#\{[^{}]*\}#?|@@[A-Za-z_][\w.-]*@@|@[A-Za-z_][\w.-]*@|__[A-Za-z][\w.-]*?__|%%[A-Za-z_][\w.-]*%%`)

// variable is a placeholder that is a variable of nginx, too.
var variable = lazyregexp.New(`^\$\{?[a-z_][a-z0-9_]*\}?$`)

// unfilled reports whether another tool has still to fill a value. Texts may hold variables of nginx, which look like
// placeholders, and lines of configuration are nginx's to read; pairs are looked at one by one.
func (k *Key) unfilled(text string) bool {
	if k == nil {
		return wholly(text)
	}
	switch k.Type {
	case Pairs, Script:
		return false
	case Text, List, JSON:
		return wholly(text)
	}
	return placeholders.MatchString(text)
}

// wholly reports whether a text is nothing but one placeholder, and no variable of nginx.
func wholly(text string) bool {
	text = strings.TrimSpace(text)
	m := placeholders.FindStringIndex(text)
	return m != nil && m[0] == 0 && m[1] == len(text) && !variable.MatchString(text)
}

// blanked is a text with filler of the same length in the place of placeholders.
func blanked(text string) string {
	return placeholders.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(filler, len(s)) })
}

// filler is a byte that no annotation holds.
const filler = "\x01"

// unknownKey reports whether another tool may still add any key to the pairs of a text: a placeholder stands in the
// place of a key, or of a pair. list are the pairs of the text with blanks for placeholders.
func unknownKey(list []pair, ok bool, text string) bool {
	return !ok && placeholders.MatchString(text) ||
		slices.ContainsFunc(list, func(p pair) bool { return strings.Contains(p.key, filler) })
}

// arrives makes of an object's annotations, and of its data where it configures a controller, what the API gets to see:
// what other tools fill is unknown, and Helm reads words of YAML 1.1 as truth values, which charts then put in quotes.
func (o *Object) arrives(c *Controller) {
	if c != nil {
		o.Value = o.within(o.Value, []string{"data"}, func(key string) *Key {
			return c.Key(strings.ToLower(key), "ConfigMap")
		})
	}
	o.Value = o.within(o.Value, []string{"metadata", "annotations"}, func(key string) *Key {
		for _, c := range Controllers() {
			if name, ok := c.Suffix(key); ok {
				return c.Key(name, o.Kind)
			}
		}
		return serviceKey(key)
	})
}

// serviceKey is what an annotation of a Service holds that a controller of AWS reads: attributes, or one value.
func serviceKey(key string) *Key {
	name, ok := strings.CutPrefix(key, elb)
	switch {
	case !ok:
		return nil
	case strings.Contains(name, "attributes"):
		return &Key{Type: Pairs}
	}
	return &Key{Type: Int}
}

// within is a value with what arrives of the texts at the end of some keys. The value itself stays as it is: others
// share it.
func (o *Object) within(v infra.Value, keys []string, of func(key string) *Key) infra.Value {
	fields := slices.Clone(v.Fields)
	for i, f := range fields {
		in := f.Value
		switch {
		case len(keys) > 0 && f.Key == keys[0]:
			fields[i].Value = o.within(in, keys[1:], of)
		case len(keys) > 0 || in.Kind != infra.Scalar:
		case of(f.Key).unfilled(in.Text):
			u := infra.NotKnown(templated, in.Pos)
			u.Text, u.Lines = in.Text, in.Lines
			fields[i].Value = u
		case o.quotes && in.Bare:
			fields[i].Value.Text = cmp.Or(truths11[strings.ToLower(in.Text)], in.Text)
		}
	}
	v.Fields = fields
	return v
}

// truths11 are the words that YAML 1.1 has for truth values, beside true and false: the readers of Kubernetes and of
// Helm still take them for that (sigs.k8s.io/yaml).
var truths11 = map[string]string{"on": "true", "yes": "true", "off": "false", "no": "false"}
