// Package beanstalk reads what an application brings along for Elastic Beanstalk: option settings in .ebextensions,
// env.yaml and saved configurations, which describe the load balancer of its environment, and the nginx configuration
// of its instances.
//
// The forms and the precedence: Elastic Beanstalk Developer Guide, "Configuration options" and "Advanced environment
// customization with configuration files (.ebextensions)", the public text of June 2023.
package beanstalk

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// An app is one application: the directory that holds .ebextensions, and what is in it.
type app struct {
	dir     string
	configs []*document.File // .ebextensions, by their names
	env     *document.File   // env.yaml; nil when there is none
	saved   []*document.File // saved configurations
	nginx   []string         // the files below .platform/nginx
	old     bool             // there are files below .ebextensions/nginx
}

// options are all option settings, those that count more later: .ebextensions by the names of the files, then a saved
// configuration, then env.yaml. Which of several saved configurations is used nobody knows.
func (a *app) options() (list []infra.Option, why string) {
	for _, f := range a.configs {
		for _, d := range f.Docs {
			list = append(list, settings(d.Get("option_settings"))...)
			list = append(list, overrides(d.Get("Resources"))...)
		}
	}
	switch len(a.saved) {
	case 0:
	case 1:
		for _, d := range a.saved[0].Docs {
			list = append(list, settings(d.Get("OptionSettings"))...)
		}
	default:
		why = "which of the saved configurations is used is not known"
	}
	if a.env != nil {
		for _, d := range a.env.Docs {
			list = append(list, settings(d.Get("OptionSettings"))...)
		}
	}
	return list, why
}

// applicationNamespace is that of an option without one.
const applicationNamespace = "aws:elasticbeanstalk:application:environment"

// settings reads options in either form: a mapping of namespaces, or a list of namespace, option_name and value.
func settings(n *document.Node) (list []infra.Option) {
	if n == nil {
		return nil
	}
	for _, p := range n.Pairs {
		for _, o := range p.Value.Pairs {
			v := value(o.Value)
			if p.Value.RemovePair(o.Key.Value) != nil {
				v.Remove = func() []hop.Edit { return p.Value.RemovePair(o.Key.Value) }
			}
			list = append(list, infra.Option{Namespace: p.Key.Value, Name: o.Key.Value, Value: v, At: value(o.Key)})
		}
	}
	for i, item := range n.Items {
		namespace := named(item, "namespace")
		if namespace == "" {
			namespace = applicationNamespace
		}
		if name := named(item, "option_name"); name != "" {
			v := value(get(item, "value"))
			if n.RemoveItem(i) != nil {
				v.Remove = func() []hop.Edit { return n.RemoveItem(i) }
			}
			at := value(get(item, "option_name"))
			list = append(list, infra.Option{Namespace: namespace, Name: name, Value: v, At: at})
		}
	}
	return list
}

// get is the value of a key that may be written with a blank, as in "option name".
func get(n *document.Node, key string) *document.Node {
	if v := n.Get(key); v != nil {
		return v
	}
	return n.Get(strings.ReplaceAll(key, "_", " "))
}

func named(n *document.Node, key string) string {
	if v := get(n, key); v != nil && v.Kind == document.Scalar {
		return v.Value
	}
	return ""
}

// value is the value of an option. JSON in backticks is evaluated when the environment is made.
func value(n *document.Node) infra.Value {
	switch {
	case n.IsNull():
		return infra.Value{}
	case n.Kind != document.Scalar:
		return infra.NotKnown("it is no single value", n.Pos())
	case strings.HasPrefix(n.Value, "`"):
		return infra.NotKnown("CloudFormation evaluates it when the environment is made", n.Pos())
	}
	v := infra.Text(n.Value, n.Pos())
	if n.End > n.Start {
		v.Set = n.Replace
	}
	return v
}

// overrides are changes of the resources that Beanstalk makes, by the names that it has for them: the attributes of
// the load balancer.
func overrides(n *document.Node) (list []infra.Option) {
	v2 := n.Get("AWSEBV2LoadBalancer").Get("Properties").Get("LoadBalancerAttributes")
	if v2 != nil {
		for _, item := range v2.Items {
			if item.Text("Key") == "idle_timeout.timeout_seconds" {
				list = append(
					list,
					infra.Option{Namespace: "aws:elbv2:loadbalancer", Name: "IdleTimeout", Value: value(item.Get("Value"))},
				)
			}
		}
	}
	classic := n.Get("AWSEBLoadBalancer").Get("Properties").Get("ConnectionSettings").Get("IdleTimeout")
	if classic != nil {
		list = append(
			list,
			infra.Option{Namespace: "aws:elb:policies", Name: "ConnectionSettingIdleTimeout", Value: value(classic)},
		)
	}
	return list
}

// environment is the environment that the application comes with; nil when nothing is said of its load balancer.
// Whoever makes it chooses more.
func (a *app) environment() *infra.Environment {
	options, why := a.options()
	e := &infra.Environment{
		Object: infra.Object{Address: "the environment of " + a.name(), Pos: a.place()}, Names: []string{a.name()},
		Name: infra.Value{}, Options: options, OptionsUnknown: why,
	}
	concerns := slices.ContainsFunc(options, func(o infra.Option) bool {
		return strings.HasPrefix(o.Namespace, "aws:elb:") || strings.HasPrefix(o.Namespace, "aws:elbv2:") ||
			strings.HasPrefix(o.Namespace, "aws:elasticbeanstalk:environment:process:") || o.Name == "LoadBalancerType"
	})
	if !concerns {
		return nil
	}
	e.Add = a.add
	return e
}

// name is the directory of the application.
func (a *app) name() string {
	abs, err := filepath.Abs(a.dir)
	if err != nil {
		return a.dir
	}
	return filepath.Base(abs)
}

// place is where options of load balancers could be written: the first of them, else the first file.
func (a *app) place() hop.Pos {
	for _, f := range a.files() {
		for _, d := range f.Docs {
			for _, key := range []string{"option_settings", "OptionSettings"} {
				if k := d.Key(key); k != nil {
					return k.Pos()
				}
			}
		}
	}
	if len(a.files()) > 0 {
		return hop.Pos{File: a.files()[0].Name, Line: 1}
	}
	return hop.Pos{File: a.dir}
}

func (a *app) files() []*document.File {
	list := slices.Concat(a.configs, a.saved)
	if a.env != nil {
		list = append(list, a.env)
	}
	return list
}

// add returns the edit that writes an option beside those of its namespace, or as the first one of a file.
func (a *app) add(namespace, name, v string) []hop.Edit {
	for _, f := range a.configs {
		for _, d := range f.Docs {
			if in := d.Get("option_settings").Get(namespace); in != nil {
				return in.AddFields(document.Fields{{Key: name, Value: document.Number(v)}})
			}
		}
	}
	for _, f := range a.configs {
		for _, d := range f.Docs {
			n := d.Get("option_settings")
			switch {
			case n == nil:
			case n.Kind == document.Sequence:
				return n.AddItem(
					document.Fields{
						{Key: "namespace", Value: namespace},
						{Key: "option_name", Value: name},
						{Key: "value", Value: v},
					},
				)
			default:
				return n.AddFields(
					document.Fields{{Key: namespace, Value: document.Fields{{Key: name, Value: document.Number(v)}}}},
				)
			}
		}
	}
	return nil
}

// unknowns are what the files have done to nginx by commands.
func (a *app) unknowns() (list []hop.Note) {
	for _, f := range a.configs {
		for _, d := range f.Docs {
			for _, section := range []string{"commands", "container_commands"} {
				if d.Get(section) == nil {
					continue
				}
				for _, c := range d.Get(section).Pairs {
					if command := c.Value.Text("command"); strings.Contains(command, "/etc/nginx") ||
						strings.Contains(command, "#nginx#") {
						list = append(
							list,
							hop.Note{Pos: c.Key.Pos(), Text: "a command changes nginx's configuration: what comes of it is not known"},
						)
					}
				}
			}
		}
	}
	return list
}

// texts are the nginx configurations that .ebextensions write as files on the instance.
func (a *app) texts() (list []parsers.Nested) {
	for _, f := range a.configs {
		for _, d := range f.Docs {
			files := d.Get("files")
			if files == nil {
				continue
			}
			for _, p := range files.Pairs {
				content := p.Value.Get("content")
				if content == nil || !isNginx(p.Key.Value, content.Value) {
					continue
				}
				if x, ok := content.Embedded("nginx", p.Key.Value); ok {
					list = append(list, x)
				}
			}
		}
	}
	return list
}

// isNginx reports whether a file that is written on the instance is read by nginx: by its place, not by a script's
// content.
func isNginx(name, content string) bool {
	name = strings.ReplaceAll(name, "#", "/")
	return strings.HasSuffix(name, ".conf") && strings.Contains(name, "/nginx/") && !strings.HasPrefix(content, "#!")
}
