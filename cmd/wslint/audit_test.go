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
