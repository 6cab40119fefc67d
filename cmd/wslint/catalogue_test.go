package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
	"github.com/wslint/wslint/rules"
)

// A fault is one of the faults that docs/aws.md lists, at the load balancers of a small world, and what is said of it.
type fault struct {
	id     string
	url    string                      // of a browser; "" for wss://chat.example.com/ws
	world  func(nlb *awstest.Balancer) // what it needs to be like in any case
	breaks func(w *awstest.World, alb *awstest.Balancer, nlb *awstest.Balancer, old *awstest.Classic)
	lb     string // through which it goes: "alb/web" when it is ""
	more   string // of the path's declaration
	want   string // the rule that finds it, or words among what is unknown or noted
}

func group(w *awstest.World, i int) *awstest.Group { return w.Region(account, "eu-west-1").Groups[i] }

// rule puts a rule in front of the ALB's default action.
func rule(alb *awstest.Balancer, field, value string, more awstest.Any, actions ...any) {
	config := map[string]string{"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}[field]
	r := awstest.Any{
		"Priority":   "1",
		"Conditions": []any{awstest.Any{"Field": field, config: awstest.Any{"Values": []any{value}}}},
		"Actions":    actions,
	}
	for k, v := range more {
		r[k] = v
	}
	alb.Listeners[1].Rules = []awstest.Any{r}
}

var faults = []fault{
	{id: "AWS001", breaks: func(_ *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
		alb.Attributes["idle_timeout.timeout_seconds"] = "25"
	}, want: "idle-timeout-below-ping"},
	{id: "AWS002", lb: "clb/old", breaks: func(_ *awstest.World, _, _ *awstest.Balancer, old *awstest.Classic) {
		old.Attributes["ConnectionSettings"] = awstest.Any{"IdleTimeout": 20}
	}, want: "idle-timeout-below-ping"},
	{
		id:  "AWS003",
		lb:  "clb/old",
		url: "ws://chat.example.com/ws",
		breaks: func(_ *awstest.World, _, _ *awstest.Balancer, old *awstest.Classic) {
			old.Fields["ListenerDescriptions"] = []any{
				awstest.Any{
					"Listener": awstest.Any{
						"Protocol":         "HTTP",
						"LoadBalancerPort": 80,
						"InstanceProtocol": "HTTP",
						"InstancePort":     8080,
					},
				},
			}
		},
		want: "upgrade-not-forwarded",
	},
	{id: "AWS004", url: "ws://chat.example.com/ws", want: "redirect-on-websocket-path"},
	{id: "AWS005", more: ", app: signalr", breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
		group(w, 0).Targets = []string{"healthy", "healthy"}
	}, want: "no-session-affinity"},
	{id: "AWS006", lb: "nlb/edge", breaks: func(_ *awstest.World, _, nlb *awstest.Balancer, _ *awstest.Classic) {
		nlb.Listeners[0].Fields["Protocol"] = "TCP"
		nlb.Listeners[0].Attributes["tcp.idle_timeout.seconds"] = "60"
	}, more: ", keepalive: {every: 60s}", want: "idle-timeout-below-ping"},
	{id: "AWS007", lb: "nlb/edge", breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
		a := group(w, 1).Attributes
		a["deregistration_delay.timeout_seconds"], a["deregistration_delay.connection_termination.enabled"] = "0", "true"
	}, want: "drain-closes-at-once"},
	{id: "AWS008", breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
		group(w, 0).Fields["HealthCheckPath"], group(w, 0).Targets = "/ws", []string{"unhealthy 400"}
	}, want: "health-check-on-websocket-path"},
	{id: "AWS009", breaks: func(w *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
		rule(
			alb,
			"path-pattern",
			"/ws",
			nil,
			awstest.Any{
				"Type":                   "authenticate-oidc",
				"Order":                  1,
				"AuthenticateOidcConfig": awstest.Any{"OnUnauthenticatedRequest": "deny"},
			},
			awstest.Any{"Type": "forward", "Order": 2, "TargetGroupArn": group(w, 0).ARN},
		)
	}, want: "it passes only with the AWSELBAuthSessionCookie of a log-in and gets 401 without"},
	{id: "AWS010", breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
		group(w, 0).Fields["ProtocolVersion"] = "HTTP2"
	}, want: "handler-cannot-upgrade"},
	{id: "AWS011", breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
		group(w, 0).Fields["TargetType"] = "lambda"
	}, want: "handler-cannot-upgrade"},
	{id: "AWS012", breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
		group(w, 0).Fields["TargetControlPort"] = 3000
	}, want: "handler-cannot-upgrade"},
	{id: "AWS013", breaks: func(w *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
		rule(
			alb,
			"path-pattern",
			"/ws",
			nil,
			awstest.Any{"Type": "jwt-validation", "Order": 1},
			awstest.Any{"Type": "forward", "Order": 2, "TargetGroupArn": group(w, 0).ARN},
		)
	}, want: "browser-cannot-authenticate"},
	{
		id: "AWS014",
		lb: "nlb/edge, nginx: nginx.conf",
		breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
			group(w, 1).Attributes["proxy_protocol_v2.enabled"] = "true"
		},
		want: "proxy-protocol-mismatch",
	},
	{id: "AWS015", breaks: func(w *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
		rule(
			alb,
			"path-pattern",
			"/ws*",
			nil,
			awstest.Any{"Type": "fixed-response", "FixedResponseConfig": awstest.Any{"StatusCode": "404"}},
		)
	}, want: "handler-cannot-upgrade"},
	{id: "AWS018", lb: "nlb/edge", breaks: func(w *awstest.World, _, _ *awstest.Balancer, _ *awstest.Classic) {
		a := group(w, 1).Attributes
		a["deregistration_delay.timeout_seconds"], a["deregistration_delay.connection_termination.enabled"] = "0", "true"
	}, want: "drain-closes-at-once"},
	{
		id: "AWS019",
		lb: "alb/web, nginx: nginx.conf",
		breaks: func(_ *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
			alb.Attributes["idle_timeout.timeout_seconds"] = "3600"
		},
		want: "stale-connection-reused",
	},
	{id: "AWS024", breaks: func(w *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
		rule(
			alb,
			"path-pattern",
			"/ws",
			awstest.Any{
				"Transforms": []any{
					awstest.Any{
						"Type": "host-header-rewrite",
						"HostHeaderRewriteConfig": awstest.Any{
							"Rewrites": []any{awstest.Any{"Regex": "^(.*)$", "Replace": "internal.example.net"}},
						},
					},
				},
			},
			awstest.Any{"Type": "forward", "TargetGroupArn": group(w, 0).ARN},
		)
	}, want: "host-not-forwarded"},
	{
		id:   "AWS025",
		lb:   "alb/web, nitro-v6",
		more: ", keepalive: {every: 400s}",
		breaks: func(_ *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
			alb.Attributes["idle_timeout.timeout_seconds"] = "3600"
		},
		want: "idle-timeout-below-ping",
	},
	{
		id:    "AWS028",
		lb:    "nlb/edge, alb/web",
		world: func(nlb *awstest.Balancer) { nlb.Listeners[0].Fields["Protocol"] = "TCP" },
		breaks: func(_ *awstest.World, alb, _ *awstest.Balancer, _ *awstest.Classic) {
			alb.Attributes["idle_timeout.timeout_seconds"] = "20"
		},
		want: "idle-timeout-below-ping",
	},
	{id: "AWS029", lb: "clb/old", breaks: func(_ *awstest.World, _, _ *awstest.Balancer, old *awstest.Classic) {
		old.Attributes["ConnectionDraining"] = awstest.Any{"Enabled": false}
	}, want: "drain-closes-at-once"},
}

// TestCatalogue: each fault of the table in docs/aws.md is found by the rule that the table names, or said to be
// unknown in these words, and by nothing else; without the fault nothing is found.
func TestCatalogue(t *testing.T) {
	for _, f := range faults {
		for _, broken := range []bool{true, false} {
			w := awstest.New(account)
			alb := w.ALB(account, "eu-west-1", "web", "60")
			nlb := w.NLB(account, "eu-west-1", "edge", "TLS", "")
			old := w.CLB(account, "eu-west-1", "old", 60)
			if f.world != nil {
				f.world(nlb)
			}
			if broken && f.breaks != nil {
				f.breaks(w, alb, nlb, old)
			}
			onDouble(t, w)
			put(t, "nginx.conf", raisedNginx)
			url, lb, more := f.url, f.lb, f.more
			if url == "" || !broken {
				url = "wss://chat.example.com/ws"
			}
			if lb == "" {
				lb = "alb/web"
			}
			if !broken {
				more = ""
			}
			put(t, ".wslint.yaml", "keepalive: {every: 25s}\npaths:\n  - {url: \""+url+"\", through: ["+lb+"]"+more+"}\n")
			_, stdout, stderr := runMain(
				"",
				"audit",
				"--lb",
				strings.FieldsFunc(lb, func(r rune) bool { return r == '/' || r == ',' })[1],
				"--lb",
				"web",
				"--lb",
				"edge",
			)
			found := map[string]bool{}
			for _, m := range regexp.MustCompile(`(?m)^(?:error|warning|info)\[([a-z0-9-]+)\]`).FindAllStringSubmatch(stdout,
				-1) {
				found[m[1]] = true
			}
			want := map[bool]int{true: 1}[broken && !strings.Contains(f.want, " ")]
			if stderr != "" || len(found) != want || want == 1 && !found[f.want] ||
				broken && want == 0 && !strings.Contains(stdout, f.want) {
				t.Errorf("%s, broken: %v: want %s\n%s%s", f.id, broken, f.want, stdout, stderr)
			}
		}
	}
}

// TestCatalogueTable holds the table of docs/aws.md against the faults above: it has every number once, and names the
// rules that exist.
func TestCatalogueTable(t *testing.T) {
	guide, err := os.ReadFile("../../docs/aws.md")
	if err != nil {
		t.Fatal(err)
	}
	row := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| (AWS\d{3}) \| [^|]* \| (.*) \|$`).FindAllStringSubmatch(string(guide),
		-1) {
		if row[m[1]] != "" {
			t.Errorf("%s stands there twice", m[1])
		}
		row[m[1]] = m[2]
	}
	if len(row) != 34 {
		t.Errorf("%d rows", len(row))
	}
	for _, f := range faults {
		if strings.Contains(f.want, " ") {
			continue
		}
		if _, known := rules.Page(f.want); !known || !strings.Contains(row[f.id], "`"+f.want+"`") {
			t.Errorf("%s is judged by %s, and the table says: %s", f.id, f.want, row[f.id])
		}
	}
	for id, text := range row {
		for _, m := range regexp.MustCompile("`([a-z0-9]+(?:-[a-z0-9]+){2,})`").FindAllStringSubmatch(text, -1) {
			if _, known := rules.Page(m[1]); !known {
				t.Errorf("%s: there is no rule %s", id, m[1])
			}
		}
	}
}
