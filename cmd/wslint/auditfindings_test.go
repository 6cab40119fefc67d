package main

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// TestAuditOfWhatCarriesNone: a load balancer that passes no WebSocket on is not reported by an audit, unless it is
// named.
func TestAuditOfWhatCarriesNone(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "api", "60")
	w.Region(account, "eu-west-1").Groups[0].Fields["ProtocolVersion"] = "GRPC"
	onDouble(t, w)
	if code, stdout, _ := runMain("", "audit", "--ping", "75s"); code != exitClean ||
		!strings.HasPrefix(
			stdout,
			"no load balancer that can carry a WebSocket: read 1 of 1 region in 1 account, 1 of 1 load balancer",
		) {
		t.Errorf("code %d\n%s", code, stdout)
	}
	if code, stdout, _ := runMain("", "audit", "--ping", "75s", "--lb", "api"); code != exitFindings ||
		!strings.Contains(
			stdout,
			"error[handler-cannot-upgrade]: alb/api (eu-west-1, account 111111111111) answers the handshake with 464",
		) {
		t.Errorf("code %d\n%s", code, stdout)
	}
	if code, stdout, stderr := runMain("", "audit", "--output", "sarif"); code != exitClean ||
		!strings.Contains(stdout, "sarif") ||
		!strings.Contains(stderr, "read 1 of 1 region") {
		t.Errorf("code %d\n%s%s", code, stdout, stderr)
	}
}

// TestAuditOfSessions: targets that do not keep a client are found where somebody says that the application is
// directly behind them, and a snapshot that was taken with the same declaration says the same.
func TestAuditOfSessions(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "chat", "60")
	w.NLB(account, "eu-west-1", "edge", "TCP", "350")
	for _, g := range w.Region(account, "eu-west-1").Groups {
		g.Targets = []string{"healthy", "healthy"}
	}
	onDouble(t, w)
	const want = "warning[no-session-affinity]: target group chat spreads the requests of one session over 2 servers"
	code, named, _ := runMain("", "audit", "--app", "socket.io", "--lb", "chat")
	if code != exitClean || !strings.Contains(named, want) ||
		!strings.Contains(named, "Key=stickiness.enabled,Value=true Key=stickiness.type,Value=lb_cookie") ||
		strings.Contains(named, "--load-balancer-arn") {
		t.Errorf("code %d\n%s", code, named)
	}
	if _, stdout, _ := runMain("", "audit", "--app", "socket.io", "--lb", "edge"); !strings.Contains(
		stdout,
		"target group edge spreads",
	) ||
		!strings.Contains(stdout, "Value=source_ip") {
		t.Errorf("of an NLB:\n%s", stdout)
	}
	before := w.Calls()["DescribeTargetHealth"]
	if _, stdout, _ := runMain("", "audit", "--app", "socket.io"); !strings.HasPrefix(stdout, "no findings") ||
		strings.Contains(stdout, "one server") ||
		w.Calls()["DescribeTargetHealth"] != before {
		t.Errorf("where nobody says what is directly behind a load balancer:\n%s", stdout)
	}
	_, plain, _ := runMain("", "snapshot")
	put(
		t,
		".wslint.yaml",
		"paths:\n  - {url: \"wss://chat.example.com/socket.io/\", through: [alb/chat], app: socket.io}\n",
	)
	_, declared, _ := runMain("", "audit")
	if !strings.Contains(declared, want) || !strings.Contains(declared, "path: wss://chat.example.com/socket.io/") {
		t.Errorf("declared:\n%s", declared)
	}
	code, snapshot, stderr := runMain("", "snapshot")
	put(t, "lbs.json", snapshot)
	if _, offline, _ := runMain("", "audit", "--from", "lbs.json"); code != exitClean || offline != declared {
		t.Errorf("from the snapshot: code %d, %s\n%s\nlive:\n%s", code, stderr, offline, declared)
	}
	put(t, "lbs.json", plain)
	if _, offline, _ := runMain("", "audit", "--from", "lbs.json"); strings.Contains(offline, "no-session-affinity") ||
		!strings.Contains(offline, "whether all requests of a client reach one server of target group chat is unknown") {
		t.Errorf("from a snapshot that does not say:\n%s", offline)
	}
	if code, stdout, stderr := runMain("", "snapshot", "--app", "nope"); code != exitUsage || stdout != "" ||
		stderr != "wslint: --app nope is not known (wslint apps lists all)\n" {
		t.Errorf("code %d, %s", code, stderr)
	}
}

// TestAuditOfWhatWasNotRead: the default of a load balancer that a path names and that was not read is no fact about
// it.
func TestAuditOfWhatWasNotRead(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "3600")
	w.ALB(account, "eu-west-1", "other", "3600")
	onDouble(t, w)
	put(
		t,
		".wslint.yaml",
		"keepalive: {every: 75s}\npaths:\n  - {url: \"wss://a.example.com/ws\", through: [alb/gone]}\n"+
			"  - {url: \"wss://b.example.com/ws\", through: [alb/other]}\n",
	)
	if code, stdout, _ := runMain("", "audit"); code != exitFindings || strings.Contains(stdout, "60s") ||
		!strings.Contains(stdout, "error[path-hop-missing]: there is no load balancer alb/gone: ") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	if code, stdout, _ := runMain("", "audit", "--lb", "web"); code != exitClean ||
		!strings.Contains(stdout, "no findings: read 1 of 1 region in 1 account, 1 of 1 load balancer, 1 endpoint\n") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	put(
		t,
		".wslint.yaml",
		"keepalive: {every: 75s}\nhops: {alb/gone: {idle: 70s}}\npaths:\n  - {url: \"wss://a.example.com/ws\", through: "+
			"[alb/gone]}\n",
	)
	if code, stdout, _ := runMain("", "audit"); code != exitFindings ||
		!strings.Contains(stdout, "closes idle connections after 70s") {
		t.Errorf("a declared one: code %d\n%s", code, stdout)
	}
}

// TestAuditOfHealthChecks: a health check that asks for the WebSocket's path is found where targets are seen to fail
// it.
func TestAuditOfHealthChecks(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "chat", "60")
	g := w.Region(account, "eu-west-1").Groups[0]
	g.Targets, g.Fields["HealthCheckPath"], g.Fields["Matcher"] = []string{
		"unhealthy 426",
		"healthy",
	}, "/ws", awstest.Any{
		"HttpCode": "200",
	}
	onDouble(t, w)
	put(
		t,
		".wslint.yaml",
		"keepalive: {every: 25s}\npaths:\n  - {url: \"wss://chat.example.com/ws\", through: [alb/chat]}\n",
	)
	code, stdout, _ := runMain("", "audit")
	if code != exitClean ||
		!strings.Contains(
			stdout,
			"warning[health-check-on-websocket-path]: the health check of target group chat requests /ws without Upgrade: 1 "+
				"of 2 targets answer 426",
		) {
		t.Errorf("code %d\n%s", code, stdout)
	}
	g.Fields["HealthCheckPath"] = "/health"
	if code, stdout, _ := runMain("", "audit"); code != exitClean || !strings.HasPrefix(stdout, "no findings") {
		t.Errorf("code %d\n%s", code, stdout)
	}
}

// TestAuditOfReuse: the nginx behind an ALB that was raised closes idle connections first, and a finding says so.
func TestAuditOfReuse(t *testing.T) {
	w := awstest.New(account)
	b := w.ALB(account, "eu-west-1", "web", "3600")
	onDouble(t, w)
	const want = "info[stale-connection-reused]: nginx location /ws closes idle connections after 75s, but alb/web " +
		"reuses them for 1h"
	for conf, found := range map[string]bool{
		raisedNginx: true,
		strings.Replace(raisedNginx, "listen 8080;", "listen 8080; keepalive_timeout 3600s;", 1):          true,
		strings.Replace(raisedNginx, "listen 8080;", "listen 8080; keepalive_timeout 3601s;", 1):          false,
		strings.Replace(raisedNginx, "listen 8080;", "listen 8080; keepalive_timeout 0;", 1):              false,
		strings.Replace(raisedNginx, "proxy_http_version", "keepalive_timeout 2h; proxy_http_version", 1): false,
		strings.Replace(raisedNginx, "listen 8080;", "listen 8080; include other.conf;", 1):               false,
		strings.Replace(raisedNginx, "proxy_http_version", "keepalive_timeout 5s; proxy_http_version", 1): true,
		// What http says of a fragment nobody knows.
		strings.TrimSuffix(strings.TrimPrefix(raisedNginx, "events {}\nhttp {\n"), "}\n"):                              false,
		"# the server closes first\n" + strings.Replace(raisedNginx, "http {", "http { keepalive_timeout 10s 60s;", 1): true,
	} {
		put(t, "nginx.conf", conf)
		_, stdout, _ := runMain("", "audit", "--ping", "25s", "--nginx", "nginx.conf")
		if strings.Contains(stdout, "stale-connection-reused") != found ||
			conf == raisedNginx && !strings.Contains(stdout, want) {
			t.Errorf("%s\n%s", conf, stdout)
		}
	}
	put(t, "nginx.conf", raisedNginx)
	b.Attributes["idle_timeout.timeout_seconds"] = "60"
	if _, stdout, _ := runMain("", "audit", "--ping", "25s", "--nginx", "nginx.conf"); !strings.HasPrefix(
		stdout,
		"no findings",
	) {
		t.Errorf("at 60s:\n%s", stdout)
	}
}

// harmless are attributes that are believed to break WebSockets and do not, or not as far as anybody can tell: of an
// ALB, of its listeners, of its target groups and of those of an NLB.
var harmless = map[string][]string{
	"lb": {
		"client_keep_alive.seconds=60", "routing.http2.enabled=false", "routing.http.xff_client_port.enabled=true",
		"routing.http.drop_invalid_header_fields.enabled=true",
		"routing.http.preserve_host_header.enabled=true", "routing.http.xff_header_processing.mode=remove",
		"routing.http.desync_mitigation_mode=monitor",
		"routing.http.desync_mitigation_mode=strictest", "routing.http.x_amzn_tls_version_and_cipher_suite.enabled=true",
		"waf.fail_open.enabled=false", "waf.fail_open.enabled=true",
		"zonal_shift.config.enabled=true", "load_balancing.cross_zone.enabled=false", "access_logs.s3.enabled=false",
		"connection_logs.s3.enabled=false",
		"health_check_logs.s3.enabled=false", "ipv6.deny_all_igw_traffic=true", "deletion_protection.enabled=false",
	},
	"listener": {
		"routing.http.request.x_amzn_mtls_clientcert.header_name=X-Cert", "routing.http.response.server.enabled=false",
		"routing.http.response.strict_transport_security.header_value=max-age=31536000",
		"routing.http.response.access_control_allow_origin.header_value=*",
		"routing.http.response.content_security_policy.header_value=default-src 'self'",
		"routing.http.response.x_frame_options.header_value=DENY",
	},
	"group": {
		"load_balancing.algorithm.type=round_robin", "load_balancing.algorithm.type=weighted_random",
		"slow_start.duration_seconds=900", "stickiness.enabled=false", "stickiness.enabled=true",
		"stickiness.lb_cookie.duration_seconds=1", "deregistration_delay.timeout_seconds=0",
		"deregistration_delay.timeout_seconds=1", "load_balancing.cross_zone.enabled=false",
		"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count=2",
		"load_balancing.algorithm.anomaly_mitigation=on",
	},
	"network": {
		"deregistration_delay.timeout_seconds=0", "deregistration_delay.connection_termination.enabled=true",
		"preserve_client_ip.enabled=false", "stickiness.enabled=true",
		"target_health_state.unhealthy.connection_termination.enabled=true",
		"target_health_state.unhealthy.draining_interval_seconds=10", "load_balancing.cross_zone.enabled=true",
		"target_group_health.dns_failover.minimum_healthy_targets.count=2",
	},
}

// TestAuditOfHarmless holds every rule silent about what does not matter, on load balancers that are picked by name,
// with an nginx behind them.
func TestAuditOfHarmless(t *testing.T) {
	w := awstest.New(account)
	b := w.ALB(account, "eu-west-1", "web", "60")
	w.NLB(account, "eu-west-1", "edge", "TLS", "")
	onDouble(t, w)
	put(t, "nginx.conf", raisedNginx)
	groups := w.Region(account, "eu-west-1").Groups
	b.Listeners[1].Attributes = map[string]string{}
	of := map[string]map[string]string{
		"lb":       b.Attributes,
		"listener": b.Listeners[1].Attributes,
		"group":    groups[0].Attributes,
		"network":  groups[1].Attributes,
	}
	for kind, list := range harmless {
		for _, setting := range list {
			key, value, _ := strings.Cut(setting, "=")
			before, had := of[kind][key]
			of[kind][key] = value
			code, stdout, stderr := runMain(
				"",
				"audit",
				"--ping",
				"25s",
				"--lb",
				"web",
				"--lb",
				"edge",
				"--nginx",
				"nginx.conf",
				"--fail-on",
				"info",
			)
			if code != exitClean || stderr != "" || !strings.HasPrefix(stdout, "no findings: ") ||
				strings.Contains(stdout, "unknown") {
				t.Errorf("%s %s: code %d %s\n%s", kind, setting, code, stderr, stdout)
			}
			if of[kind][key] = before; !had {
				delete(of[kind], key)
			}
		}
	}
}

// TestAuditOfDrains: what ends connections at once when a target goes is found where AWS documents that it does.
func TestAuditOfDrains(t *testing.T) {
	w := awstest.New(account)
	w.NLB(account, "eu-west-1", "edge", "TLS", "")
	a := w.Region(account, "eu-west-1").Groups[0].Attributes
	a["deregistration_delay.timeout_seconds"], a["deregistration_delay.connection_termination.enabled"] = "0", "true"
	w.CLB(account, "eu-west-1", "old", 90).Attributes["ConnectionDraining"] = awstest.Any{"Enabled": false}
	onDouble(t, w)
	code, stdout, _ := runMain("", "audit", "--ping", "25s")
	if code != exitClean || strings.Count(stdout, "warning[drain-closes-at-once]") != 2 ||
		!strings.Contains(stdout, "at once (deregistration_delay.timeout_seconds)") ||
		!strings.Contains(stdout, "at once (ConnectionDraining.Enabled)") {
		t.Errorf("code %d\n%s", code, stdout)
	}
}
