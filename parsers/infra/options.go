package infra

import (
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
)

// concerns are the options that people set for WebSockets. Elastic Beanstalk refuses options that it has not ("Invalid
// option specification"), and takes none for another.
var concerns = []struct{ namespace, name string }{
	{nsBalancer, "IdleTimeout"}, {nsPolicies, "ConnectionSettingIdleTimeout"},
	{nsPolicies, "ConnectionDrainingEnabled"}, {nsPolicies, "ConnectionDrainingTimeout"},
	{nsProcess, "DeregistrationDelay"}, {nsProcess, "StickinessEnabled"}, {nsEnvironment, "LoadBalancerType"},
}

// misspelt are options that are close to those that concern WebSockets: of another namespace, or another spelling.
func (e *Environment) misspelt(kind Value) (list []hop.Misfit) {
	for _, o := range e.Options {
		if !strings.HasPrefix(o.Namespace, "aws:") || o.Namespace == "aws:elasticbeanstalk:application:environment" {
			continue
		}
		m := hop.Misfit{Setting: o.Value.Setting(o.Name), Why: "Elastic Beanstalk has no such option", Refused: true}
		if !o.At.Pos.IsZero() {
			m.Pos = o.At.Pos
		}
		namespace, name := meant(o, kind)
		switch {
		case name == "":
			continue
		case namespace != o.Namespace:
			m.Meant = name + " in " + namespace
		default:
			m.Meant = name
			if o.At.Set != nil {
				m.Rename = func() []hop.Edit { return o.At.Set(name) }
			}
		}
		list = append(list, m)
	}
	return list
}

// meant is the option that another one was meant for; "" for one that is what it is.
func meant(o Option, kind Value) (namespace, name string) {
	own := o.Namespace
	if strings.HasPrefix(own, nsProcess) {
		own = nsProcess
	}
	var here, elsewhere []string
	for _, c := range concerns {
		switch {
		case c.namespace != own && c.name == o.Name:
			elsewhere = append(elsewhere, c.namespace)
		case c.namespace == own && c.name == o.Name:
			return "", ""
		case c.namespace == own:
			here = append(here, c.name)
		}
	}
	idle := o.Name == "IdleTimeout" || o.Name == "ConnectionSettingIdleTimeout"
	switch near := spelling.Suggest(o.Name, here); {
	case len(elsewhere) > 0 && idle && kind.Is("classic"):
		return nsPolicies, "ConnectionSettingIdleTimeout"
	case len(elsewhere) > 0 && idle && kind.Is("application"):
		return nsBalancer, "IdleTimeout"
	case len(elsewhere) > 0 && elsewhere[0] == nsProcess:
		return nsProcess + "default", o.Name
	case len(elsewhere) > 0:
		return elsewhere[0], o.Name
	case near != "":
		return o.Namespace, near
	}
	return "", ""
}

// idleOptions are the idle timeouts that somebody set for a load balancer which is not the environment's own.
func (e *Environment) idleOptions(why, instead string) (list []hop.Misfit) {
	for _, c := range concerns[:2] {
		if v := e.Get(c.namespace, c.name); v.Kind == Scalar {
			list = append(list, hop.Misfit{Setting: v.Setting(c.name), Why: why, Instead: instead})
		}
	}
	return list
}

// An Absent is what has no load balancer of its own, and what is set of one all the same.
type Absent struct {
	Object
	Names   []string
	Name    Value
	Why     string
	Misfits []hop.Misfit
}

// A without is an Absent as it serves handshakes: nobody knows what becomes of them.
type without struct{ Absent }

func (w without) Listens(hop.Request) bool { return false }

func (w without) At(addr string) string { return addr }

// Endpoints is one, for what is set in vain to be found on; none where nothing is.
func (w without) Endpoints() []hop.Endpoint {
	if len(w.Misfits) == 0 {
		return nil
	}
	return []hop.Endpoint{{
		Name: w.Address, Pos: w.Pos, Server: w.Pos,
		Requests:   []hop.Request{{Host: w.Address, Target: "/", TLS: true}},
		Confidence: hop.Unlikely, Why: w.Why, Alike: true,
	}}
}

func (w without) Serve(hop.Request) []hop.Case {
	return hop.Only(hop.Hop{
		Name: w.Address, Pos: w.Pos, Misfits: w.Misfits,
		Answer: hop.Unknown[hop.Answer]("load balancer", w.Pos, w.Why),
	})
}
