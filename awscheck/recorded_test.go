package awscheck

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/awstest"
)

// recordedDir holds real answers of AWS; its ORIGINS.md says whence. It is too large for the repository.
const recordedDir = "../../shared/recorded"

func needRecorded(t *testing.T) {
	if _, err := os.Stat(recordedDir); err != nil {
		t.Skipf("SKIPPED: no recorded answers: %v", err)
	}
}

// TestRecordedAnswers replays real answers through the real SDK: each recording is the whole of what an account has.
func TestRecordedAnswers(t *testing.T) {
	needRecorded(t)
	dirs, _ := filepath.Glob(filepath.Join(recordedDir, "cloud-custodian", "test_*"))
	replayed, balancers := 0, 0
	for _, dir := range dirs {
		w := awstest.New(me)
		w.Region(me, "us-east-1")
		// What was not recorded is empty.
		w.Answers = map[string]awstest.Any{
			"DescribeLoadBalancerAttributes": {"Attributes": []any{}}, "DescribeListeners": {"Listeners": []any{}}, "DescribeRules": {"Rules": []any{}},
			"DescribeLoadBalancerAttributes (classic)": {"LoadBalancerAttributes": awstest.Any{}}, "DescribeLoadBalancerPolicies": {"PolicyDescriptions": []any{}},
			"DescribeTargetGroupAttributes": {"Attributes": []any{}}, "DescribeListenerAttributes": {"Attributes": []any{}},
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.Describe*_1.json"))
		for _, file := range files {
			var recorded struct{ Data awstest.Any }
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(src, &recorded); err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			delete(recorded.Data, "ResponseMetadata")
			action := strings.Split(filepath.Base(file), ".")[1]
			action = strings.TrimSuffix(action, "_1")
			_, list := recorded.Data["LoadBalancerDescriptions"]
			_, attributes := recorded.Data["LoadBalancerAttributes"]
			if list || attributes {
				action += " (classic)"
			}
			w.Answers[action] = plainTimes(recorded.Data).(awstest.Any)
			replayed++
		}
		s := fetchFrom(t, w, hasty())
		balancers += len(s.LoadBalancers)
		for i := range s.LoadBalancers {
			lb := &s.LoadBalancers[i]
			if lb.Name == "" || lb.Region == "" || lb.Kind != Application && lb.Kind != Network && lb.Kind != Classic {
				t.Errorf("%s: %+v", dir, lb)
			}
			if _, known := lb.Idle.Get(); lb.Kind != Network && !known {
				t.Errorf("%s: idle of %s: %s", filepath.Base(dir), lb.Name, lb.Idle.Why())
			}
			lb.Serve(handshake("wss://a.example.com/ws"))
		}
	}
	if replayed < 40 || balancers < 20 {
		t.Errorf("%d answers replayed, %d load balancers read", replayed, balancers)
	}
	t.Logf("%d answers replayed, %d load balancers read", replayed, balancers)
}

// plainTimes undoes the recorder's form of a time: {"__class__": "datetime", "year": …}.
func plainTimes(v any) any {
	switch v := v.(type) {
	case awstest.Any:
		if v["__class__"] == "datetime" {
			n := func(k string) int { f, _ := v[k].(float64); return int(f) }
			return time.Date(n("year"), time.Month(n("month")), n("day"), n("hour"), n("minute"), n("second"), 0, time.UTC).Format(time.RFC3339)
		}
		for k := range v {
			v[k] = plainTimes(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plainTimes(v[i])
		}
	}
	return v
}

// TestRecordedFiles reads what other programs wrote about accounts.
func TestRecordedFiles(t *testing.T) {
	needRecorded(t)
	read := func(name string) *Snapshot {
		t.Helper()
		src, err := os.ReadFile(filepath.Join(recordedDir, name))
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadSnapshot(src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return s
	}
	for name, want := range map[string]time.Duration{
		"cloud-custodian/config/app-elb.json":                   300 * time.Second, // attributes as a string
		"cloud-custodian/config/app-elb-config-event.json":      60 * time.Second,  // attributes as a list
		"config-rdk/AWS_ELASTICLOADBALANCING_LOADBALANCER.json": 60 * time.Second,
	} {
		s := read(name)
		if d, known := s.LoadBalancers[0].Idle.Get(); len(s.LoadBalancers) != 1 || !known || d != want || s.LoadBalancers[0].Region != "us-east-1" {
			t.Errorf("%s: %v %v", name, d, s.LoadBalancers)
		}
	}
	s, err := ReadDirectory(os.DirFS(filepath.Join(recordedDir, "cloudmapper")))
	if err != nil {
		t.Fatal(err)
	}
	if got := covered(s); len(s.LoadBalancers) != 2 || !strings.Contains(got, "us-east-1") {
		t.Errorf("cloudmapper: %s, %+v", got, s.LoadBalancers)
	}
	for _, lb := range s.LoadBalancers {
		if d, known := lb.Idle.Get(); !known || d != time.Minute {
			t.Errorf("cloudmapper: %s: %v %s", lb.Name, d, lb.Idle.Why())
		}
	}
}

// TestItemsOfGroupsAndListeners: AWS Config records these in the form of CloudFormation.
func TestItemsOfGroupsAndListeners(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:"
	s, err := ReadSnapshot([]byte(`[
		{"resourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer", "arn": "` + arn + `loadbalancer/net/edge/1", "configuration": {"loadBalancerArn": "` + arn + `loadbalancer/net/edge/1", "type": "network"}},
		{"resourceType": "AWS::ElasticLoadBalancingV2::Listener", "configuration": {"ListenerArn": "` + arn + `listener/net/edge/1/2", "Port": 443, "Protocol": "TCP",
			"ListenerAttributes": [{"Key": "tcp.idle_timeout.seconds", "Value": "500"}], "DefaultActions": [{"Type": "forward", "TargetGroupArn": "` + arn + `targetgroup/app/9"}]}},
		{"resourceType": "AWS::ElasticLoadBalancingV2::TargetGroup", "configuration": {"TargetGroupArn": "` + arn + `targetgroup/app/9", "Name": "rooms", "Protocol": "TCP", "Port": 80,
			"Matcher": {"HttpCode": "204"}, "HealthCheckPath": "/up", "TargetGroupAttributes": [{"Key": "stickiness.enabled", "Value": "true"}]}}]`))
	if err != nil {
		t.Fatal(err)
	}
	l := s.LoadBalancers[0].Listeners[0]
	if d, known := l.Idle.Get(); d != 500*time.Second || !known {
		t.Errorf("idle %v %s", d, l.Idle.Why())
	}
	g := l.Default[0].Groups[0].Group
	if on, known := g.Sticky.Get(); !on || !known || g.Name != "rooms" || g.HealthPath != "/up" || g.Matcher != "204" {
		t.Errorf("got %+v", g)
	}
}

func TestFilesOfTheCLI(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/1"
	s, err := ReadSnapshot([]byte(`{"LoadBalancers": [{"LoadBalancerArn": "` + arn + `", "LoadBalancerName": "web", "Type": "application", "DNSName": "web.example"}]}
		{"LoadBalancerArn": "` + arn + `", "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "120"}]}
		{"Listeners": [{"ListenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/web/1/2", "LoadBalancerArn": "` + arn + `", "Port": 443, "Protocol": "HTTPS", "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/9"}]}]}
		{"Rules": [{"RuleArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener-rule/app/web/1/2/3", "Priority": "1", "Conditions": [{"Field": "path-pattern", "Values": ["/old"]}], "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "410"}}]}]}
		{"TargetGroups": [{"TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/9", "TargetGroupName": "app", "Protocol": "HTTP", "Port": 80, "TargetType": "ip"}]}`))
	if err != nil || covered(s) != "eu-west-1 complete 1/1" {
		t.Fatalf("%v %s", err, covered(s))
	}
	for url, want := range map[string]string{"wss://a/ws": "to app:80, a/ws", "wss://a/old": "410"} {
		if got := answer(s.LoadBalancers[0].Serve(handshake(url))[0].Hop); got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
	s, err = ReadSnapshot([]byte(`{"LoadBalancers": [{"LoadBalancerArn": "` + arn + `", "Type": "application"}]}`))
	if err != nil || covered(s) != "eu-west-1 partial 0/1 [file not in the file 1]" {
		t.Errorf("without attributes: %v %s", err, covered(s))
	}
	for _, bad := range []string{"", "{}", "nginx", `{"LoadBalancers": [`, `{"Wslint": 2}`, `[]`, `{"LoadBalancers": 5}`} {
		if s, err := ReadSnapshot([]byte(bad)); err == nil {
			t.Errorf("%q is taken for a snapshot: %+v", bad, s)
		}
	}
}
