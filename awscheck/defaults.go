package awscheck

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// The attributes that change what becomes of a WebSocket. All others raise nothing: client_keep_alive.seconds acts on
// the next response, which a tunnel never has; routing.http2.enabled does not concern HTTP/1.1 connections; the
// header attributes of listeners rename or add headers that no handshake needs.
const (
	keyIdle         = "idle_timeout.timeout_seconds"
	keyPreserveHost = "routing.http.preserve_host_header.enabled"
	keyDropInvalid  = "routing.http.drop_invalid_header_fields.enabled"
	keyDesync       = "routing.http.desync_mitigation_mode"
	keyForwarded    = "routing.http.xff_header_processing.mode"
	keyTCPIdle      = "tcp.idle_timeout.seconds"
	keyProxy        = "proxy_protocol_v2.enabled"
	keyPreserve     = "preserve_client_ip.enabled"
	KeyDrain        = "deregistration_delay.timeout_seconds"
	keyDrainCuts    = "deregistration_delay.connection_termination.enabled"
	KeySticky       = "stickiness.enabled"
	// Of a Classic ELB, whose attributes the API has as a structure.
	keyClassicIdle      = "ConnectionSettings.IdleTimeout"
	keyClassicDraining  = "ConnectionDraining.Enabled"
	keyClassicDrainTime = "ConnectionDraining.Timeout"
)

// The defaults and fixed values of AWS.
const (
	// defaultIdle of an ALB and a Classic ELB: application/edit-load-balancer-attributes.html,
	// classic/config-idle-timeout.html.
	defaultIdle = 60 * time.Second
	// defaultTCPIdle of an NLB; of its TLS listeners it is fixed: network/update-idle-timeout.html.
	defaultTCPIdle = 350 * time.Second
	// The least and the most that idle timeouts can be set to, from the same pages.
	leastIdle, mostIdle       = time.Second, 4000 * time.Second
	leastTCPIdle, mostTCPIdle = 60 * time.Second, 6000 * time.Second
	// defaultDrain and mostDrain: application/edit-target-group-attributes.html, classic/config-conn-drain.html.
	defaultDrain, mostDrain = 300 * time.Second, time.Hour
)

// Attributes are a resource's attributes as the API or a file has them, by the API's keys.
type Attributes struct {
	// Values are those that are written. Each has the name that its file has for it, its own place, and the edits that
	// change it; it may be unknown, with the reason.
	Values map[string]hop.Setting[string]
	// Missing is an unknown setting that stands for one which is not written: what its file calls it, where it could be
	// written, and the edits that write it. It is nil for an answer of the API, which has no place for it.
	Missing func(key string) hop.Setting[string]
	// Key is where an attribute's key is written, and the edits that write another one; nil where a key has no place of
	// its own.
	Key func(key string) (pos hop.Pos, rename func(to string) []hop.Edit)
	// Refused says why what makes the resource refuses values that AWS takes.
	Refused map[string]string
	// Dropped says that what makes the resource leaves out, without a word, what this kind of it has not. AWS itself
	// refuses that ("not supported on load balancers with type 'network'").
	Dropped bool
	Pos     hop.Pos
	// Unknown says why the attributes are not known; "" when they are.
	Unknown string
}

// Answered are attributes as the API answers them: all of them at the place of their resource.
func Answered(values map[string]string, pos hop.Pos) Attributes {
	a := Attributes{Values: make(map[string]hop.Setting[string], len(values)), Pos: pos}
	for key, v := range values {
		a.Values[key] = hop.Written(key, v, pos)
	}
	return a
}

// A kind of value: how texts are read, and how a rule's value is written.
type valueKind[T any] struct {
	parse func(string) (T, error)
	write func(string) string
}

// setting reads one attribute. AWS lists defaults like written values; an attribute that an answer lacks is younger
// than the answer, or left out by an emulator: its default is then assumed, and the setting says so.
func setting[T any](a Attributes, key string, fallback T, kind valueKind[T]) hop.Setting[T] {
	if a.Unknown != "" {
		return hop.Unknown[T](key, a.Pos, key+" is not known: "+a.Unknown)
	}
	raw, ok := a.Values[key]
	switch {
	case !ok && a.Missing == nil:
		return assumed(key, fallback, a.Pos)
	case !ok:
		raw = a.Missing(key)
		for other := range a.Values {
			if attributeNear(other, []string{key}) != "" {
				raw.Set = nil // the fix is to rename that one
			}
		}
		return edited(hop.Default(raw.Name, fallback, raw.Pos), raw, kind)
	}
	text, known := raw.Get()
	if !known {
		return hop.Unknown[T](raw.Name, raw.Pos, raw.Name+" is not known: "+raw.Why())
	}
	v, err := kind.parse(text)
	if err != nil {
		return hop.Unknown[T](raw.Name, raw.Pos, fmt.Sprintf("%s is %q, and %v", raw.Name, text, err))
	}
	if raw.IsDefault() {
		return edited(hop.Default(raw.Name, v, raw.Pos), raw, kind) // what makes the resource has another default than AWS
	}
	return edited(hop.Written(raw.Name, v, raw.Pos), raw, kind)
}

// edited gives s the edits of the setting as it is written.
func edited[T any](s hop.Setting[T], raw hop.Setting[string], kind valueKind[T]) hop.Setting[T] {
	if raw.Set != nil {
		s.Set = func(v string) []hop.Edit { return raw.Set(kind.write(v)) }
	}
	s.Remove, s.Sets = raw.Remove, raw.Sets
	return s
}

// assumed is the default of a setting that an answer lacks.
func assumed[T any](key string, v T, pos hop.Pos) hop.Setting[T] {
	s := hop.Default(key, v, pos)
	s.As = hop.Assumed
	return s
}

// inSeconds are whole seconds within what AWS takes: anything else can be in no account, so that nobody knows what it
// means. Rules write a duration in the usual form, "1h30m".
func inSeconds(least, most time.Duration) valueKind[time.Duration] {
	return valueKind[time.Duration]{
		parse: func(s string) (time.Duration, error) {
			n, err := strconv.ParseUint(s, 10, 32)
			d := time.Duration(n) * time.Second
			if err != nil || d < least || d > most {
				return 0, fmt.Errorf("AWS takes whole seconds from %d to %d", int(least.Seconds()), int(most.Seconds()))
			}
			return d, nil
		},
		write: func(s string) string {
			if d, err := time.ParseDuration(s); err == nil {
				return strconv.Itoa(int(d.Seconds()))
			}
			return s
		},
	}
}

func onOff() valueKind[bool] {
	return valueKind[bool]{func(s string) (bool, error) {
		if s != "true" && s != "false" {
			return false, errors.New("AWS takes true and false")
		}
		return s == "true", nil
	}, asIs}
}

func oneOf(words ...string) valueKind[string] {
	return valueKind[string]{func(s string) (string, error) {
		if !slices.Contains(words, s) {
			return "", fmt.Errorf("AWS takes %s", strings.Join(words, ", "))
		}
		return s, nil
	}, asIs}
}

func asIs(s string) string { return s }

// Apply fills in what the attributes of a load balancer say.
func (lb *LoadBalancer) Apply(a Attributes) {
	if lb.Kind == Classic {
		lb.Idle = setting(a, keyClassicIdle, defaultIdle, inSeconds(leastIdle, mostIdle))
		lb.Drain = drainOf(a)
		lb.fits(a)
		return
	}
	if lb.Kind == Network || lb.Kind == Gateway {
		lb.fits(a) // none of their own attributes concerns a WebSocket
		return
	}
	lb.Idle = setting(a, keyIdle, defaultIdle, inSeconds(leastIdle, mostIdle))
	lb.PreserveHost = setting(a, keyPreserveHost, false, onOff())
	lb.DropInvalid = setting(a, keyDropInvalid, false, onOff())
	lb.Desync = setting(a, keyDesync, "defensive", oneOf("monitor", "defensive", "strictest"))
	lb.Forwarded = setting(a, keyForwarded, "append", oneOf("append", "preserve", "remove"))
	lb.fits(a)
}

// drainOf is how long a Classic ELB leaves connections to an instance that goes: not at all unless draining is on
// (classic/config-conn-drain.html).
func drainOf(a Attributes) hop.Setting[time.Duration] {
	on := setting(a, keyClassicDraining, false, onOff())
	length := setting(a, keyClassicDrainTime, defaultDrain, inSeconds(time.Second, mostDrain))
	switch enabled, known := on.Get(); {
	case !known:
		return hop.Unknown[time.Duration](on.Name, on.Pos, on.Why())
	case enabled:
		return length
	case on.IsDefault():
		return hop.Default(on.Name, time.Duration(0), on.Pos)
	}
	return hop.Written(on.Name, time.Duration(0), on.Pos)
}

// Apply fills in what the attributes of an NLB's listener say. Only TCP listeners have an idle timeout to set.
func (l *Listener) Apply(a Attributes) {
	kind := Network
	if l.speaksHTTP() {
		kind = Application
	}
	l.misfits = misfits(a, OfListener, kind, l.Protocol)
	// The API takes the attribute for TCP_UDP listeners as well; the provider of Terraform does not pass it on.
	_, written := a.Values[keyTCPIdle]
	switch {
	case l.Protocol == "TCP", l.Protocol == "TCP_UDP" && written && !a.Dropped:
		l.Idle = setting(a, keyTCPIdle, defaultTCPIdle, inSeconds(leastTCPIdle, mostTCPIdle))
	default:
		l.Idle = hop.Default("idle timeout of "+l.Protocol+" listeners", defaultTCPIdle, l.Pos)
		l.Idle.As = hop.Fixed
	}
}

// Apply fills in what the attributes of a target group say.
func (g *TargetGroup) Apply(a Attributes) {
	g.misfits = misfits(a, OfGroup, "", "")
	g.Drain = setting(a, KeyDrain, defaultDrain, inSeconds(0, mostDrain))
	g.ProxyProtocol = setting(a, keyProxy, false, onOff())
	g.DrainCuts = setting(a, keyDrainCuts, false, onOff())
	g.Sticky = setting(a, KeySticky, false, onOff())
	g.Keeps = keeps(a)
	// network/edit-target-group-attributes.html: on by default, except for IP targets over TCP or TLS.
	g.PreserveClient = setting(a, keyPreserve, g.preserves(), onOff())
}

// keeps is how long the cookie of a sticky group lives (application/edit-target-group-attributes.html): a day by
// default, a week at most.
func keeps(a Attributes) hop.Setting[time.Duration] {
	whatever := valueKind[string]{parse: func(s string) (string, error) { return s, nil }}
	kind, _ := setting(a, keyStickyType, "", whatever).Get()
	switch kind {
	case "lb_cookie":
		return setting(a, KeyStickyCookie, mostCookie/7, inSeconds(time.Second, mostCookie))
	case "app_cookie":
		return setting(a, KeyStickyAppCookie, mostCookie/7, inSeconds(time.Second, mostCookie))
	}
	return hop.Default[time.Duration]("", 0, a.Pos)
}

// mostCookie is the longest that a cookie of a sticky group can live.
const mostCookie = 7 * 24 * time.Hour

// KeepsClients reports whether a group with these attributes keeps a client at one target for a whole session, so that
// it does not matter how many targets there are.
func KeepsClients(values map[string]string) bool {
	s := keeps(Answered(values, hop.Pos{}))
	d, known := s.Get()
	return values[KeySticky] == "true" && (s.Name == "" || known && d >= hop.LongSession)
}

// preserves reports whether targets see the client's address unless it is said otherwise
// (network/edit-target-group-attributes.html, "Client IP preservation").
func (g *TargetGroup) preserves() bool {
	switch g.Type {
	case "alb":
		return false
	case "ip":
		return slices.Contains([]string{"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"}, g.Protocol)
	}
	return true
}
