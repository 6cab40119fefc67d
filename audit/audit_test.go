package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

const arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:"

// text is what files of other programs hold: nobody knows what they leave out of the account.
const text = `{"LoadBalancers": [
 {"LoadBalancerArn": "` + arn + `loadbalancer/app/web/1", "LoadBalancerName": "web", "Type": "application",
  "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]}],
 "LoadBalancerDescriptions": [{"LoadBalancerName": "old", "Account": "111111111111", "Region": "eu-west-1",
  "Partition": "aws", "ListenerDescriptions": [
   {"Listener": {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstanceProtocol": "HTTP", "InstancePort": 80,
    "SSLCertificateId": "arn:aws:iam::1:server-certificate/c"}},
   {"Listener": {"Protocol": "TCP", "LoadBalancerPort": 25, "InstanceProtocol": "TCP", "InstancePort": 25}}],
  "LoadBalancerAttributes": {"ConnectionSettings": {"IdleTimeout": 60},
   "ConnectionDraining": {"Enabled": false, "Timeout": 300}}}],
 "Listeners": [{"ListenerArn": "` + arn + `listener/app/web/1/2",
  "LoadBalancerArn": "` + arn + `loadbalancer/app/web/1",
  "Protocol": "HTTP", "Port": 80, "DefaultActions": [{"Type": "forward",
   "TargetGroupArn": "` + arn + `targetgroup/app/9"}]}],
 "TargetGroups": [{"TargetGroupArn": "` + arn + `targetgroup/app/9", "TargetGroupName": "app", "Protocol": "HTTP",
  "ProtocolVersion": "GRPC", "Port": 80, "TargetType": "ip"}]}`

// taken reads text; whole makes it one that wslint took itself.
func taken(t *testing.T, whole bool) *awscheck.Snapshot {
	t.Helper()
	src := text
	if whole {
		src = `{"Wslint": 1, "Coverage": [{"Account": "111111111111", "Region": "eu-west-1", "Status": "complete",
			"Listed": 2, "Read": 2}], ` + text[1:]
	}
	s, err := awscheck.ReadSnapshot([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestInventory(t *testing.T) {
	all := Of(taken(t, true), nil)
	for name, want := range map[string]bool{
		"alb/web": true, arn + "x": true, "nginx": false, "alb": false, "tf/x": false,
	} {
		if all.Owns(name) != want {
			t.Errorf("owns %s: %t", name, !want)
		}
	}
	a := all.Absent("alb/wep")
	if !a.Sure || !strings.HasSuffix(a.Why, ": did you mean alb/web?") {
		t.Errorf("alb/wep: %+v", a)
	}
	// What is called so is of another kind.
	if a := all.Absent("nlb/wep"); !a.Sure || strings.Contains(a.Why, "did you mean") {
		t.Errorf("nlb/wep: %+v", a)
	}
	if a := Of(taken(t, false), nil).Absent("alb/wep"); a.Sure || strings.Contains(a.Why, "did you mean") {
		t.Errorf("a file of another program may leave it out: %+v", a)
	}
}

func TestExtent(t *testing.T) {
	s := taken(t, true)
	x := Of(s, []awscheck.Filter{{Name: "web"}, {Name: "no*"}}).Extent()
	if len(x.Parts) != 1 || x.Parts[0].Listed != 2 || !x.Whole || x.Summary != s.Summary() ||
		strings.Join(x.Missing, "") != "no load balancer that was read is no*" {
		t.Errorf("got %+v", x)
	}
	s.Coverage[0].Status = "partial"
	if Extent(s).Whole {
		t.Error("a part was not read, and all was")
	}
}

// TestNeeds: what an answer hangs on is asked for, and nothing else.
func TestNeeds(t *testing.T) {
	c, err := lint.ParseConfig(".wslint.yaml", []byte("paths:\n"+
		"  - url: wss://a.example/socket.io/\n    through: [alb/web]\n"+
		"  - url: wss://a.example\n    through: [nlb/edge, nginx: n.conf]\n"+
		"  - url: wss://a.example/plain\n    through: [alb/plain]\n"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := Needs(nil, c, "", false)
	if err != nil || len(w.Checked) != 3 || w.Checked[0].Filter.Name != "web" || w.Checked[1].Path != "/" ||
		len(w.Sessions) != 1 || w.Sessions[0].Name != "web" {
		t.Errorf("%v, %+v", err, w)
	}
	if _, err := Needs(nil, nil, "socket.oi", false); err == nil || !strings.Contains(err.Error(), "did you mean") {
		t.Errorf("an unknown application: %v", err)
	}
	picked := []awscheck.Filter{{Name: "web"}}
	for _, named := range []bool{true, false} {
		w, err := Needs(picked, nil, "socket.io", named)
		if err != nil || (len(w.Sessions) == 1) != named {
			t.Errorf("named %t: %v, %+v", named, err, w)
		}
	}
}

// TestRemedy: what is advised changes the setting that the finding is about.
func TestRemedy(t *testing.T) {
	pinged := &hop.Path{Pings: []hop.Ping{{Every: hop.Written("ping", 75*time.Second, hop.Pos{})}}}
	failing := []rules.Station{{Failing: &hop.HealthCheck{Wants: "200", Got: "426"}}}
	all := Of(taken(t, true), nil)
	for _, c := range []struct {
		name string
		rule *rules.Rule
		at   string
		path *hop.Path
		want string // in the first line that has it; "" when nothing is advised
	}{
		{"twice the ping", rules.IdleTimeoutBelowPing, arn + "loadbalancer/app/web/1", pinged, "Value=160"},
		{"an hour", rules.IdleTimeoutWithoutPing, arn + "loadbalancer/app/web/1", nil, "Value=3600"},
		{"drain of a group", rules.DrainClosesAtOnce, arn + "targetgroup/app/9", nil, "delay.timeout_seconds,Value=300"},
		{"drain of a Classic ELB", rules.DrainClosesAtOnce, arn + "loadbalancer/old", nil, `"Timeout":300`},
		{"sticky group", rules.NoSessionAffinity, arn + "targetgroup/app/9", nil, "stickiness.enabled,Value=true"},
		{"Classic ELB", rules.NoSessionAffinity, arn + "loadbalancer/old", nil, "cannot"},
		{"ALB", rules.NoSessionAffinity, arn + "loadbalancer/app/web/1", nil, "TargetGroupStickinessConfig"},
		{"health check", rules.HealthCheckOnWebSocketPath, arn + "targetgroup/app/9", nil, "HttpCode='200,426'"},
		{"version", rules.HandlerCannotUpgrade, arn + "targetgroup/app/9", nil, "protocol version HTTP1"},
		{"no group", rules.HandlerCannotUpgrade, arn + "loadbalancer/app/web/1", nil, ""},
		{"HTTPS of a Classic ELB", rules.UpgradeNotForwarded, arn + "loadbalancer/old", nil,
			"Protocol=SSL,LoadBalancerPort=443,InstanceProtocol=TCP,InstancePort=80,SSLCertificateId="},
		{"an ALB forwards it", rules.UpgradeNotForwarded, arn + "loadbalancer/app/web/1", nil, ""},
		{"a file", rules.IdleTimeoutBelowPing, "nginx.conf", pinged, ""},
	} {
		f := rules.Finding{Rule: c.rule, Pos: hop.Pos{File: c.at}, Trace: c.path, Stations: failing}
		lines := strings.Join(all.Remedy(&f), "\n")
		if (lines == "") != (c.want == "") || !strings.Contains(lines, c.want) {
			t.Errorf("%s: got\n%s\nwant %q", c.name, lines, c.want)
		}
		if strings.Contains(lines, "LoadBalancerPort=25") {
			t.Errorf("%s: the TCP listener is made again:\n%s", c.name, lines)
		}
	}
}
