package terraform

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/kubernetes"
)

// A Plan is what `terraform show -json` wrote of a plan or a state, or a state file itself.
type Plan struct {
	File      *document.File
	Resources infra.Resources
	Objects   []*kubernetes.Object
	Unknown   []hop.Note // load balancers that are described elsewhere
}

// errNoPlan is what ReadPlan returns for JSON of another kind.
var errNoPlan = errors.New("it is no plan and no state of Terraform")

// ReadPlan reads a plan or a state. Its error is a *document.Error for a file that is not JSON.
//
// The formats: "JSON Output Format" in Terraform's documentation, versions 0.1 to 1.2, and state files of version 4.
func ReadPlan(name string, src []byte) (*Plan, error) {
	f, err := document.ParseJSON(name, src)
	if err != nil {
		return nil, err
	}
	root := f.Docs[0]
	p := &planReader{
		config:  root.Get("configuration"),
		unknown: map[string]*document.Node{},
		byID:    map[string]string{},
		byBase:  map[string][]string{},
		exprs:   map[string]map[string]*document.Node{},
	}
	for _, c := range items(root.Get("resource_changes")) {
		p.unknown[c.Text("address")] = c.Get("change").Get("after_unknown")
	}
	switch {
	case root.Get("planned_values") != nil:
		p.module(root.Get("planned_values").Get("root_module"), nil)
	case root.Get("values") != nil && root.Get("terraform_version") != nil:
		p.module(root.Get("values").Get("root_module"), nil)
	case root.Get("resources") != nil && root.Get("terraform_version") != nil:
		p.stateFile(root)
	default:
		return nil, errNoPlan
	}
	out := &Plan{File: f}
	list := p.instances()
	for i := range list {
		for _, name := range schemaOf(list[i].typ).documents {
			list[i].texts = append(list[i].texts, carriedValue(list[i].args.Get(name))...)
		}
	}
	out.Resources, out.Unknown = resources(list)
	in := objects(list)
	out.Objects, out.Unknown = in.objects, append(out.Unknown, in.unknown...)
	return out, nil
}

// items are the elements of a list; none when n is none.
func items(n *document.Node) []*document.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// A planned is a resource of a plan as it stands there.
type planned struct {
	address string
	module  []string // the names of the modules that it is in
	node    *document.Node
	values  *document.Node
}

// A planReader gathers the resources of a plan and joins what refers to others.
type planReader struct {
	config  *document.Node
	unknown map[string]*document.Node // after_unknown, by address
	list    []planned
	byID    map[string]string                    // an ARN or id that is known already to the address of the resource
	byBase  map[string][]string                  // an address without indexes to those with them
	exprs   map[string]map[string]*document.Node // the resources of each module's configuration, by address
}

// module gathers the resources of a module and of those in it.
func (p *planReader) module(m *document.Node, path []string) {
	for _, r := range items(m.Get("resources")) {
		if r.Text("mode") == "managed" {
			p.add(planned{address: r.Text("address"), module: path, node: r, values: r.Get("values")})
		}
	}
	for _, c := range items(m.Get("child_modules")) {
		if len(path) < 50 {
			p.module(c, modulePath(c.Text("address")))
		}
	}
}

// modulePath is the names in "module.a[0].module.b", without their indexes.
func modulePath(address string) (names []string) {
	for _, step := range splitAddress(address) {
		if name, ok := strings.CutPrefix(step, "module."); ok {
			names = append(names, name)
		}
	}
	return names
}

// splitAddress cuts an address into modules and the resource, without indexes: "module.a", "module.b", "aws_lb.web".
func splitAddress(address string) (steps []string) {
	var words []string
	for _, w := range strings.Split(stripIndexes(address), ".") {
		if words = append(words, w); len(words) == 2 {
			steps = append(steps, strings.Join(words, "."))
			words = nil
		}
	}
	return steps
}

// stripIndexes takes the indexes out of an address, whatever stands in them.
func stripIndexes(address string) string {
	var b strings.Builder
	for i := 0; i < len(address); i++ {
		if address[i] != '[' {
			b.WriteByte(address[i])
			continue
		}
		quoted := false
		for i++; i < len(address) && (quoted || address[i] != ']'); i++ {
			switch {
			case address[i] == '\\':
				i++
			case address[i] == '"':
				quoted = !quoted
			}
		}
	}
	return b.String()
}

// withoutIndex is an address without the index at its end.
func withoutIndex(address string) string {
	if !strings.HasSuffix(address, "]") {
		return address
	}
	for i := range address {
		if address[i] == '[' && stripIndexes(address[i:]) == "" {
			return address[:i]
		}
	}
	return address
}

// stateFile gathers the resources of a state file of version 4.
func (p *planReader) stateFile(root *document.Node) {
	for _, r := range items(root.Get("resources")) {
		if r.Text("mode") != "managed" {
			continue
		}
		base := r.Text("type") + "." + r.Text("name")
		if m := r.Text("module"); m != "" {
			base = m + "." + base
		}
		for _, i := range items(r.Get("instances")) {
			address := base
			if key := i.Get("index_key"); !key.IsNull() && key.Tag == "!!str" {
				address += fmt.Sprintf("[%q]", key.Value)
			} else if !key.IsNull() {
				address += "[" + key.Value + "]"
			}
			p.add(planned{address: address, module: modulePath(r.Text("module")), node: r, values: i.Get("attributes")})
		}
	}
}

func (p *planReader) add(r planned) {
	p.list = append(p.list, r)
	base := stripIndexes(r.address)
	p.byBase[base] = append(p.byBase[base], r.address)
	for _, key := range []string{"arn", "id"} {
		if id := r.values.Text(key); id != "" && p.byID[id] == "" {
			p.byID[id] = r.address
		}
	}
}

// instances makes values of what was gathered.
func (p *planReader) instances() []instance {
	var out []instance
	for _, r := range p.list {
		typ := canonical(r.node.Text("type"))
		if !ours(typ) {
			continue
		}
		at := r.node.Get("address")
		if at == nil {
			at = r.node.Get("type")
		}
		pos := r.node.Pos()
		if at != nil {
			pos = at.Pos()
		}
		i := instance{Object: infra.Object{Address: r.address, Pos: pos}, typ: typ, name: r.node.Text("name")}
		c := p.configOf(r)
		i.args = p.block(r, r.values, p.unknown[r.address], c, c != nil)
		out = append(out, i)
	}
	return out
}

// ours reports whether a type of resource, without its alias, is one that is read.
func ours(typ string) bool { return schemaOf(typ) != nil }

// moduleConfig is the configuration of a module; nil when the plan does not hold it.
func (p *planReader) moduleConfig(path []string) *document.Node {
	c := p.config.Get("root_module")
	for _, name := range path {
		c = c.Get("module_calls").Get(name).Get("module")
	}
	return c
}

// configOf are the expressions of a resource's arguments; nil when the plan does not hold them.
func (p *planReader) configOf(r planned) *document.Node {
	module := strings.Join(r.module, ".")
	known, seen := p.exprs[module]
	if !seen {
		known = map[string]*document.Node{}
		for _, c := range items(p.moduleConfig(r.module).Get("resources")) {
			known[c.Text("address")] = c.Get("expressions")
		}
		p.exprs[module] = known
	}
	return known[r.node.Text("type")+"."+r.node.Text("name")]
}

// block makes a map of the arguments of a resource or of a block in it: values, what of them is known only after
// apply, and the expressions that they come from. What nobody wrote is a default, whatever the provider filled in.
func (p *planReader) block(r planned, values, unknown, expr *document.Node, configured bool) infra.Value {
	if values == nil {
		return infra.Value{}
	}
	v := infra.Value{Kind: infra.Map, Pos: values.Pos()}
	seen := map[string]bool{}
	add := func(key string, value infra.Value) {
		if !seen[key] {
			seen[key] = true
			v.Fields = append(v.Fields, infra.Field{Key: key, Value: value})
		}
	}
	for _, pair := range values.Pairs {
		key := pair.Key.Value
		e := expr.Get(key)
		if configured && e == nil && pair.Value.Kind == document.Scalar {
			continue
		}
		add(key, p.value(r, pair.Value, unknown.Get(key), e, configured))
	}
	if unknown == nil {
		return v
	}
	for _, pair := range unknown.Pairs {
		if pair.Value.Kind != document.Scalar || pair.Value.Value != "true" {
			continue
		}
		e := expr.Get(pair.Key.Value)
		if e == nil {
			continue // computed, and not written: AWS's default
		}
		add(pair.Key.Value, p.later(r, e, values.Pos()))
	}
	return v
}

// value makes a value of what a plan has for an argument.
func (p *planReader) value(r planned, n, unknown, expr *document.Node, configured bool) infra.Value {
	switch n.Kind {
	case document.Mapping:
		plain := expr.Get("constant_value") != nil || expr.Get("references") != nil // a map, and no block
		return p.block(r, n, unknown, expr, configured && expr != nil && !plain)
	case document.Sequence:
		v := infra.Value{Kind: infra.List, Pos: n.Pos()}
		for i, item := range n.Items {
			v.Items = append(v.Items, p.value(r, item, nth(unknown, i), nth(expr, i), configured && nth(expr, i) != nil))
		}
		return v
	}
	if n.IsNull() {
		if unknown != nil && unknown.Value == "true" && expr != nil {
			return p.later(r, expr, n.Pos())
		}
		return infra.Value{Pos: n.Pos()}
	}
	v := infra.Text(n.Value, n.Pos())
	if of := p.byID[n.Value]; of != "" {
		v.Kind, v.Of, v.Why = infra.Ref, of, "it is an attribute of "+of
	}
	return v
}

// nth is an element of a list; nil when there is none.
func nth(n *document.Node, i int) *document.Node {
	if n == nil || n.Kind != document.Sequence || i >= len(n.Items) {
		return nil
	}
	return n.Items[i]
}

// later is a value that is known after apply: an attribute of a resource of the plan, if the expression says so.
func (p *planReader) later(r planned, expr *document.Node, pos hop.Pos) infra.Value {
	for _, ref := range items(expr.Get("references")) {
		if of := p.resolve(r, r.module, ref.Value, 0); of != "" {
			return infra.Value{
				Kind: infra.Ref,
				Of:   of,
				Why:  "it is an attribute of " + of + ", which is known after apply",
				Pos:  pos,
			}
		}
	}
	return infra.NotKnown("it is known after apply", pos)
}

// resolve finds the resource that a reference within a module means: directly, through an input of the module or an
// output of one in it.
func (p *planReader) resolve(from planned, path []string, ref string, depth int) string {
	if depth > 20 {
		return ""
	}
	words := strings.Split(ref, ".")
	switch {
	case len(words) < 2:
		return ""
	case words[0] == "var" && len(path) > 0:
		caller := path[:len(path)-1]
		input := p.moduleConfig(caller).Get("module_calls").Get(path[len(path)-1]).Get("expressions").Get(words[1])
		return p.first(from, caller, input, depth)
	case words[0] == "module" && len(words) > 2:
		inner := append(append([]string{}, path...), stripIndexes(words[1]))
		output := p.moduleConfig(inner).Get("outputs").Get(stripIndexes(words[2])).Get("expression")
		return p.first(from, inner, output, depth)
	}
	prefix := ""
	if len(path) > 0 {
		prefix = "module." + strings.Join(path, ".module.") + "."
	}
	return p.instanceOf(from, prefix+stripIndexes(words[0]+"."+words[1]), index(ref))
}

// first is the resource that the first reference of an expression means.
func (p *planReader) first(from planned, path []string, expr *document.Node, depth int) string {
	for _, ref := range items(expr.Get("references")) {
		if of := p.resolve(from, path, ref.Value, depth+1); of != "" {
			return of
		}
	}
	return ""
}

// index is the index in a reference, with its brackets: `["a"]` of aws_lb.web["a"].arn.
func index(ref string) string {
	i := strings.IndexByte(ref, '[')
	j := strings.LastIndexByte(ref, ']')
	if i < 0 || j < i {
		return ""
	}
	return ref[i : j+1]
}

// instanceOf picks an instance of a resource: the only one, the one of the index that is written, or the one that has
// the index of the resource that refers to it.
func (p *planReader) instanceOf(from planned, base, index string) string {
	list := p.byBase[base]
	if len(list) == 1 {
		return list[0]
	}
	own := strings.TrimPrefix(from.address, withoutIndex(from.address))
	for _, want := range []string{index, own} {
		for _, a := range list {
			if want != "" && strings.HasSuffix(a, want) && sameModule(a, from.address) {
				return a
			}
		}
	}
	for _, a := range list {
		if sameModule(a, from.address) && strings.Count(a, "[") == strings.Count(modulePrefix(a), "[") {
			return a
		}
	}
	return ""
}

// modulePrefix is the modules of an address, with their indexes.
func modulePrefix(address string) string {
	base := withoutIndex(address)
	i := strings.LastIndexByte(base, '.')
	if i < 0 {
		return ""
	}
	if j := strings.LastIndexByte(base[:i], '.'); j >= 0 {
		return base[:j]
	}
	return ""
}

// sameModule reports whether two resources are in the same instance of a module, or one of them in none.
func sameModule(a, b string) bool {
	x, y := modulePrefix(a), modulePrefix(b)
	return x == y || x == "" || y == "" || strings.HasPrefix(x, y) || strings.HasPrefix(y, x)
}
