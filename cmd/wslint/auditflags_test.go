package main

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/live"
	"github.com/wslint/wslint/internal/awstest"
	"github.com/wslint/wslint/report"
)

const second = "222222222222"

// TestAuditScope: every flag that says what to read arrives.
func TestAuditScope(t *testing.T) {
	var got live.Scope
	app := (&Command{}).app()
	app.Command("audit").Action = func(x *cli.Context) (err error) {
		got, err = scopeOf(x)
		return err
	}
	if err := app.Run(strings.Fields("wslint audit --region eu-west-1,us-east-1 --region sa-east-1 --accounts " +
		"111111111111,222222222222 --accounts 333333333333 --role-name r --external-id e " +
		"--config-aggregator org --lb web --lb tag:team=chat --rps 2.5 --concurrency 3 --timeout 90s")); err != nil {
		t.Fatal(err)
	}
	want := live.Scope{
		Regions: []string{
			"eu-west-1",
			"us-east-1",
			"sa-east-1",
		}, Accounts: []string{account, second, "333333333333"}, RoleName: "r", ExternalID: "e", Aggregator: "org",
		Filters: []awscheck.Filter{
			{Name: "web"},
			{Key: "team", Tag: "chat"},
		}, Rate: 2.5, Concurrency: 3, RegionTimeout: 90 * time.Second,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestAuditOfRegions: --region reads no other one, and a region that is not enabled is skipped when all are asked for.
func TestAuditOfRegions(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "3600")
	w.ALB(account, "us-east-1", "web", "3600")
	w.Region(account, "af-south-1").Disabled = true
	onDouble(t, w)
	for args, want := range map[string]string{
		"": account + " af-south-1 skipped 0/0 [ListRegions: error, 1: not enabled in this account]\n" +
			account + " eu-west-1 complete 1/1\n" + account + " us-east-1 complete 1/1",
		"--region us-east-1 --rps 100 --concurrency 1": account + " us-east-1 complete 1/1",
	} {
		if code, r := auditJSON(t, strings.Fields("--ping 25s "+args)...); code != exitClean || r.String() != want {
			t.Errorf("%s: code %d, got %s\nwant %s", args, code, r, want)
		}
	}
	// Named, it is asked for, and refuses.
	if code, r := auditJSON(t, "--region", "af-south-1"); code != exitIncomplete ||
		!strings.Contains(
			r.String(),
			"af-south-1 unread 0/0 [DescribeLoadBalancers: region refuses the credentials, 1: InvalidClientTokenId",
		) {
		t.Errorf("code %d, got %s", code, r)
	}
}

// TestAuditOfAccounts: several accounts by their roles; one that cannot be entered, one that is closed, and names
// that two have.
func TestAuditOfAccounts(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "3600")
	w.ALB(second, "eu-west-1", "web", "60")
	w.ALB("333333333333", "eu-west-1", "web", "60")
	w.Accounts["333333333333"].State = "SUSPENDED"
	var mu sync.Mutex
	var roles []string
	onDouble(t, w, awstest.When(awstest.Action("AssumeRole"), func(next awstest.Handler) awstest.Handler {
		return func(rw http.ResponseWriter, r *awstest.Request) {
			mu.Lock()
			roles = append(roles, r.Params.Get("RoleArn")+" "+r.Params.Get("ExternalId"))
			mu.Unlock()
			next(rw, r)
		}
	}))
	const ours, theirs, closed = account + " eu-west-1 complete 1/1", second + " eu-west-1 complete 1/1",
		"333333333333  skipped 0/0 [ListAccounts: error, 1: the account is suspended]"
	for _, tc := range []struct {
		args, want, role string
		code             int
	}{
		{"--organization --role-name look --external-id secret", ours + "\n" + theirs + "\n" + closed, "arn:aws:iam::" +
			second + ":role/look secret", exitFindings},
		{"--accounts " + second, theirs, "arn:aws:iam::" + second + ":role/wslint-audit ", exitFindings},
		{"--accounts " + account + ",999999999999", ours + "\n999999999999  unread 0/0 [AssumeRole: access denied, 1: " +
			"AccessDenied: User is not authorized to perform: sts:AssumeRole on resource: " +
			"arn:aws:iam::999999999999:role/wslint-audit (arn:aws:iam::999999999999:role/wslint-audit)]",
			"arn:aws:iam::999999999999:role/wslint-audit ", exitIncomplete},
		{"--role-arn arn:aws:iam::" + second + ":role/hub --external-id x", theirs, "arn:aws:iam::" + second + ":role/hub x",
			exitFindings},
	} {
		roles = nil
		code, r := auditJSON(t, strings.Fields("--ping 75s "+tc.args)...)
		if code != tc.code || r.String() != tc.want || len(roles) == 0 || roles[0] != tc.role {
			t.Errorf("%s: code %d, roles %q\n got %s\nwant %s", tc.args, code, roles, r, tc.want)
		}
		for _, f := range r.Findings {
			if !strings.Contains(f.File, second) || !strings.HasPrefix(f.Message, "alb/web closes idle connections") {
				t.Errorf("%s: %+v", tc.args, f)
			}
		}
	}
	// A name that two accounts have is no name for a hop, an ARN is.
	arn := w.Region(second, "eu-west-1").Balancers[0].ARN
	put(
		t,
		".wslint.yaml",
		"paths:\n  - {url: \"wss://chat.example.com/ws\", through: [alb/web], keepalive: {every: 75s}}\n",
	)
	if code, _, stderr := runMain("", "audit", "--organization"); code != exitUsage ||
		!strings.Contains(stderr, ".wslint.yaml:2:50: alb/web is the name of 2 load balancers: use one of arn:aws:") {
		t.Errorf("code %d, %s", code, stderr)
	}
	put(
		t,
		".wslint.yaml",
		"paths:\n  - {url: \"wss://chat.example.com/ws\", through: [\""+arn+"\"], keepalive: {every: 75s}}\n",
	)
	if code, stdout, _ := runMain("", "audit", "--organization"); code != exitFindings ||
		!strings.Contains(stdout, "path: wss://chat.example.com/ws") ||
		!strings.Contains(stdout, "60s is set by idle_timeout.timeout_seconds") {
		t.Errorf("code %d\n%s", code, stdout)
	}
}

// TestAuditProfile: --profile is that of ~/.aws/config.
func TestAuditProfile(t *testing.T) {
	w := awstest.New(account)
	w.ALB(second, "eu-west-1", "web", "3600")
	onDouble(t, w)
	file := filepath.Join(t.TempDir(), "config")
	put(t, file, "[profile prod]\nregion = eu-west-1\naws_access_key_id = AKIA"+second+"\naws_secret_access_key = x\n")
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	if code, r := auditJSON(t, "--profile", "prod", "--ping", "25s"); code != exitClean ||
		r.String() != second+" eu-west-1 complete 1/1" {
		t.Errorf("code %d, got %s", code, r)
	}
}

// TestAuditFilters: each --lb has to pick something.
func TestAuditFilters(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "3600").Tags = map[string]string{"team": "chat"}
	w.CLB(account, "eu-west-1", "old", 3600).Tags = map[string]string{"team": "chat"}
	w.NLB(account, "eu-west-1", "edge", "TCP", "3600")
	onDouble(t, w)
	arn := w.Region(account, "eu-west-1").Balancers[0].ARN
	for args, want := range map[string]string{
		"--lb web": "1/1", "--lb e*": "1/1", "--lb " + arn: "1/1", "--lb tag:team=chat": "2/2",
		"--lb tag:team --lb edge": "3/3",
		"--lb web --lb wep":       "1/1 wep",
		"--lb tag:team=chad":      "0/0 tag:team=chad",
		"--lb tag:nope --lb edge": "1/1 tag:nope",
	} {
		want, missing, _ := strings.Cut(want, " ")
		code, r := auditJSON(t, strings.Fields("--ping 25s "+args)...)
		wantCode := exitClean
		if missing != "" {
			wantCode = exitIncomplete
		}
		if code != wantCode || r.String() != account+" eu-west-1 complete "+want {
			t.Errorf("%s: code %d, got %s", args, code, r)
		}
		if missing != "" && (len(r.Unknown) == 0 || r.Unknown[0].Text != "no load balancer that was read is "+missing) {
			t.Errorf("%s: unknown %+v", args, r.Unknown)
		}
	}
	code, _, stderr := runMain("", "snapshot", "--lb", "wep")
	if code != exitIncomplete || !strings.Contains(stderr, "no load balancer that was read is wep\n") {
		t.Errorf("snapshot: code %d, %s", code, stderr)
	}
}

// TestAuditFormats: every format holds the finding, and says so when something was not read; several go to files.
func TestAuditFormats(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "60")
	w.ALB(account, "us-east-1", "other", "60")
	onDouble(t, w, awstest.When(awstest.InRegion("us-east-1"), awstest.Error(403, "AccessDenied", "not authorized")))
	for _, f := range report.Formats {
		for args, want := range map[string]int{"--region eu-west-1": exitFindings, "": exitIncomplete,
			"--allow-partial": exitFindings, "--region eu-west-1 --fail-on never": exitClean} {
			code, stdout, stderr := runMain("", strings.Fields("audit --ping 75s --format "+f.Name+" "+args)...)
			if code != want || !strings.Contains(stdout, "idle-timeout-below-ping") {
				t.Errorf("%s %s: code %d\n%s", f.Name, args, code, stdout)
			}
			// The report itself says so, whoever reads it.
			says := regexp.MustCompile(
				`incomplete: could not read everything|"executionSuccessful": false|message="could not read ` +
					`everything"|"status": "unread"`,
			)
			if says.MatchString(stdout) != (want == exitIncomplete) && !(f.Name == "json" && args == "--allow-partial") {
				t.Errorf("%s %s: it says that something was not read: %v\n%s", f.Name, args, want != exitIncomplete, stdout)
			}
			if gap := strings.Contains(stdout+stderr, "us-east-1"); gap != !strings.Contains(args, "--region") {
				t.Errorf("%s %s: us-east-1 is named: %v\n%s", f.Name, args, gap, stdout+stderr)
			}
			if err := parses(f.Name, stdout); err != nil {
				t.Errorf("%s: %v\n%s", f.Name, err, stdout)
			}
		}
	}
	code, stdout, _ := runMain(
		"",
		strings.Fields(
			"audit --ping 75s --region eu-west-1 --output json:a.json --output sarif:a.sarif --output junit:a.xml --output text",
		)...)
	if code != exitFindings || !strings.HasPrefix(stdout, "error[idle-timeout-below-ping]") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	for name, format := range map[string]string{"a.json": "json", "a.sarif": "sarif", "a.xml": "junit"} {
		text, err := os.ReadFile(name)
		if err != nil || parses(format, string(text)) != nil || !strings.Contains(string(text), "idle-timeout-below-ping") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

// parses reports whether a report is what its format's readers understand.
func parses(format, text string) error {
	switch format {
	case "json", "sarif", "gitlab":
		var any any
		return json.Unmarshal([]byte(text), &any)
	case "junit", "checkstyle":
		return xml.Unmarshal([]byte(text), new(struct{}))
	}
	return nil
}

// TestAuditAggregator: the command reads what AWS Config knows.
func TestAuditAggregator(t *testing.T) {
	w := awstest.New(account)
	w.Region(account, "eu-west-1")
	arn := "arn:aws:elasticloadbalancing:eu-west-1:" + account + ":loadbalancer/app/web/0000000000000001"
	w.Aggregators = map[string][]string{
		"org": {
			`{"accountId": "` + account + `", "awsRegion": "eu-west-1", "arn": "` + arn + `", "resourceId": "` + arn +
				`", "resourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer",
		"resourceName": "web",
		 "configuration": {"loadBalancerArn": "` + arn +
				`", "loadBalancerName": "web", "type": "application"}, "configurationItemCaptureTime": "2026-11-05T00:00:00.000Z",
		"supplementaryConfiguration": {"LoadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", "value": "60"}]}}`,
		},
	}
	onDouble(t, w)
	code, stdout, _ := runMain("", "audit", "--config-aggregator", "org", "--ping", "75s")
	if code != exitFindings || !strings.Contains(stdout, "alb/web closes idle connections after 60s") ||
		!strings.Contains(stdout, "as AWS Config recorded them since 2026-11-05") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	if code, _, stderr := runMain("", "audit", "--config-aggregator", "gone"); code != exitUsage ||
		!strings.Contains(stderr, "NoSuchConfigurationAggregatorException") {
		t.Errorf("code %d, %s", code, stderr)
	}
}
