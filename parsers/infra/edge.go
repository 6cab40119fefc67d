package infra

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
)

// A Distribution is one of CloudFront.
type Distribution struct {
	Object
	Names   []string
	Ordered []Behavior // by their precedence
	Default Behavior
	Origins map[string]Origin // by their ids
	Unread  string            // why there may be other behaviours; "" when there are none
}

// A Behavior is what a distribution does with some paths.
type Behavior struct {
	Pos             hop.Pos
	Pattern, Viewer Value
	Origin          Value // its id
	// Policy and Cache are the ids of the origin request policy and the cache policy, or Refs.
	Policy, Cache Value
	// Headers and Query are those of forwarded values, which older configurations have in place of policies: Legacy.
	Headers, Query Value
	Legacy         bool
	// Add writes the id of an origin request policy into a behaviour that has none; nil when nothing can be written.
	Add func(id string) []hop.Edit
}

// An Origin is a place that a distribution gets answers from. Custom is what is written of one that is no bucket.
type Origin struct{ Domain, Custom, Protocol, HTTPPort, HTTPSPort Value }

// A Policy is an origin request policy or a cache policy: which headers and queries go on.
type Policy struct {
	Object
	Behavior, Headers, Query Value
}

// An API is one of API Gateway's version 2; its Protocol is WEBSOCKET or HTTP.
type API struct {
	Object
	Names    []string
	Name     Value
	Protocol Value
}

// An Accelerator is one of Global Accelerator.
type Accelerator struct {
	Object
	Names []string
	Name  Value
}

// An AcceleratorListener is ports of an Accelerator: Ports are maps with two numbers under the keys From and To.
type AcceleratorListener struct {
	Object
	Accelerator Value // a Ref
	Protocol    Value
	Ports       [][2]Value
}

// A Front is what stands before load balancers, as it serves handshakes.
type Front struct {
	served
	Address string
	Names   []string
	Kinds   []string // what paths call it: "cloudfront"
	Pos     hop.Pos
	Maybe   string
}

type served interface {
	hop.Source
	At(addr string) string
}

// ResourceAt is the address of what a place belongs to: its own, for it has no parts.
func (f *Front) ResourceAt(hop.Pos) string { return f.Address }

// Endpoints are those of what it is; of one that perhaps does not exist they are possible at most.
func (f *Front) Endpoints() []hop.Endpoint {
	list := f.served.Endpoints()
	for i := range list {
		if f.Maybe != "" {
			list[i].Confidence, list[i].Why = min(list[i].Confidence, hop.Possible), f.Maybe
		}
	}
	return list
}

// fronts makes what stands before load balancers.
func fronts(r *Resources) (list []*Front) {
	policies := map[string]*Policy{}
	for i := range r.Policies {
		policies[r.Policies[i].Address] = &r.Policies[i]
	}
	for i := range r.Distributions {
		d := &r.Distributions[i]
		list = append(list, &Front{
			served: d.distribution(policies), Address: d.Address, Names: append([]string{d.Address}, d.Names...),
			Kinds: []string{"cloudfront", "aws-cloudfront"}, Pos: d.Pos, Maybe: d.Maybe,
		})
	}
	for _, a := range r.APIs {
		protocol, why := a.Protocol.text()
		e := &awscheck.Edge{Label: a.Address, Pos: a.Pos, Known: "aws-apigateway-websocket"}
		if e.HTTP = hop.Written("protocol type", protocol != "WEBSOCKET", at(a.Protocol, a.Pos)); why != "" {
			why = "the protocol type of " + a.Address + " is not known: " + why
			e.HTTP = hop.Unknown[bool]("protocol type", at(a.Protocol, a.Pos), why)
		}
		list = append(list, &Front{
			served: e, Address: a.Address, Names: named(a.Address, a.Names, a.Name),
			Kinds: []string{"apigateway", "aws-apigateway-websocket"}, Pos: a.Pos, Maybe: a.Maybe,
		})
	}
	for _, a := range r.Absent {
		list = append(list, &Front{
			served: without{a}, Address: a.Address, Names: named(a.Address, a.Names, a.Name), Pos: a.Pos, Maybe: a.Maybe,
		})
	}
	for _, a := range r.Accelerators {
		e := &awscheck.Edge{Label: a.Address, Pos: a.Pos, Known: "aws-global-accelerator"}
		e.HTTP = hop.Written("protocol type", false, a.Pos)
		for _, l := range r.AcceleratorListeners {
			if l.Accelerator.Of == a.Address && !l.Protocol.Is("UDP") {
				e.Ports = append(e.Ports, l.ranges()...)
			}
		}
		if len(e.Ports) == 0 {
			continue // nothing is known of what it takes
		}
		list = append(list, &Front{
			served: e, Address: a.Address, Names: named(a.Address, a.Names, a.Name),
			Kinds: []string{"global-accelerator", "aws-global-accelerator"}, Pos: a.Pos, Maybe: a.Maybe,
		})
	}
	return list
}

// named are an address, other names, and a name if it is known.
func named(address string, others []string, name Value) []string {
	list := append([]string{address}, others...)
	if s, _ := name.text(); s != "" {
		list = append(list, s)
	}
	return list
}

// at is the place of a value; another one for a value that is not written.
func at(v Value, or hop.Pos) hop.Pos {
	if v.Pos.IsZero() {
		return or
	}
	return v.Pos
}

func (l *AcceleratorListener) ranges() (list []awscheck.PortRange) {
	for _, p := range l.Ports {
		from, why := port(p[0], "a port")
		to, other := port(p[1], "a port")
		if why == "" && other == "" && from > 0 {
			list = append(list, awscheck.PortRange{From: from, To: max(from, to)})
		}
	}
	return list
}

func (d *Distribution) distribution(policies map[string]*Policy) *awscheck.Distribution {
	out := &awscheck.Distribution{Label: d.Address, Pos: d.Pos, Unread: d.Unread}
	for _, b := range d.Ordered {
		one := d.behavior(b, policies)
		pattern, why := b.Pattern.text()
		if one.Pattern = pattern; why != "" || pattern == "" {
			one.Unknown = fmt.Sprintf("a path pattern of %s is not known: %s", d.Address, cmp.Or(why, "it is empty"))
		}
		out.Behaviors = append(out.Behaviors, one)
	}
	out.Behaviors = append(out.Behaviors, d.behavior(d.Default, policies))
	return out
}

func (d *Distribution) behavior(in Behavior, policies map[string]*Policy) awscheck.Behavior {
	out := awscheck.Behavior{Pos: at(Value{Pos: in.Pos}, d.Pos), Viewer: in.Viewer.Setting("viewer protocol policy")}
	if in.Viewer.Kind == Null {
		out.Viewer = hop.Default("viewer protocol policy", "allow-all", out.Pos)
	}
	if in.Legacy {
		out.Headers = listed(in.Headers, out.Pos)
		out.Headers.By = "forwarded values without them"
		out.Query = onOff(in.Query, "query_string")
		if more := in.Headers.Append; more != nil && !out.Headers.All {
			out.Let = func(headers []string) []hop.Edit { return more(headers...) }
		}
	} else {
		out.Headers, out.Query = in.policies(out.Pos, policies)
		out.Let = in.let(policies)
	}
	id, why := in.Origin.text()
	origin, known := d.Origins[id]
	if why != "" || !known {
		return out
	}
	out.Origin.Name, _ = origin.Domain.text()
	out.Origin.S3 = origin.Custom.Kind == Null && isBucket(out.Origin.Name)
	if origin.Custom.Kind != Null {
		out.Origin.Protocol = origin.Protocol.Setting("origin protocol policy")
	}
	out.Origin.HTTPPort, out.Origin.HTTPSPort = 80, 443
	if n, why := port(origin.HTTPPort, ""); why == "" && n > 0 {
		out.Origin.HTTPPort = n
	}
	if n, why := port(origin.HTTPSPort, ""); why == "" && n > 0 {
		out.Origin.HTTPSPort = n
	}
	return out
}

// policies are what the policies of a behaviour forward together.
func (in *Behavior) policies(pos hop.Pos, policies map[string]*Policy) (f awscheck.Forwards, query hop.Setting[bool]) {
	f = awscheck.Forwards{Pos: at(in.Policy, pos)}
	query = hop.Unknown[bool]("query strings", pos, "which parameters of queries are forwarded is not read")
	for _, v := range []Value{in.Policy, in.Cache} {
		own := policies[v.Of]
		id, why := v.text()
		ready, managed := awscheck.ManagedHeaders(id)
		switch {
		case v.Kind == Null:
		case own != nil:
			add(&f, own.headers())
			if own.Query.Is("all") {
				query = hop.Written("query strings", true, own.Pos)
			}
		case managed:
			add(&f, ready)
			if ready.All {
				query = hop.Written("query strings", true, f.Pos)
			}
		case f.Unknown == "" && !f.All:
			f.Unknown = cmp.Or(why, "the policy "+id+" is not in these files")
		}
	}
	if in.Policy.Kind == Null && f.By == "" {
		f.By = "no origin request policy"
	}
	return f, query
}

// let is what makes further headers go on: a policy of these files names them, or AWS's policy that forwards all takes
// the place of one of AWS's, or of none. An origin request policy needs a cache policy beside it.
func (in *Behavior) let(policies map[string]*Policy) func(headers []string) []hop.Edit {
	own := policies[in.Policy.Of]
	_, managed := awscheck.ManagedHeaders(in.Policy.Text)
	switch {
	case own != nil && own.Behavior.Is("whitelist") && own.Headers.Append != nil:
		return func(headers []string) []hop.Edit { return own.Headers.Append(headers...) }
	case own != nil && own.Behavior.Is("none") && own.Behavior.Set != nil:
		return func([]string) []hop.Edit { return own.Behavior.Set("allViewer") }
	case own == nil && managed && in.Policy.Set != nil:
		return func([]string) []hop.Edit { return in.Policy.Set(awscheck.AllViewer) }
	case in.Policy.Kind == Null && in.Cache.Kind != Null && in.Add != nil:
		return func([]string) []hop.Edit { return in.Add(awscheck.AllViewer) }
	}
	return nil
}

// add adds what another policy forwards.
func add(f *awscheck.Forwards, more awscheck.Forwards) {
	if f.By == "" {
		f.By = more.By
	}
	if more.Unknown != "" {
		f.Unknown = more.Unknown
	}
	switch {
	case more.All:
		f.All, f.Names, f.Unknown = true, more.Names, more.Unknown
	case !f.All:
		f.Names = append(f.Names, more.Names...)
	}
}

// headers are what a policy of these files forwards.
func (p *Policy) headers() awscheck.Forwards {
	f := awscheck.Forwards{By: "the policy " + p.Address}
	names, why := p.Headers.texts()
	behavior, unknown := p.Behavior.text()
	f.Unknown = cmp.Or(unknown, why)
	switch behavior {
	case "whitelist":
		f.Names = names
	case "allViewer", "allViewerAndWhitelistCloudFront":
		f.All = true
	case "allExcept":
		f.All, f.Names = true, names
	}
	return f
}

// listed are headers by their names, of which * stands for all.
func listed(v Value, pos hop.Pos) awscheck.Forwards {
	names, why := v.texts()
	f := awscheck.Forwards{Names: names, Unknown: why, Pos: at(v, pos)}
	if len(names) == 1 && names[0] == "*" {
		f.All, f.Names = true, nil
	}
	return f
}

// isBucket reports whether a host is a bucket of S3, which serves files by the API of S3. A bucket's website is a host
// of another kind, and answers as little.
func isBucket(host string) bool {
	return strings.HasSuffix(host, ".amazonaws.com") && strings.Contains(host, ".s3")
}

func onOff(v Value, name string) hop.Setting[bool] {
	text, why := v.text()
	on, err := strconv.ParseBool(text)
	if why != "" || err != nil {
		return hop.Unknown[bool](name, v.Pos, cmp.Or(why, "it is neither true nor false"))
	}
	return hop.Written(name, on, v.Pos)
}
