package cloudformation

import (
	"cmp"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// environments reads the environments of Elastic Beanstalk. Their own options count more than those of their
// configuration template.
func (e *evaluator) environments(all []resource) {
	templates := map[string][]infra.Option{}
	for _, r := range all {
		if r.node.Text("Type") == "AWS::ElasticBeanstalk::ConfigurationTemplate" {
			templates[r.Address], _ = e.options(r)
		}
	}
	for _, r := range all {
		if r.node.Text("Type") != "AWS::ElasticBeanstalk::Environment" || e.get(r, "Tier").Get("Name").Is("Worker") {
			continue
		}
		env := &infra.Environment{Object: r.Object, Names: r.names(), Name: e.get(r, "EnvironmentName"), ByAPI: true}
		if t := e.get(r, "TemplateName"); t.Kind == infra.Ref {
			env.Options = append(env.Options, templates[t.Of]...)
		} else if t.Kind != infra.Null {
			env.OptionsUnknown = "a configuration template that is not in this file may set it"
		}
		own, why := e.options(r)
		env.Options, env.OptionsUnknown = append(env.Options, own...), cmp.Or(why, env.OptionsUnknown)
		env.Add = func(namespace, name, value string) []hop.Edit {
			entry := document.Fields{
				{Key: "Namespace", Value: namespace},
				{Key: "OptionName", Value: name},
				{Key: "Value", Value: value},
			}
			if list := r.props.Get("OptionSettings"); list != nil {
				return list.AddItem(entry)
			}
			return r.add(document.Fields{{Key: "OptionSettings", Value: []document.Fields{entry}}})
		}
		e.out.Unknown = append(e.out.Unknown, env.AddTo(&e.out.Resources)...)
	}
}

// options are the OptionSettings of a resource; why says why there may be others.
func (e *evaluator) options(r resource) (list []infra.Option, why string) {
	items, why := e.get(r, "OptionSettings").List()
	written := r.props.Get("OptionSettings")
	plain := written != nil && written.Kind == document.Sequence && len(written.Items) == len(items)
	for at, i := range items {
		namespace, name := i.Get("Namespace"), i.Get("OptionName")
		if namespace.Kind != infra.Scalar || name.Kind != infra.Scalar {
			why = cmp.Or(why, namespace.Why, name.Why)
			continue
		}
		value := i.Get("Value")
		if plain && written.RemoveItem(at) != nil {
			value.Remove = func() []hop.Edit { return written.RemoveItem(at) }
		}
		list = append(list, infra.Option{Namespace: namespace.Text, Name: name.Text, Value: value, At: name})
	}
	return list, why
}
