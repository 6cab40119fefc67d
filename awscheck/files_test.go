package awscheck

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// recordedDir holds real answers of AWS; its ORIGINS.md says where they come from.
const recordedDir = "testdata/recorded"

// TestRecordedFiles reads what other programs wrote about accounts.
func TestRecordedFiles(t *testing.T) {
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
		if d, known := s.LoadBalancers[0].Idle.Get(); len(s.LoadBalancers) != 1 || !known || d != want ||
			s.LoadBalancers[0].Region != "us-east-1" {
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
		{"resourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer",
		 "arn": "` + arn + `loadbalancer/net/edge/1", "configuration": {"loadBalancerArn": "` + arn +
		`loadbalancer/net/edge/1", "type": "network"}},
		{"resourceType": "AWS::ElasticLoadBalancingV2::Listener",
		 "configuration": {"ListenerArn": "` + arn + `listener/net/edge/1/2", "Port": 443, "Protocol": "TCP",
			"ListenerAttributes": [{"Key": "tcp.idle_timeout.seconds", "Value": "500"}], "DefaultActions": [{"Type": "forward",
			 "TargetGroupArn": "` + arn + `targetgroup/app/9"}]}},
		{"resourceType": "AWS::ElasticLoadBalancingV2::TargetGroup",
		 "configuration": {"TargetGroupArn": "` + arn + `targetgroup/app/9", "Name": "rooms", "Protocol": "TCP", "Port": 80,
			"Matcher": {"HttpCode": "204"}, "HealthCheckPath": "/up", "TargetGroupAttributes": [{"Key": "stickiness.enabled",
			 "Value": "true"}]}}]`))
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
	s, err := ReadSnapshot(
		[]byte(
			`{"LoadBalancers": [{"LoadBalancerArn": "` + arn +
				`", "LoadBalancerName": "web", "Type": "application", "DNSName": "web.example"}]}
		{"LoadBalancerArn": "` + arn + `", "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "120"}]}
		{"Listeners": [{"ListenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/web/1/2",
		 "LoadBalancerArn": "` + arn +
				`", "Port": 443, "Protocol": "HTTPS", "DefaultActions": [{"Type": "forward",
		 "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/9"}]}]}
		{"Rules": [{"RuleArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener-rule/app/web/1/2/3",
		 "Priority": "1", "Conditions": [{"Field": "path-pattern", "Values": ["/old"]}],
		  "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "410"}}]}]}
		{"TargetGroups": [{"TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/9",
		 "TargetGroupName": "app", "Protocol": "HTTP", "Port": 80, "TargetType": "ip"}]}`,
		),
	)
	if err != nil || covered(s) != "eu-west-1 complete 1/1" {
		t.Fatalf("%v %s", err, covered(s))
	}
	for url, want := range map[string]string{"wss://a/ws": "to app:80, a/ws", "wss://a/old": "410"} {
		if got := answer(*s.LoadBalancers[0].Serve(handshake(url))[0].Hop); got != want {
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

// TestRecordedTargetHealth reads a real answer about targets, with the ARN put beside it.
func TestRecordedTargetHealth(t *testing.T) {
	const dir = recordedDir + "/cloud-custodian/test_target_group_attributes_filter_action/elasticloadbalancing."
	const arn = `"TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/9"`
	text := `{"LoadBalancers": [
		{"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/edge/1",
		 "Type": "network"}]}
		{"Listeners": [{"ListenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/net/edge/1/2",
		 "Port": 443, "Protocol": "TCP", "DefaultActions": [{"Type": "forward", ` + arn + `}]}]}
		{"TargetGroups": [{` + arn + `, "Protocol": "TCP", "Port": 80, "TargetType": "ip"}]}`
	for _, name := range []string{"DescribeTargetGroupAttributes_1.json", "DescribeTargetHealth_1.json"} {
		src, err := os.ReadFile(dir + name)
		if err != nil {
			t.Fatal(err)
		}
		_, data, _ := strings.Cut(string(src), `"data": {`)
		text += "{" + arn + "," + strings.TrimSuffix(strings.TrimSpace(data), "}")
	}
	s, err := ReadSnapshot([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	g := s.LoadBalancers[0].Listeners[0].Default[0].Groups[0].Group
	if on, known := g.Sticky.Get(); on || !known || !g.Sticky.IsWritten() || g.HealthUnknown != "" {
		t.Errorf("got %+v", g)
	}
}

// covered is the coverage in a line for each account and region.
func covered(s *Snapshot) string {
	var lines []string
	for _, c := range s.Coverage {
		line := fmt.Sprintf("%s %s %d/%d", c.Region, c.Status, c.Read, c.Listed)
		for _, f := range c.Faults {
			line += fmt.Sprintf(" [%s %s %d]", f.API, f.Class, f.Count)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// TestMisreadTwice: a snapshot with a value that is not understood says the same however often it is written and read.
func TestMisreadTwice(t *testing.T) {
	text := `{"Wslint": 1,
		"Coverage": [{"Account": "111111111111", "Region": "eu-west-1", "Status": "complete", "Listed": 1, "Read": 1}],
		"LoadBalancers": [
		{"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/1",
		 "Type": "application",
		 "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "sixty"}]}]}`
	const want = "eu-west-1 partial 0/1 [alb/web not as AWS documents it 1]"
	for range 3 {
		s, err := ReadSnapshot([]byte(text))
		if err != nil || covered(s) != want || !s.Incomplete() {
			t.Fatalf("got %v %s\nwant %s", err, covered(s), want)
		}
		var b strings.Builder
		if err := s.Write(&b); err != nil {
			t.Fatal(err)
		}
		text = b.String()
	}
}
