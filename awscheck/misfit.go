package awscheck

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
)

// attributeFacts are of one attribute: what has it, and which values it takes. Only attributes that concern
// WebSockets, or are taken to, are here.
type attributeFacts struct {
	key   string
	of    Part
	kinds []Kind
	// takes says what is wrong with a value; nil where that is not checked.
	takes func(string) error
	// instead is what sets what is meant where this has no effect, by the kind of load balancer.
	instead map[Kind]string
}

const (
	keyKeepAlive = "client_keep_alive.seconds"
	tcpInstead   = "set the idle timeout of its TCP listeners, " + keyTCPIdle + " (in Terraform tcp_idle_timeout_seconds)"
)

// knowns are the attributes that people set for WebSockets (application/edit-load-balancer-attributes.html,
// network/update-idle-timeout.html, application/edit-target-group-attributes.html).
func knowns() []attributeFacts {
	return []attributeFacts{
		{
			keyIdle,
			OfBalancer,
			[]Kind{Application},
			within(inSeconds(leastIdle, mostIdle)),
			map[Kind]string{Network: tcpInstead, Gateway: tcpInstead},
		},
		{keyKeepAlive, OfBalancer, []Kind{Application}, nil, map[Kind]string{Network: tcpInstead, Gateway: tcpInstead}},
		{keyDesync, OfBalancer, []Kind{Application}, within(oneOf("monitor", "defensive", "strictest")), nil},
		{keyForwarded, OfBalancer, []Kind{Application}, within(oneOf("append", "preserve", "remove")), nil},
		{keyTCPIdle, OfListener, []Kind{Network, Gateway}, within(inSeconds(leastTCPIdle, mostTCPIdle)), map[Kind]string{
			Application: "set the idle timeout of the load balancer, " + keyIdle + " (in Terraform idle_timeout)",
		}},
		{KeyDrain, OfGroup, nil, within(inSeconds(0, mostDrain)), nil},
		{keyClassicIdle, OfBalancer, []Kind{Classic}, within(inSeconds(leastIdle, mostIdle)), nil},
		{keyClassicDrainTime, OfBalancer, []Kind{Classic}, within(inSeconds(time.Second, mostDrain)), nil},
	}
}

func within[T any](k valueKind[T]) func(string) error {
	return func(s string) error {
		_, err := k.parse(s)
		return err
	}
}

// misfits are the attributes that are written and change nothing. What an account answers has none.
func misfits(a Attributes, of Part, kind Kind, protocol string) (list []hop.Misfit) {
	if a.Missing == nil {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(a.Values)) {
		v := a.Values[key]
		if v.IsDefault() {
			continue
		}
		i := slices.IndexFunc(knowns(), func(k attributeFacts) bool { return k.key == key })
		if i < 0 {
			if m, ok := misspelt(a, key, of, kind); ok {
				list = append(list, m)
			}
			continue
		}
		k := knowns()[i]
		text, readable := v.Get()
		switch why := a.Refused[key]; {
		case why != "":
			list = append(list, hop.Misfit{Setting: v, Why: why, Refused: true})
		case k.of != of || len(k.kinds) > 0 && !slices.Contains(k.kinds, kind):
			m := hop.Misfit{Setting: v, Why: kind.words() + " does not have it", Refused: !a.Dropped}
			m.Unfit, m.Instead = true, k.instead[kind]
			list = append(list, m)
		case key == keyTCPIdle && !slices.Contains(withTCPIdle(a.Dropped), protocol):
			why := fmt.Sprintf(
				"only TCP listeners have it: that of a %s listener is fixed at %s",
				protocol,
				hop.FormatDuration(defaultTCPIdle),
			)
			if protocol == "TCP_UDP" {
				why = "the provider passes it on for TCP and GENEVE listeners only"
			}
			list = append(list, hop.Misfit{Setting: v, Why: why, Refused: !a.Dropped, Unfit: true})
		case readable && k.takes != nil:
			if err := k.takes(text); err != nil {
				list = append(list, hop.Misfit{Setting: v, Why: err.Error(), Refused: true})
			}
		}
	}
	return list
}

// withTCPIdle are the protocols of listeners whose idle timeout can be set: by the provider of Terraform, or by AWS.
func withTCPIdle(dropped bool) []string {
	if dropped {
		return []string{"TCP", "GENEVE"}
	}
	return []string{"TCP", "GENEVE", "TCP_UDP"}
}

// words is the kind as people call it, with its article.
func (k Kind) words() string {
	switch k {
	case "":
		return "it"
	case Application:
		return "an Application Load Balancer"
	}
	return "a " + strings.ToUpper(string(k[0])) + string(k[1:]) + " Load Balancer"
}

// misspelt is an attribute that is close to one that concerns WebSockets. Others that are not known here may be
// younger than wslint.
func misspelt(a Attributes, key string, of Part, kind Kind) (m hop.Misfit, ok bool) {
	var names []string
	for _, k := range knowns() {
		if k.of == of && (len(k.kinds) == 0 || slices.Contains(k.kinds, kind)) {
			names = append(names, k.key)
		}
	}
	near := attributeNear(key, names)
	if near == "" {
		return m, false
	}
	m = hop.Misfit{Setting: a.Values[key], Why: "AWS has no such attribute", Refused: true, Meant: near}
	if a.Key != nil {
		pos, rename := a.Key(key)
		m.Pos = pos
		m.Rename = func() []hop.Edit { return rename(near) }
	}
	return m, true
}

// attributeNear is the attribute of names that somebody meant by a key that is none: one letter or two are wrong, or a
// part of its words is missing ("idle_timeout"), which fits only one of names.
func attributeNear(key string, names []string) string {
	if slices.Contains(others, key) || slices.ContainsFunc(knowns(), func(k attributeFacts) bool { return k.key == key }) {
		return ""
	}
	if near := spelling.Suggest(key, names); near != "" {
		return near
	}
	said := words(key)
	fit := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !inOrder(said, words(name)) })
	if len(said) < 2 || len(fit) != 1 {
		return ""
	}
	return fit[0]
}

// words are those of the name of an attribute.
func words(key string) []string {
	return strings.FieldsFunc(strings.ToLower(key), func(r rune) bool { return strings.ContainsRune("._- ", r) })
}

// inOrder reports whether some words are all among others, in their order.
func inOrder(some, all []string) bool {
	for _, w := range all {
		if len(some) > 0 && some[0] == w {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// others are attributes that do not concern WebSockets and are close to those that do.
var others = []string{
	keyPreserveHost, keyDropInvalid, keyProxy, keyPreserve, keyDrainCuts, KeySticky, keyStickyType,
	"routing.http2.enabled",
	"routing.http.xff_client_port.enabled", "routing.http.x_amzn_tls_version_and_cipher_suite.enabled", keyClassicDraining,
}

// AddMisfits adds what is written on the load balancer and changes nothing, where its file has it elsewhere than among
// the attributes.
func (lb *LoadBalancer) AddMisfits(list ...hop.Misfit) { lb.misfits = append(lb.misfits, list...) }

// AddMisfits adds what is written on the listener likewise.
func (l *Listener) AddMisfits(list ...hop.Misfit) { l.misfits = append(l.misfits, list...) }

// fits fills in what is written on the load balancer and changes nothing, and what is taken for its idle timeout.
func (lb *LoadBalancer) fits(a Attributes) {
	lb.misfits = misfits(a, OfBalancer, lb.Kind, "")
	keep, ok := a.Values[keyKeepAlive]
	text, readable := keep.Get()
	if lb.Kind != Application || !ok || !readable || keep.IsDefault() || a.Missing == nil {
		return
	}
	if n, err := strconv.Atoi(text); err == nil {
		// application/edit-load-balancer-attributes.html: it is about further requests on a connection, and a WebSocket has
		// none.
		lb.ineffective = append(
			lb.ineffective,
			hop.Ineffective{Setting: hop.Written(keep.Name, time.Duration(n)*time.Second, keep.Pos), For: lb.Idle.Name},
		)
	}
}

// allMisfits are those of a listener and of the target groups that it passes on to, whichever rule a request meets.
func (l *Listener) allMisfits() []hop.Misfit {
	list := slices.Clone(l.misfits)
	for _, a := range l.actions() {
		for _, w := range a.Groups {
			if w.Group == nil {
				continue
			}
			list = append(list, w.Group.misfits...)
			// network/edit-target-group-attributes.html, "Sticky sessions": not with TLS listeners and TLS target groups.
			if on, known := w.Group.Sticky.Get(); known && on && w.Group.Sticky.IsWritten() &&
				(l.Protocol == "TLS" || w.Group.Protocol == "TLS") &&
				w.Group.Pos.Line > 0 {
				s := hop.Written(w.Group.Sticky.Name, "true", w.Group.Sticky.Pos)
				list = append(list, hop.Misfit{Setting: s, Why: "with TLS a Network Load Balancer keeps no client at one target"})
			}
		}
	}
	return list
}
