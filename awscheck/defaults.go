package awscheck

import (
	"fmt"
	"strconv"
	"time"

	"github.com/wslint/wslint/hop"
)

// The attributes that change what becomes of a WebSocket. All others raise nothing: client_keep_alive.seconds acts on the next
// response, which a tunnel never has; routing.http2.enabled does not concern HTTP/1.1 connections; the header attributes of
// listeners rename or add headers that no handshake needs.
const (
	KeyIdle         = "idle_timeout.timeout_seconds"
	keyPreserveHost = "routing.http.preserve_host_header.enabled"
	keyDropInvalid  = "routing.http.drop_invalid_header_fields.enabled"
	keyDesync       = "routing.http.desync_mitigation_mode"
	keyForwarded    = "routing.http.xff_header_processing.mode"
	KeyTCPIdle      = "tcp.idle_timeout.seconds"
	keyProxy        = "proxy_protocol_v2.enabled"
	keyPreserve     = "preserve_client_ip.enabled"
	keyDrain        = "deregistration_delay.timeout_seconds"
	keyDrainCuts    = "deregistration_delay.connection_termination.enabled"
	KeySticky       = "stickiness.enabled"
)

// The defaults and fixed values of AWS.
const (
	// defaultIdle of an ALB and a Classic ELB: application/edit-load-balancer-attributes.html, classic/config-idle-timeout.html.
	defaultIdle = 60 * time.Second
	// defaultTCPIdle of an NLB; of its TLS listeners it is fixed: network/update-idle-timeout.html.
	defaultTCPIdle = 350 * time.Second
	// The most that idle timeouts can be set to, from the same pages.
	mostIdle, mostTCPIdle = 4000 * time.Second, 6000 * time.Second
	// defaultDrain: application/edit-target-group-attributes.html.
	defaultDrain = 300 * time.Second
)

// Attributes are a resource's attributes as the API or a file has them, and where a missing one could be written.
type Attributes struct {
	Values map[string]string
	Pos    hop.Pos
	// Unread says why the attributes are not known; "" when they are.
	Unread string
}

// setting reads one attribute. AWS lists defaults like written values; an attribute that is missing is younger than the answer, or
// left out by an emulator: its default is then assumed, and the setting says so.
func setting[T any](a Attributes, key string, fallback T, parse func(string) (T, error)) hop.Setting[T] {
	if a.Unread != "" {
		return hop.Unknown[T](key, a.Pos, key+" is not known: "+a.Unread)
	}
	text, ok := a.Values[key]
	if !ok {
		return assumed(key, fallback, a.Pos)
	}
	v, err := parse(text)
	if err != nil {
		return hop.Unknown[T](key, a.Pos, fmt.Sprintf("%s is %q, which is not understood", key, text))
	}
	return hop.Written(key, v, a.Pos)
}

// assumed is the default of a setting that an answer lacks.
func assumed[T any](key string, v T, pos hop.Pos) hop.Setting[T] {
	s := hop.Default(key, v, pos)
	s.As = hop.Assumed
	return s
}

func parseSeconds(s string) (time.Duration, error) {
	n, err := strconv.Atoi(s)
	return time.Duration(n) * time.Second, err
}

func parseText(s string) (string, error) { return s, nil }

// Apply fills in what the attributes of an ALB say.
func (lb *LoadBalancer) Apply(a Attributes) {
	lb.Idle = setting(a, KeyIdle, defaultIdle, parseSeconds)
	lb.PreserveHost = setting(a, keyPreserveHost, false, strconv.ParseBool)
	lb.DropInvalid = setting(a, keyDropInvalid, false, strconv.ParseBool)
	lb.Desync = setting(a, keyDesync, "defensive", parseText)
	lb.Forwarded = setting(a, keyForwarded, "append", parseText)
}

// Apply fills in what the attributes of an NLB's listener say. Only TCP listeners have an idle timeout to set.
func (l *Listener) Apply(a Attributes) {
	switch l.Protocol {
	case "TCP":
		l.Idle = setting(a, KeyTCPIdle, defaultTCPIdle, parseSeconds)
	default:
		l.Idle = hop.Default("idle timeout of "+l.Protocol+" listeners", defaultTCPIdle, l.Pos)
		l.Idle.As = hop.Fixed
	}
}

// Apply fills in what the attributes of a target group say.
func (g *TargetGroup) Apply(a Attributes) {
	g.Drain = setting(a, keyDrain, defaultDrain, parseSeconds)
	g.ProxyProtocol = setting(a, keyProxy, false, strconv.ParseBool)
	g.DrainCuts = setting(a, keyDrainCuts, false, strconv.ParseBool)
	g.Sticky = setting(a, KeySticky, false, strconv.ParseBool)
	// network/edit-target-group-attributes.html: on by default, except for IP targets over TCP or TLS.
	g.PreserveClient = setting(a, keyPreserve, g.Type != "ip" && g.Type != "alb", strconv.ParseBool)
}
