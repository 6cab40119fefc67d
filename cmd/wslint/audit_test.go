package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

const account = "111111111111"

// onDouble starts a world and makes the environment lead the SDK to it.
func onDouble(t *testing.T, w *awstest.World, layers ...awstest.Layer) {
	t.Helper()
	inEnvironment(t, w.Start(t, layers...).URL)
}

// inEnvironment makes the environment lead the SDK to a stand-in for AWS, and goes to an empty directory.
func inEnvironment(t *testing.T, url string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	for k, v := range environment(t, url) {
		t.Setenv(k, v)
	}
}

// environment leads the SDK to a URL, with the keys of the account.
func environment(t testing.TB, url string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "AKIA" + account, "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_REGION":                "eu-west-1",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none",
		"HOME": t.TempDir(),
	}
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const raisedNginx = `events {}
http {
    server {
        listen 8080;
        server_name chat.example.com;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host $http_host;
            proxy_read_timeout 3600s;
        }
    }
}
`

// TestAuditWithoutKeepalive: a default of 60 s is a warning that says what to declare.
func TestAuditWithoutKeepalive(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "60")
	w.ALB(account, "eu-west-1", "raised", "3600")
	onDouble(t, w)
	code, stdout, stderr := runMain("", "audit")
	if code != exitClean || stderr != "" ||
		!strings.Contains(
			stdout,
			"warning[idle-timeout-without-ping]: alb/web closes idle connections after 60s (idle_timeout.timeout_seconds); "+
				"no ping declared",
		) ||
		!strings.Contains(stdout, "loadbalancer/app/web/") ||
		!strings.Contains(stdout, "keepalive: {every: 25s}") ||
		!strings.Contains(stdout, "read 1 of 1 region in 1 account, 2 of 2 load balancers") ||
		strings.Contains(stdout, "raised") {
		t.Errorf("code %d, stderr %q\n%s", code, stderr, stdout)
	}
}

// TestAuditWithKeepalive: the declaration makes it an error.
func TestAuditWithKeepalive(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "60")
	w.ALB(account, "eu-west-1", "silent", "")
	w.NLB(account, "eu-west-1", "edge", "TLS", "")
	w.CLB(account, "eu-west-1", "old", 90)
	onDouble(t, w)
	code, stdout, _ := runMain("", "audit", "--ping", "60s")
	if code != exitFindings || strings.Count(stdout, "error[idle-timeout-below-ping]") != 2 ||
		!strings.Contains(stdout, "60s is the assumed default idle_timeout.timeout_seconds") ||
		!strings.Contains(
			stdout,
			"aws elbv2 modify-load-balancer-attributes --region eu-west-1 --load-balancer-arn "+
				"arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/0000000000000001 --attributes "+
				"Key=idle_timeout.timeout_seconds,Value=130",
		) {
		t.Errorf("code %d\n%s", code, stdout)
	}
	if code, stdout, _ := runMain("", "audit", "--app", "socket.io"); code != exitClean ||
		!strings.HasPrefix(stdout, "no findings: read 1 of 1 region") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	put(t, ".wslint.yaml", "keepalive: {every: 2h}\n")
	if code, stdout, _ := runMain("", "audit", "--lb", "edge"); code != exitFindings ||
		!strings.Contains(
			stdout,
			"nlb/edge silently drops idle connections after 350s (not configurable), but pings come only every 2h",
		) {
		t.Errorf("code %d\n%s", code, stdout)
	}
	code, stdout, _ = runMain("", "audit", "--format", "json", "--lb", "web")
	var out struct {
		Findings []struct {
			File string
			Line *int
		}
		Coverage []struct {
			Account, Region, Status string
			Listed, Read            int
		}
	}
	if err := json.Unmarshal([]byte(stdout), &out); err != nil || code != exitFindings || len(out.Findings) != 1 ||
		!strings.HasPrefix(out.Findings[0].File, "arn:aws:") ||
		out.Findings[0].Line != nil ||
		len(out.Coverage) != 1 ||
		out.Coverage[0].Status != "complete" ||
		out.Coverage[0].Read != 1 {
		t.Errorf("code %d, %v\n%s", code, err, stdout)
	}
}

// TestSeedThread: nginx was raised, the ALB in front of it was not. The live account and its snapshot give the same
// finding.
func TestSeedThread(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "prod-web", "60")
	onDouble(t, w)
	put(t, "nginx.conf", raisedNginx)
	code, live, stderr := runMain("", "audit", "--ping", "75s", "--nginx", "nginx.conf")
	const want = "error[idle-timeout-below-ping]: alb/prod-web closes idle connections after 60s, but pings come " +
		"only every 75s"
	if code != exitFindings || !strings.Contains(live, want) || stderr != "" {
		t.Errorf("live: code %d, stderr %q\n%s", code, stderr, live)
	}
	code, snapshot, stderr := runMain("", "snapshot")
	if code != exitClean || stderr != "read 1 of 1 region in 1 account, 1 of 1 load balancer\n" {
		t.Errorf("snapshot: code %d, stderr %q", code, stderr)
	}
	put(t, "lbs.json", snapshot)
	if code, offline, _ := runMain("", "audit", "--from", "lbs.json", "--ping", "75s", "--nginx",
		"nginx.conf"); code != exitFindings ||
		offline != live {
		t.Errorf("from the snapshot: code %d\n%s\nlive:\n%s", code, offline, live)
	}
	for _, through := range []string{"{aws: lbs.json}", "{aws: lbs.json#alb/prod-web}"} {
		put(
			t,
			".wslint.yaml",
			"paths:\n  - url: wss://chat.example.com/ws\n    through: ["+through+
				", nginx: nginx.conf]\n    keepalive: {every: 75s}\n",
		)
		if code, checked, _ := runMain("", "check", "nginx.conf"); code != exitFindings || !strings.Contains(checked, want) {
			t.Errorf("check through %s: code %d\n%s", through, code, checked)
		}
	}
	for _, name := range []string{"alb/prod-web",
		"arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/prod-web/0000000000000001"} {
		put(
			t,
			".wslint.yaml",
			"paths:\n  - url: wss://chat.example.com/ws\n    through: [\""+name+
				"\", nginx: nginx.conf]\n    keepalive: {every: 75s}\n",
		)
		if code, audited, _ := runMain("", "audit"); code != exitFindings || !strings.Contains(audited, want) ||
			!strings.Contains(audited, "path: wss://chat.example.com/ws") {
			t.Errorf("audit of %s: code %d\n%s", name, code, audited)
		}
	}
}

// TestIncompleteAudit: what was not read is never taken for clean.
func TestIncompleteAudit(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "3600")
	w.ALB(account, "us-east-1", "other", "3600")
	onDouble(
		t,
		w,
		awstest.When(awstest.InRegion("us-east-1"), awstest.Error(403, "AccessDenied", "User: me is not authorized")),
	)
	code, stdout, _ := runMain("", "audit")
	if code != exitIncomplete || strings.Contains(stdout, "no findings") ||
		!strings.Contains(stdout, "account 111111111111, us-east-1: unread, 0 of 0 load balancers") ||
		!strings.Contains(stdout, "read 1 of 2 regions") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	for _, format := range []string{"html", "markdown", "sarif"} {
		if code, stdout, _ := runMain("", "audit", "--format", format); code != exitIncomplete ||
			!strings.Contains(
				strings.ReplaceAll(stdout, "\\", ""),
				"account 111111111111, us-east-1: unread, 0 of 0 load balancers; ",
			) {
			t.Errorf("%s: code %d\n%s", format, code, stdout)
		}
	}
	if code, stdout, _ = runMain("", "audit", "--allow-partial"); code != exitClean ||
		!strings.Contains(stdout, "read 1 of 2 regions") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	code, snapshot, stderr := runMain("", "snapshot")
	if code != exitIncomplete || !strings.Contains(stderr, "us-east-1: unread") {
		t.Errorf("code %d, stderr %s", code, stderr)
	}
	put(t, "lbs.json", snapshot)
	if code, stdout, _ := runMain("", "audit", "--from", "lbs.json"); code != exitIncomplete ||
		!strings.Contains(stdout, "us-east-1: unread") {
		t.Errorf("from the snapshot: code %d\n%s", code, stdout)
	}
	if code, stdout, _ := runMain("", "audit", "--region", "eu-west-1", "--lb", "wep"); code != exitIncomplete ||
		!strings.Contains(stdout, "no load balancer that was read is wep") {
		t.Errorf("code %d\n%s", code, stdout)
	}
}

// TestLogin: whatever is wrong with the credentials is one line that says what to do.
func TestLogin(t *testing.T) {
	for name, tc := range map[string]struct {
		env  map[string]string
		args []string
		file string
		want string
	}{
		"no credentials": {map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, nil, "",
			"no AWS credentials"},
		"no region":       {map[string]string{"AWS_REGION": ""}, nil, "", "no region"},
		"missing profile": {nil, []string{"--profile", "prod"}, "", `there is no AWS profile "prod"`},
		"unknown key": {map[string]string{"AWS_ACCESS_KEY_ID": "AKIA999999999999"}, nil, "",
			"AWS does not know these credentials"},
		"sso": {map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
			[]string{"--profile", "sso"}, "[profile sso]\nregion = eu-west-1\nsso_session = s\n" +
				"sso_account_id = 111111111111\nsso_role_name = r\n[sso-session s]\nsso_region = eu-west-1\n" +
				"sso_start_url = https://example.com/start\n", "aws sso login"},
		"mfa": {map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
			[]string{"--profile", "mfa"}, "[profile base]\naws_access_key_id = AKIA111111111111\naws_secret_access_key = x\n" +
				"[profile mfa]\nregion = eu-west-1\nsource_profile = base\nrole_arn = arn:aws:iam::111111111111:role/r\n" +
				"mfa_serial = arn:aws:iam::111111111111:mfa/me\n", "MFA code"},
	} {
		t.Run(name, func(t *testing.T) {
			onDouble(t, awstest.New(account))
			for k, v := range tc.env {
				t.Setenv(k, v)
			}
			if tc.file != "" {
				file := filepath.Join(t.TempDir(), "config")
				put(t, file, tc.file)
				t.Setenv("AWS_CONFIG_FILE", file)
			}
			code, stdout, stderr := runMain("", append([]string{"audit"}, tc.args...)...)
			if code != exitUsage || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, tc.want) {
				t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
}

func TestAuditUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []string{
		"audit x", "audit --lb tag:", "audit --accounts 12", "audit --accounts 111111111111 --organization",
		"audit --timeout soon", "audit --from gone.json",
		"audit --rps -1", "audit --format xml", "snapshot x", "audit --app nope --from gone.json",
	} {
		code, stdout, stderr := runMain("", strings.Fields(args)...)
		if code != exitUsage || stdout != "" || strings.Count(stderr, "\n") != 1 {
			t.Errorf("wslint %s: code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
	code, stdout, _ := runMain("", "audit", "--print-iam-policy")
	if code != exitClean || !strings.Contains(stdout, "elasticloadbalancing:DescribeListenerAttributes") ||
		strings.Contains(stdout, "Modify") {
		t.Errorf("code %d\n%s", code, stdout)
	}
}

// TestAuditWithNginxBehind: what a load balancer adds to the connection has to suit the nginx behind it.
func TestAuditWithNginxBehind(t *testing.T) {
	w := awstest.New(account)
	w.NLB(account, "eu-west-1", "edge", "TLS", "")
	w.Region(account, "eu-west-1").Groups[0].Attributes["proxy_protocol_v2.enabled"] = "true"
	onDouble(t, w)
	put(t, "nginx.conf", raisedNginx)
	if code, stdout, _ := runMain("", "audit", "--ping", "25s", "--nginx", "nginx.conf", "--lb",
		"edge"); code != exitFindings ||
		!strings.Contains(stdout, "error[proxy-protocol-mismatch]") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	put(t, "nginx.conf", strings.Replace(raisedNginx, "listen 8080;", "listen 8080 proxy_protocol;", 1))
	if code, stdout, _ := runMain("", "audit", "--ping", "25s", "--nginx", "nginx.conf", "--lb",
		"edge"); code != exitClean ||
		!strings.HasPrefix(stdout, "no findings") {
		t.Errorf("code %d\n%s", code, stdout)
	}
}

// TestAuditOfClassicHTTP: the fault that nobody sees is a warning, and an error where the load balancer is named.
func TestAuditOfClassicHTTP(t *testing.T) {
	w := awstest.New(account)
	c := w.CLB(account, "eu-west-1", "old", 60)
	c.Fields["ListenerDescriptions"] = []any{
		awstest.Any{
			"Listener": awstest.Any{
				"Protocol":         "HTTP",
				"LoadBalancerPort": 80,
				"InstanceProtocol": "HTTP",
				"InstancePort":     8080,
			},
		},
	}
	onDouble(t, w)
	code, stdout, _ := runMain("", "audit", "--ping", "25s")
	if code != exitClean ||
		!strings.Contains(stdout, "warning[upgrade-not-forwarded]: clb/old (eu-west-1, account 111111111111)") ||
		!strings.Contains(stdout, "a TCP or SSL listener") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	if code, stdout, _ := runMain("", "audit", "--ping", "25s", "--lb", "old"); code != exitFindings ||
		strings.Count(stdout, "error[") != 1 {
		t.Errorf("code %d\n%s", code, stdout)
	}
}

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
