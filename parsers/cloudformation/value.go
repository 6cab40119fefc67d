package cloudformation

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// deepest is how far functions may be nested.
const deepest = 200

// function is the intrinsic function that a node calls, by its full name, and its argument; "" when it calls none.
func function(n *document.Node) (name string, arg *document.Node) {
	if n == nil {
		return "", nil
	}
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		switch short := n.Tag[1:]; short {
		case "Ref", "Condition":
			return short, n
		default:
			return "Fn::" + short, n
		}
	}
	if n.Kind == document.Mapping && len(n.Pairs) == 1 {
		if key := n.Pairs[0].Key.Value; key == "Ref" || key == "Condition" || strings.HasPrefix(key, "Fn::") {
			return key, n.Pairs[0].Value
		}
	}
	return "", nil
}

// value evaluates a node.
func (e *evaluator) value(n *document.Node) infra.Value {
	if n == nil {
		return infra.Value{}
	}
	if e.depth++; e.depth > deepest {
		return infra.NotKnown("functions are nested too deep", n.Pos())
	}
	defer func() { e.depth-- }()
	if name, arg := function(n); name != "" && name != "Condition" {
		v := e.call(name, arg, n.Pos())
		if v.Pos.IsZero() {
			v.Pos = n.Pos()
		}
		return v
	}
	switch n.Kind {
	case document.Sequence:
		return e.list(n)
	case document.Mapping:
		v := infra.Value{Kind: infra.Map, Pos: n.Pos()}
		for _, p := range n.Pairs {
			if one := e.value(p.Value); one.Kind != infra.Null && n.Get(p.Key.Value) == p.Value {
				v.Fields = append(v.Fields, infra.Field{Key: p.Key.Value, Value: one})
			}
		}
		v.Add = func(text string, keys ...string) []hop.Edit {
			if len(keys) != 1 {
				return nil
			}
			return n.AddFields(document.Fields{{Key: keys[0], Value: text}})
		}
		return v
	}
	return scalar(n)
}

// scalar is a value as it is written.
func scalar(n *document.Node) infra.Value {
	if n.IsNull() {
		return infra.Value{Pos: n.Pos()}
	}
	if strings.Contains(n.Value, "{{resolve:") {
		return infra.NotKnown("it is resolved when the stack is made", n.Pos())
	}
	v := infra.Text(n.Value, n.Pos())
	if n.End > n.Start {
		v.Set = n.Replace
	}
	return v
}

// list evaluates the items of a list; what is AWS::NoValue is not there, and an item that is a list itself, as Fn::If
// makes one, is one item.
func (e *evaluator) list(n *document.Node) infra.Value {
	v := infra.Value{Kind: infra.List, Pos: n.Pos(), Append: n.AppendTexts}
	for _, i := range n.Items {
		if one := e.value(i); one.Kind != infra.Null {
			v.Items = append(v.Items, one)
		}
	}
	return v
}

// call evaluates an intrinsic function.
func (e *evaluator) call(name string, arg *document.Node, at hop.Pos) infra.Value {
	switch name {
	case "Ref":
		return e.ref(arg.Value, at)
	case "Fn::GetAtt":
		return e.getAtt(arg, at)
	case "Fn::Sub":
		return e.sub(arg, at)
	case "Fn::If":
		return e.choose(arg, at)
	case "Fn::Join":
		return e.join(arg, at)
	case "Fn::Select":
		return e.selected(arg, at)
	case "Fn::Split":
		return e.split(arg, at)
	case "Fn::FindInMap":
		return e.findInMap(arg, at)
	case "Fn::Base64":
		return e.value(untagged(arg))
	case "Fn::Length":
		if items, why := e.value(untagged(arg)).List(); why == "" {
			return infra.Text(strconv.Itoa(len(items)), at)
		}
	case "Fn::ImportValue":
		return infra.NotKnown("Fn::ImportValue takes it from another stack", at)
	case "Fn::GetAZs", "Fn::Cidr":
		return infra.NotKnown(name+" is known only in an account", at)
	case "Fn::Transform":
		return infra.NotKnown("a macro (Fn::Transform) writes it", at)
	}
	return infra.NotKnown("the function "+name+" is not evaluated", at)
}

// untagged is the argument of a short form without the tag that makes it a call.
func untagged(n *document.Node) *document.Node {
	if !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") {
		return n
	}
	c := *n
	c.Tag = ""
	return &c
}

// args evaluates the arguments of a function that takes a list.
func args(n *document.Node) []*document.Node {
	if n.Kind == document.Sequence {
		return n.Items
	}
	return nil
}

// ref is the value of a parameter, or stands for a resource.
func (e *evaluator) ref(name string, at hop.Pos) infra.Value {
	if v, ok := e.loop[name]; ok {
		return v
	}
	if name == "AWS::NoValue" {
		return infra.Value{}
	}
	if p := e.root.Get("Parameters").Get(name); p != nil {
		return e.parameter(name, p, at)
	}
	if strings.HasPrefix(name, "AWS::") {
		return infra.NotKnown(name+" is known only when the stack is made", at)
	}
	return infra.Value{
		Kind: infra.Ref,
		Of:   name,
		Why:  "it is an attribute of " + name + ", which is known only when the stack is made",
		Pos:  at,
	}
}

// parameter is a parameter's default.
func (e *evaluator) parameter(name string, p *document.Node, at hop.Pos) infra.Value {
	typ, def := p.Text("Type"), p.Get("Default")
	switch {
	case strings.HasPrefix(typ, "AWS::SSM::Parameter::Value"):
		return infra.NotKnown("the parameter "+name+" is read from SSM", at)
	case def == nil || def.Kind != document.Scalar:
		return infra.NotKnown("the parameter "+name+" has no default", at)
	}
	v := scalar(def)
	v.By = []hop.Note{{Pos: at, Text: "this is the parameter " + name + ", and its default counts"}}
	if typ == "CommaDelimitedList" || strings.HasPrefix(typ, "List<") {
		list := infra.Value{Kind: infra.List, Pos: v.Pos, By: v.By}
		for part := range strings.SplitSeq(v.Text, ",") {
			list.Items = append(list.Items, infra.Text(strings.TrimSpace(part), v.Pos))
		}
		return list
	}
	v.Kind = infra.Scalar // an empty default is a text
	return v
}

// getAtt stands for an attribute of a resource: "A.B", or [A, B].
func (e *evaluator) getAtt(arg *document.Node, at hop.Pos) infra.Value {
	name := ""
	if list := args(arg); len(list) > 0 {
		first := e.value(list[0])
		name = first.Text
	} else {
		name, _, _ = strings.Cut(arg.Value, ".")
	}
	return infra.Value{
		Kind: infra.Ref,
		Of:   name,
		Why:  "it is an attribute of " + name + ", which is known only when the stack is made",
		Pos:  at,
	}
}

var subVariable = lazyregexp.New(`\$\{(!?)([^}]*)\}`)

// sub evaluates Fn::Sub: a text, or a text and a map of its own variables.
func (e *evaluator) sub(arg *document.Node, at hop.Pos) infra.Value {
	text, own := arg.Value, (*document.Node)(nil)
	if list := args(arg); len(list) > 0 {
		text = list[0].Value
		if len(list) > 1 {
			own = list[1]
		}
	}
	matches := subVariable.FindAllStringSubmatchIndex(text, -1)
	if len(matches) == 1 && matches[0][0] == 0 && matches[0][1] == len(text) && matches[0][2] == matches[0][3] {
		return e.variable(text[matches[0][4]:matches[0][5]], own, at)
	}
	var b strings.Builder
	last := 0
	for _, m := range matches {
		b.WriteString(text[last:m[0]])
		last = m[1]
		name := text[m[4]:m[5]]
		if m[2] != m[3] {
			b.WriteString("${" + name + "}")
			continue
		}
		v := e.variable(name, own, at)
		if v.Kind != infra.Scalar {
			return infra.NotKnown(cmp.Or(v.Why, "${"+name+"} has no value"), at)
		}
		b.WriteString(v.Text)
	}
	return infra.Text(b.String()+text[last:], at)
}

// variable is what stands in ${} of a Fn::Sub.
func (e *evaluator) variable(name string, own *document.Node, at hop.Pos) infra.Value {
	name = strings.TrimSpace(name)
	if n := own.Get(name); n != nil {
		return e.value(n)
	}
	if resource, _, dotted := strings.Cut(name, "."); dotted {
		return infra.Value{
			Kind: infra.Ref,
			Of:   resource,
			Why:  "it is an attribute of " + resource + ", which is known only when the stack is made",
			Pos:  at,
		}
	}
	return e.ref(name, at)
}

// choose evaluates Fn::If.
func (e *evaluator) choose(arg *document.Node, at hop.Pos) infra.Value {
	list := args(arg)
	if len(list) != 3 {
		return infra.NotKnown("Fn::If wants a condition and two values", at)
	}
	v := e.condition(list[0].Value)
	switch {
	case v.why != "":
		return infra.NotKnown(fmt.Sprintf("whether the condition %s holds is not known: %s", list[0].Value, v.why), at)
	case v.holds:
		return e.value(list[1])
	}
	return e.value(list[2])
}

func (e *evaluator) join(arg *document.Node, at hop.Pos) infra.Value {
	list := args(arg)
	if len(list) != 2 {
		return infra.NotKnown("Fn::Join wants a delimiter and a list", at)
	}
	items, why := e.value(list[1]).List()
	if why != "" {
		return infra.NotKnown(why, at)
	}
	parts := make([]string, len(items))
	for i, v := range items {
		if v.Kind != infra.Scalar {
			return infra.NotKnown(cmp.Or(v.Why, "a part of Fn::Join is no text"), at)
		}
		parts[i] = v.Text
	}
	return infra.Text(strings.Join(parts, list[0].Value), at)
}

func (e *evaluator) selected(arg *document.Node, at hop.Pos) infra.Value {
	list := args(arg)
	if len(list) != 2 {
		return infra.NotKnown("Fn::Select wants an index and a list", at)
	}
	index, err := strconv.Atoi(e.value(list[0]).Text)
	items, why := e.value(list[1]).List()
	switch {
	case why != "":
		return infra.NotKnown(why, at)
	case err != nil || index < 0 || index >= len(items):
		return infra.NotKnown("Fn::Select has no such item", at)
	}
	return items[index]
}

func (e *evaluator) split(arg *document.Node, at hop.Pos) infra.Value {
	list := args(arg)
	if len(list) != 2 {
		return infra.NotKnown("Fn::Split wants a delimiter and a text", at)
	}
	v := e.value(list[1])
	if v.Kind != infra.Scalar || list[0].Value == "" {
		return infra.NotKnown(cmp.Or(v.Why, "Fn::Split has no text"), at)
	}
	out := infra.Value{Kind: infra.List, Pos: at}
	for part := range strings.SplitSeq(v.Text, list[0].Value) {
		out.Items = append(out.Items, infra.Text(part, at))
	}
	return out
}

// findInMap looks a value up; a fourth argument holds a default (AWS::LanguageExtensions).
func (e *evaluator) findInMap(arg *document.Node, at hop.Pos) infra.Value {
	list := args(arg)
	if len(list) < 3 {
		return infra.NotKnown("Fn::FindInMap wants a map and two keys", at)
	}
	n := e.root.Get("Mappings")
	for _, key := range list[:3] {
		v := e.value(key)
		if v.Kind != infra.Scalar {
			return infra.NotKnown(cmp.Or(v.Why, "a key of Fn::FindInMap is no text"), at)
		}
		if n = n.Get(v.Text); n == nil {
			break
		}
	}
	if n == nil && len(list) > 3 {
		n = list[3].Get("DefaultValue")
	}
	if n == nil {
		return infra.NotKnown("Fn::FindInMap finds nothing", at)
	}
	v := e.value(n)
	v.By = append(v.By, hop.Note{Pos: at, Text: "Fn::FindInMap takes it from there"})
	return v
}
