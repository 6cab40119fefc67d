package cloudformation

import (
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/provision"
)

// userData are the configurations that user data of cloud-init in the resources of a template writes on instances.
func userData(name string, root *document.Node) (list []parsers.Nested) {
	resources := root.Get("Resources")
	if resources == nil {
		return nil
	}
	for _, r := range resources.Pairs {
		n := r.Value.Get("Properties")
		switch r.Value.Text("Type") {
		case "AWS::EC2::Instance", "AWS::AutoScaling::LaunchConfiguration":
		case "AWS::EC2::LaunchTemplate":
			n = n.Get("LaunchTemplateData")
		default:
			continue
		}
		text, sub := userText(n.Get("UserData"))
		if text == nil || !strings.HasPrefix(text.Value, "#cloud-config") {
			continue
		}
		inner, ok := text.Inner()
		if !ok {
			continue
		}
		for _, d := range inner.Docs {
			list = append(list, provision.UserData(name, r.Key.Value, d, func(text string) bool {
				return sub && strings.Contains(text, "${")
			})...)
		}
	}
	return list
}

// userText is the literal in an argument of Fn::Base64; sub says that Fn::Sub fills it. It is nil where there is none.
func userText(n *document.Node) (literal *document.Node, sub bool) {
	for range 4 {
		if n == nil {
			return nil, sub
		}
		sub = sub || n.Tag == "!Sub"
		switch {
		case n.Kind == document.Scalar:
			return n, sub
		case n.Kind == document.Sequence && sub && len(n.Items) > 0:
			n = n.Items[0]
		case n.Get("Fn::Base64") != nil:
			n = n.Get("Fn::Base64")
		default:
			n, sub = n.Get("Fn::Sub"), true
		}
	}
	return nil, sub
}
