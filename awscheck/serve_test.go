package awscheck

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// handshake is a browser's, at a port of a load balancer.
func handshake(url string, lines ...string) hop.Request {
	tls := strings.HasPrefix(url, "wss:")
	host, target, _ := strings.Cut(url[strings.Index(url, "//")+2:], "/")
	port := map[bool]string{true: "443", false: "80"}[tls]
	name := host
	if h, p, ok := strings.Cut(host, ":"); ok {
		name, port = h, p
	}
	r := hop.Request{
		Method: "GET",
		Host:   name,
		Target: "/" + target,
		TLS:    tls,
		Addr:   "lb.example.com:" + port,
		Header: map[string][]hop.Setting[string]{},
		Client: netip.MustParseAddrPort("198.51.100.9:50000"),
		Proto:  hop.Written("version", "1.1", hop.Pos{}),
	}
	for _, l := range append([]string{"Host: " + host, "Upgrade: websocket", "Connection: Upgrade",
		"Sec-Websocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-Websocket-Version: 13"}, lines...) {
		k, v, _ := strings.Cut(l, ": ")
		set(&r, k, v, hop.Pos{})
	}
	return r
}

func group(name string, change ...func(*TargetGroup)) Weighted {
	g := &TargetGroup{Name: name, Pos: hop.Pos{File: name}, Protocol: "HTTP", Type: "instance", Port: 8080}
	g.Apply(Attributes{Pos: g.Pos})
	for _, c := range change {
		c(g)
	}
	return Weighted{Group: g, Name: name, Weight: 1}
}

func forwardTo(w ...Weighted) []Action { return []Action{{Type: "forward", Groups: w}} }

func alb(rules ...Rule) *LoadBalancer {
	lb := &LoadBalancer{Kind: Application, Name: "web", DNSName: "lb.example.com", Pos: hop.Pos{File: "arn:lb"}}
	lb.Apply(Answered(map[string]string{keyIdle: "90"}, lb.Pos))
	for i := range rules {
		rules[i].Priority = fmt.Sprint(i + 1)
	}
	lb.Listeners = []Listener{
		{
			Protocol: "HTTP",
			Port:     80,
			Default:  []Action{{Type: "redirect", Redirect: Redirect{Status: 301, Protocol: "HTTPS", Port: "443"}}},
		},
		{Protocol: "HTTPS", Port: 443, Default: forwardTo(group("app")), Rules: rules},
	}
	return lb
}

func atPath(p string, actions ...Action) Rule {
	return Rule{Conditions: []Condition{{Field: "path-pattern", Values: []string{p}}}, Actions: actions}
}

// answer is what became of the handshake, in a word.
func answer(h hop.Hop) string {
	a, known := h.Answer.Get()
	switch {
	case !known:
		return "unknown: " + h.Answer.Why()
	case a.Kind == hop.PassedOn:
		lines, _ := h.Next.Lines("Host")
		return fmt.Sprintf("to %s, %s%s", h.Next.Addr, strings.Join(lines, " "), h.Next.Target)
	case a.Kind == hop.Answered:
		return strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, a.Location))
	}
	return a.Kind.String()
}

func TestApplication(t *testing.T) {
	rule := func(c Condition, actions ...Action) Rule { return Rule{Conditions: []Condition{c}, Actions: actions} }
	fixed := Action{Type: "fixed-response", Status: 404}
	ws := forwardTo(group("ws"))[0]
	const url = "wss://chat.example.com/ws"
	for _, tc := range []struct {
		name string
		lb   *LoadBalancer
		r    hop.Request
		want string
	}{
		{"default", alb(), handshake(url), "to app:8080, chat.example.com/ws"},
		{"redirect", alb(), handshake("ws://chat.example.com/ws?a=1"), "301 https://chat.example.com/ws?a=1"},
		{"tls without tls", alb(), handshake("wss://chat.example.com:80/"), "closed"},
		{"no tls to tls", alb(), handshake("ws://chat.example.com:443/"), "closed"},
		{"no listener", alb(), handshake("wss://chat.example.com:8443/"), "closed"},
		{"path", alb(atPath("/ws", ws)), handshake(url), "to ws:8080, chat.example.com/ws"},
		{"path ignores the query", alb(atPath("/ws", ws)), handshake(url + "?t=/x"), "to ws:8080, chat.example.com/ws?t=/x"},
		{"path minds case", alb(atPath("/WS", ws)), handshake(url), "to app:8080, chat.example.com/ws"},
		{"path without slash", alb(atPath("/ws/*", ws)), handshake(url), "to app:8080, chat.example.com/ws"},
		{"first rule wins", alb(atPath("/w?", fixed), atPath("/ws", ws)), handshake(url), "404"},
		{"host ignores case", alb(rule(Condition{Field: "host-header", Values: []string{"*.Example.com"}}, ws)),
			handshake(url), "to ws:8080, chat.example.com/ws"},
		{"host without port", alb(rule(Condition{Field: "host-header", Values: []string{"chat.example.com"}}, ws)),
			handshake("wss://chat.example.com:443/ws"), "to ws:8080, chat.example.com/ws"},
		{"header", alb(rule(Condition{Field: "http-header", Header: "upgrade", Values: []string{"WebSocket"}}, ws)),
			handshake(url), "to ws:8080, chat.example.com/ws"},
		{"method", alb(rule(Condition{Field: "http-request-method", Values: []string{"POST"}}, fixed)), handshake(url),
			"to app:8080, chat.example.com/ws"},
		{"query", alb(rule(Condition{Field: "query-string", Query: []Pair{{"v", "2*"}}}, ws)), handshake(url + "?a=1&V=20"),
			"to ws:8080, chat.example.com/ws?a=1&V=20"},
		{"any key", alb(rule(Condition{Field: "query-string", Query: []Pair{{"", "1"}}}, ws)), handshake(url + "?a=1"),
			"to ws:8080, chat.example.com/ws?a=1"},
		{"source", alb(rule(Condition{Field: "source-ip", Values: []string{"198.51.100.0/24"}}, fixed)), handshake(url),
			"404"},
		{"regex", alb(rule(Condition{Field: "path-pattern", Regex: []string{`^/(ws|socket)$`}}, ws)), handshake(url),
			"to ws:8080, chat.example.com/ws"},
		{"regex of unknown syntax", alb(rule(Condition{Field: "path-pattern", Regex: []string{`^/(?!ws)`}}, ws)),
			handshake(url), "unknown: whether rule 1 applies is not known: whether the regular expression ^/(?!ws) matches " +
				"/ws is not known"},
		{"regex that matches a part", alb(rule(Condition{Field: "path-pattern", Regex: []string{`ws`}}, ws)), handshake(url),
			"unknown: whether rule 1 applies is not known: whether the regular expression ws matches /ws is not known"},
		{"doubt that does not matter", alb(rule(Condition{Field: "path-pattern", Regex: []string{`ws`}}, ws),
			atPath("/ws", ws)), handshake(url), "to ws:8080, chat.example.com/ws"},
		{"unknown condition", alb(rule(Condition{Field: "moon-phase"}, ws)), handshake(url),
			"unknown: whether rule 1 applies is not known: conditions on moon-phase are not known"},
		{"unknown action", alb(atPath("/ws", Action{Type: "teleport"})), handshake(url),
			`unknown: what the action "teleport" does is not known`},
		{"log-in", alb(atPath("/ws", Action{Type: "authenticate-oidc", Order: 1}, withOrder(ws, 2))), handshake(url),
			"unknown: it passes only with the AWSELBAuthSessionCookie of a log-in and gets a redirect (302) to the identity " +
				"provider without"},
		{"logged in", alb(atPath("/ws", Action{Type: "authenticate-oidc"}, withOrder(ws, 2))),
			handshake(url, "Cookie: AWSELBAuthSessionCookie-0=x"), "to ws:8080, chat.example.com/ws"},
		{"log-in allowed to fail", alb(atPath("/ws", Action{Type: "authenticate-cognito", OnUnauthenticated: "allow"},
			withOrder(ws, 2))), handshake(url), "to ws:8080, chat.example.com/ws"},
		{"jwt", alb(atPath("/ws", Action{Type: "jwt-validation"}, withOrder(ws, 2))), handshake(url), "401"},
		{"jwt with token", alb(atPath("/ws", Action{Type: "jwt-validation"}, withOrder(ws, 2))),
			handshake(url, "Authorization: Bearer x"), "unknown: whether the token in Authorization is valid is not known"},
		{"lambda", alb(atPath("/ws", forwardTo(group("fn", func(g *TargetGroup) { g.Type = "lambda" }))...)), handshake(url),
			"400"},
		{"grpc", alb(atPath("/ws", forwardTo(group("grpc", func(g *TargetGroup) { g.Version = "GRPC" }))...)),
			handshake(url), "464"},
		{"target optimizer", alb(atPath("/ws", forwardTo(group("gpu", func(g *TargetGroup) { g.ControlPort = 3000 }))...)),
			handshake(url), "closed"},
		{"unknown version", alb(atPath("/ws", forwardTo(group("h3", func(g *TargetGroup) { g.Version = "HTTP3" }))...)),
			handshake(url), `unknown: what the protocol version "HTTP3" does to a handshake is not known`},
		{"weights that do not matter", alb(atPath("/ws", forwardTo(group("a"), group("b"))...)), handshake(url),
			"to a:8080, chat.example.com/ws"},
		{"weights that matter",
			alb(atPath("/ws", forwardTo(group("a"), group("b", func(g *TargetGroup) { g.Version = "HTTP2" }))...)),
			handshake(url), "unknown: target groups a (1) and b (1) share the requests by weight, and they treat a handshake " +
				"differently"},
		{"weight zero", alb(atPath("/ws", forwardTo(group("a"), Weighted{Name: "b"})...)), handshake(url),
			"to a:8080, chat.example.com/ws"},
		{"group not read", alb(atPath("/ws", forwardTo(Weighted{Name: "gone", Weight: 1})...)), handshake(url),
			"unknown: the target group gone was not read"},
		{"no group", alb(atPath("/ws", forwardTo()...)), handshake(url), "503"},
		{"url rewrite", alb(transformed(ws, "url-rewrite", `^/ws(.*)$`, "/socket$1x")), handshake(url + "?a=1"),
			"unknown: what url-rewrite ^/ws(.*)$ makes of /ws?a=1 is not known"},
		{"url rewrite without query", alb(transformed(ws, "url-rewrite", `^/ws$`, "/socket")), handshake(url),
			"to ws:8080, chat.example.com/socket"},
		{"host rewrite", alb(transformed(ws, "host-header-rewrite", `^chat\.(.*)$`, "internal.$1")), handshake(url),
			"to ws:8080, internal.example.com/ws"},
		{"rewrite of a part", alb(transformed(ws, "url-rewrite", `/w`, "/x")), handshake(url),
			"unknown: what url-rewrite /w makes of /ws is not known"},
		{"unknown transform", alb(transformed(ws, "mirror", "", "")), handshake(url),
			`unknown: what the transform "mirror" does is not known`},
	} {
		if got := answer(*tc.lb.Serve(tc.r)[0].Hop); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}

func withOrder(a Action, n int) Action { a.Order = n; return a }

func transformed(a Action, kind, regex, replace string) Rule {
	r := atPath("/ws", a)
	r.Transforms = []Transform{{kind, regex, replace}}
	return r
}

func TestApplicationHeaders(t *testing.T) {
	lb := alb()
	lb.Listeners = append(
		lb.Listeners,
		Listener{
			Protocol: "HTTPS",
			Port:     8443,
			Default:  forwardTo(group("app", func(g *TargetGroup) { g.Protocol = "HTTPS" })),
		},
	)
	lb.Apply(Answered(map[string]string{keyDropInvalid: "true"}, hop.Pos{}))
	h := lb.Serve(handshake("wss://chat.example.com:8443/ws", "X_Auth: 1", "X-Forwarded-For: 10.0.0.1",
		"X-Forwarded-Proto: http"))[0].Hop
	for name, want := range map[string]string{
		"Host": "chat.example.com:8443", "Upgrade": "websocket", "Connection": "Upgrade",
		"X-Forwarded-For":   "10.0.0.1, 198.51.100.9",
		"X-Forwarded-Proto": "https", "X-Forwarded-Port": "8443", "X_Auth": "",
	} {
		if lines, why := h.Next.Lines(name); strings.Join(lines, "|") != want {
			t.Errorf("%s: got %q %s, want %q", name, lines, why, want)
		}
	}
	if ok, sure := h.Next.IsUpgrade(); !ok || !sure || !h.Next.TLS {
		t.Errorf("what is passed on is a handshake: %v, sure: %v, TLS: %v", ok, sure, h.Next.TLS)
	}
	// The client names no port where the listener's is not the usual one.
	r := handshake("wss://chat.example.com/ws")
	r.Addr = "lb.example.com:8443"
	if lines, _ := lb.Serve(r)[0].Hop.Next.Lines("Host"); strings.Join(lines, "|") != "chat.example.com:8443" {
		t.Errorf("Host is %q", lines)
	}
}

func TestApplicationTimers(t *testing.T) {
	h := alb().Serve(handshake("wss://a.example.com/"))[0].Hop
	if d, _ := h.Idle[0].Get(); d != 90*time.Second || h.Idle[0].Counts != hop.Bytes || h.Idle[0].Expiry != hop.FIN ||
		h.Idle[0].Restart != hop.Either {
		t.Errorf("idle timer %+v", h.Idle[0])
	}
	if len(h.Life) != 0 {
		t.Errorf("what an ALB does to an open WebSocket when a target is drained is not documented: %+v", h.Life)
	}
	lb := alb()
	lb.Apply(Answered(map[string]string{}, hop.Pos{}))
	idle := lb.Serve(handshake("wss://a.example.com/"))[0].Hop.Idle[0]
	if d, _ := idle.Get(); d != time.Minute || !idle.IsDefault() ||
		!strings.Contains(idle.Setting.String(), "the assumed default idle_timeout.timeout_seconds") {
		t.Errorf("a missing key gives %v %s", d, idle.Setting)
	}
	lb.Apply(Answered(map[string]string{keyIdle: "soon"}, hop.Pos{}))
	if _, known := lb.Idle.Get(); known {
		t.Error("a value that is no number is known")
	}
	lb.Apply(Attributes{Unknown: "AccessDenied"})
	if _, known := lb.Idle.Get(); known || !strings.Contains(lb.Idle.Why(), "AccessDenied") {
		t.Errorf("unread attributes: %s", lb.Idle.Why())
	}
}

// TestHarmless: attributes that do nothing to a WebSocket change nothing.
func TestHarmless(t *testing.T) {
	a, b := alb(), alb()
	b.Apply(Answered(map[string]string{
		keyIdle: "90", "client_keep_alive.seconds": "60", "routing.http2.enabled": "false",
		"routing.http.xff_client_port.enabled":                     "true",
		"routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "true", "zonal_shift.config.enabled": "true",
		"slow_start.duration_seconds": "30",
		"waf.fail_open.enabled":       "false", "access_logs.s3.enabled": "false", "connection_logs.s3.enabled": "false",
		"health_check_logs.s3.enabled": "false",
		"ipv6.deny_all_igw_traffic":    "true", "load_balancing.cross_zone.enabled": "false",
		"deletion_protection.enabled": "false",
	}, b.Pos))
	x, y := a.Serve(handshake("wss://a.example.com/ws"))[0].Hop, b.Serve(handshake("wss://a.example.com/ws"))[0].Hop
	if answer(*x) != answer(*y) || len(x.Idle) != len(y.Idle) || len(x.Life) != len(y.Life) ||
		len(y.Notes) != len(x.Notes) {
		t.Errorf("got %+v\nwant %+v", y, x)
	}
}

func TestUnknownKind(t *testing.T) {
	for kind, want := range map[Kind]string{
		"quantum": `unknown: what a load balancer of type "quantum" does is not known`,
		Gateway:   "unknown: no client connects to a Gateway Load Balancer: it only inspects packets",
	} {
		lb := alb()
		lb.Kind = kind
		if got := answer(*lb.Serve(handshake("wss://a/"))[0].Hop); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestEndpoints(t *testing.T) {
	lb := alb(
		atPath("/api/*", forwardTo(group("grpc", func(g *TargetGroup) { g.Version = "GRPC" }))...),
		atPath("/ws*", forwardTo(group("ws"))...),
	)
	lb.Listeners[1].Default = []Action{{Type: "fixed-response", Status: 404}}
	list := lb.Endpoints()
	if len(list) != 1 || len(list[0].Requests) != 2 || list[0].Name != "alb/web, port 443" {
		t.Fatalf("got %+v", list)
	}
	if got := list[0].Requests[1].Target; got != "/wsx" ||
		answer(*lb.Serve(dressed(list[0].Requests[1]))[0].Hop) != "to ws:8080, lb.example.com/wsx" {
		t.Errorf("the sample for /ws* is %s: %s", got, answer(*lb.Serve(dressed(list[0].Requests[1]))[0].Hop))
	}
}

func dressed(r hop.Request) hop.Request {
	if r.Header == nil {
		r.Header = map[string][]hop.Setting[string]{}
	}
	if _, has := r.Header["Host"]; !has {
		set(&r, "Host", r.Host, hop.Pos{})
	}
	return r
}

func TestGlob(t *testing.T) {
	for _, tc := range []struct {
		pattern, s string
		want       bool
	}{{"*", "", true}, {"/ws*", "/ws/a", true}, {"/ws/*", "/ws", false}, {"/?s", "/ws", true}, {"?", "", false},
		{`/a\*`, "/a*", true}, {`/a\*`, "/ab", false}, {"**a", "a", true}, {"/a", "/ab", false}} {
		if got := glob(tc.pattern, tc.s); got != tc.want {
			t.Errorf("%s and %s: %v", tc.pattern, tc.s, got)
		}
	}
}
