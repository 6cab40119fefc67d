package document

import (
	"regexp"

	"github.com/wslint/wslint/hop"
)

// action is one of a Go template, as Helm and its like have them. {{resolve:ssm:…}} is CloudFormation's own.
var action = regexp.MustCompile(
	`\{\{-?\s*(?:/\*|[.$(]|(?:if|range|else|end|define|template|include|with|block|toYaml|printf|tpl|default|quote)\b)`,
)

// TemplateAt is the first place where a template engine writes something into a text; zero when there is none. What a
// template makes of such a file cannot be told from it, whether it happens to parse or not.
func TemplateAt(name string, src []byte) hop.Pos {
	m := action.FindIndex(src)
	if m == nil {
		return hop.Pos{}
	}
	return newFile(name, src[:m[1]]).At(m[0], m[1])
}
