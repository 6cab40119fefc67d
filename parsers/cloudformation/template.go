// Package cloudformation reads CloudFormation templates, in YAML and JSON, of hands, SAM and CDK, and evaluates what
// their parameters' defaults, mappings and conditions say. What a deployment decides is unknown, with the reason.
//
// The language: AWS CloudFormation User Guide, "Intrinsic function reference" and "Template anatomy", read in
// November 2026.
package cloudformation

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// A Template is what one file says.
type Template struct {
	File      *document.File
	Resources infra.Resources
	// Nested are the configurations that its instances have from their user data.
	Nested []parsers.Nested
	// Unknown are parts that nothing in the file decides, and why.
	Unknown []hop.Note
}

// isTemplate reports whether a document is a template: one that says so, or whose resources have types of AWS.
func isTemplate(root *document.Node) bool {
	if root == nil || root.Kind != document.Mapping {
		return false
	}
	if root.Get("AWSTemplateFormatVersion") != nil {
		return true
	}
	res := root.Get("Resources")
	if res == nil {
		return false
	}
	for _, p := range res.Pairs {
		if resourceType.MatchString(p.Value.Text("Type")) || strings.HasPrefix(p.Key.Value, loopKey) {
			return true
		}
	}
	return false
}

// loopKey begins the key of a loop that makes several resources.
const loopKey = "Fn::ForEach::"

var resourceType = lazyregexp.New(`^(AWS|Alexa|Custom|[A-Za-z0-9]+)::[A-Za-z0-9]+(::[A-Za-z0-9]+)*$`)

// maxTemplate is the size of the largest template that is read.
const maxTemplate = 2 << 20

// Read evaluates a file; nil when it holds no template. Its error is a *document.Error, for a file that is neither
// YAML nor JSON.
func Read(name string, src []byte) (*Template, error) {
	if len(src) > maxTemplate {
		return nil, &document.Error{
			Pos: hop.Pos{File: name, Line: 1},
			Text: fmt.Sprintf(
				"not read: larger than %d MiB, and CloudFormation takes no template of more than 1 MB",
				maxTemplate>>20,
			),
		}
	}
	f, err := document.Parse(name, src)
	if err != nil {
		return nil, err
	}
	out := &Template{File: f}
	found := false
	for _, doc := range f.Docs {
		for _, root := range []*document.Node{doc, doc.Get("resources")} { // serverless.yml holds a template under that key
			if !isTemplate(root) {
				continue
			}
			found = true
			e := &evaluator{root: root, out: out, conditions: map[string]*verdict{}}
			e.macros()
			e.resources()
			out.Nested = append(out.Nested, userData(name, root)...)
		}
	}
	if !found {
		return nil, nil
	}
	return out, nil
}

// An evaluator evaluates one template.
type evaluator struct {
	root       *document.Node
	out        *Template
	conditions map[string]*verdict
	loop       map[string]infra.Value // the identifiers of the Fn::ForEach that surround the present place
	depth      int
}

// A verdict is what is known of a condition.
type verdict struct {
	holds bool
	why   string // why it is not known
	busy  bool   // it is being evaluated
}

// knownTransform are the transforms that change nothing about load balancers.
func knownTransform(name string) bool {
	return strings.HasPrefix(name, "AWS::Serverless-") || name == "AWS::LanguageExtensions" ||
		name == "AWS::SecretsManager-2020-07-23" ||
		strings.HasPrefix(name, "AWS::SecretsManager-") ||
		name == "AWS::CodeDeployBlueGreen"
}

// macros says of transforms that nothing here knows that they may change anything.
func (e *evaluator) macros() {
	t := e.root.Get("Transform")
	if t == nil {
		return
	}
	list := []*document.Node{t}
	if t.Kind == document.Sequence {
		list = t.Items
	}
	for _, n := range list {
		name := n.Value
		if n.Kind == document.Mapping {
			name = n.Text("Name")
		}
		if !knownTransform(name) {
			e.out.Unknown = append(
				e.out.Unknown,
				hop.Note{Pos: n.Pos(), Text: fmt.Sprintf("the transform %s may change anything in this template", name)},
			)
		}
	}
}

// condition evaluates the condition of that name.
func (e *evaluator) condition(name string) verdict {
	if v, seen := e.conditions[name]; seen {
		if v.busy {
			return verdict{why: "the condition " + name + " refers to itself"}
		}
		return *v
	}
	n := e.root.Get("Conditions").Get(name)
	if n == nil {
		return verdict{why: "there is no condition " + name}
	}
	v := &verdict{busy: true}
	e.conditions[name] = v
	*v = e.holds(n)
	return *v
}

// holds evaluates the expression of a condition.
func (e *evaluator) holds(n *document.Node) verdict {
	if e.depth++; e.depth > deepest {
		return verdict{why: "conditions are nested too deep"}
	}
	defer func() { e.depth-- }()
	name, arg := function(n)
	switch name {
	case "Condition":
		return e.condition(arg.Value)
	case "Fn::Equals":
		if arg.Kind != document.Sequence || len(arg.Items) != 2 {
			return verdict{why: "Fn::Equals wants two values"}
		}
		a, b := e.value(arg.Items[0]), e.value(arg.Items[1])
		for _, v := range []infra.Value{a, b} {
			if v.Kind == infra.Unknown || v.Kind == infra.Ref {
				return verdict{why: v.Why}
			}
		}
		return verdict{holds: a.Text == b.Text}
	case "Fn::Not":
		if len(arg.Items) == 1 {
			v := e.holds(arg.Items[0])
			v.holds = !v.holds && v.why == ""
			return v
		}
	case "Fn::And", "Fn::Or":
		return e.junction(arg.Items, name == "Fn::Or")
	}
	return verdict{why: "the condition is not understood"}
}

// junction is Fn::Or, or Fn::And: what one of the values decides is known whatever the others are.
func (e *evaluator) junction(list []*document.Node, or bool) verdict {
	out := verdict{holds: !or}
	for _, n := range list {
		switch v := e.holds(n); {
		case v.why != "":
			out.why = v.why
		case v.holds == or:
			return verdict{holds: or}
		}
	}
	if out.why != "" {
		out.holds = false
	}
	return out
}
