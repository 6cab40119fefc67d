package cloudformation

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers/infra"
)

// read is the load balancers of a template.
func read(t *testing.T, src string) (*Template, []*infra.Source, []hop.Note) {
	t.Helper()
	tpl, err := Read("t.yaml", []byte(src))
	if err != nil || tpl == nil {
		t.Fatalf("%v: %v\n%s", tpl, err, src)
	}
	built := infra.Build(tpl.Resources)
	return tpl, built.Sources, append(append(built.Unknown, built.Debug...), tpl.Unknown...)
}

// timer writes a setting as "60s at 3:7", "default 60s at 2:3" or "unknown at 3:7: why".
func timer(s hop.Setting[time.Duration]) string {
	d, known := s.Get()
	at := fmt.Sprintf(" at %d:%d", s.Pos.Line, s.Pos.Col)
	switch {
	case !known:
		return "unknown" + at + ": " + s.Why()
	case s.IsDefault():
		return "default " + d.String() + at
	}
	return d.String() + at
}

// TestIdle: an idle timeout is found at its own place, by whatever way it is written.
func TestIdle(t *testing.T) {
	const head = "Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n"
	params := func(more string) string {
		return "Parameters:\n  Idle: {Type: Number, Default: 90}\n  None: {Type: Number}\n  Env: {Type: String, Default: " +
			"prod}\n  L: {Type: CommaDelimitedList, Default: '1, 90'}\n" +
			"  S: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}\n" +
			"Mappings:\n  M: {prod: {idle: 90}}\nConditions:\n  Prod: !Equals [!Ref Env, prod]\n  Other: !Not [!Condition " +
			"Prod]\n  Who: !Equals [!Ref None, 1]\n  Both: !And [!Condition Prod, !Condition Who]\n" +
			"  Either: !Or [!Condition Who, !Condition Prod]\n  Loop: !Condition Loop\n" + more
	}
	attr := func(value string) string {
		return params(
			head + "      LoadBalancerAttributes:\n        - Key: idle_timeout.timeout_seconds\n          Value: " + value +
				"\n",
		)
	}
	const unknown = "unknown at %s: idle_timeout.timeout_seconds is not known: "
	for _, c := range []struct{ name, src, want string }{
		{"number", attr("90"), "1m30s at 22:18"},
		{"text", attr("'90'"), "1m30s at 22:18"},
		{"nonsense", attr("soon"), `unknown at 22:18: idle_timeout.timeout_seconds is "soon", and AWS takes whole seconds ` +
			`from 1 to 4000`},
		{"parameter", attr("!Ref Idle"), "1m30s at 2:33"},
		{"long form", attr("{Ref: Idle}"), "1m30s at 2:33"},
		{"no default", attr("!Ref None"), fmt.Sprintf(unknown, "22:18") + "the parameter None has no default"},
		{"from SSM", attr("!Ref S"), fmt.Sprintf(unknown, "22:18") + "the parameter S is read from SSM"},
		{"resolved", attr("'{{resolve:ssm:idle:1}}'"), fmt.Sprintf(unknown, "22:18") +
			"it is resolved when the stack is made"},
		{"sub", attr(`!Sub "${Idle}"`), "1m30s at 2:33"},
		{"sub of parts", attr(`!Sub ["${a}0", {a: 9}]`), "1m30s at 22:18"},
		{"join", attr(`!Join ['', [9, 0]]`), "1m30s at 22:18"},
		{"select", attr(`!Select [1, !Ref L]`), "1m30s at 5:42"},
		{"split", attr(`!Select [1, !Split [',', '1,90']]`), "1m30s at 22:30"},
		{"map", attr("!FindInMap [M, !Ref Env, idle]"), "1m30s at 8:20"},
		{"map without it", attr("!FindInMap [M, test, idle]"), fmt.Sprintf(unknown, "22:18") + "Fn::FindInMap finds nothing"},
		{"if", attr("!If [Prod, 90, 60]"), "1m30s at 22:29"},
		{"else", attr("!If [Other, 60, 90]"), "1m30s at 22:34"},
		{"or decides", attr("!If [Either, 90, 60]"), "1m30s at 22:31"},
		{"who knows", attr("!If [Both, 60, 90]"), fmt.Sprintf(unknown, "22:18") +
			"whether the condition Both holds is not known: the parameter None has no default"},
		{"circle", attr("!If [Loop, 60, 90]"), fmt.Sprintf(unknown, "22:18") +
			"whether the condition Loop holds is not known: the condition Loop refers to itself"},
		{"import", attr("!ImportValue x"), fmt.Sprintf(unknown, "22:18") + "Fn::ImportValue takes it from another stack"},
		{"none written", params(head + "      Name: x\n"), "default 1m0s at 17:3"},
		{"no value", attr("!Ref AWS::NoValue"), "default 1m0s at 17:3"},
		{"no properties", "Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n", "default 1m0s at 2:3"},
		{"entry of an if",
			params(head + "      LoadBalancerAttributes:\n        - !If [Prod, {Key: idle_timeout.timeout_seconds, Value: " +
				"90}, !Ref AWS::NoValue]\n"), "1m30s at 21:65"},
		{"entry left out",
			params(head + "      LoadBalancerAttributes:\n        - !If [Other, {Key: idle_timeout.timeout_seconds, Value: " +
				"90}, !Ref AWS::NoValue]\n"), "default 1m0s at 17:3"},
		{"entry perhaps",
			params(head + "      LoadBalancerAttributes:\n        - !If [Who, {Key: idle_timeout.timeout_seconds, Value: " +
				"90}, !Ref AWS::NoValue]\n"),
			fmt.Sprintf(unknown, "21:21") + "whether the condition Who holds is not known: the parameter None has no default"},
		{"list of an if",
			params(head + "      LoadBalancerAttributes: !If [Prod, [{Key: idle_timeout.timeout_seconds, Value: 90}], []]\n"),
			"1m30s at 20:86"},
		{"list perhaps",
			params(head + "      LoadBalancerAttributes: !If [Who, [{Key: idle_timeout.timeout_seconds, Value: 90}], []]\n"),
			fmt.Sprintf(unknown, "20:42") + "whether the condition Who holds is not known: the parameter None has no default"},
		{"other lists",
			params(head + "      LoadBalancerAttributes: !If [Who, [{Key: routing.http2.enabled, Value: false}], !Ref " +
				"AWS::NoValue]\n"), "default 1m0s at 17:3"},
		{"another attribute perhaps",
			params(head + "      LoadBalancerAttributes:\n        - !If [Who, {Key: routing.http2.enabled, Value: false}, " +
				"!Ref AWS::NoValue]\n"), "default 1m0s at 17:3"},
		{"JSON", `{"Parameters": {"I": {"Default": 90}}, "Resources": {"LB": {"Type": ` +
			`"AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"LoadBalancerAttributes": [{"Key": ` +
			`"idle_timeout.timeout_seconds", "Value": {"Ref": "I"}}]}}}}`, "1m30s at 1:34"},
		{"classic", "Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancing::LoadBalancer\n    Properties:\n" +
			"      ConnectionSettings:\n        IdleTimeout: 90\n", "1m30s at 6:22"},
		{"classic default", "Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancing::LoadBalancer\n    Properties:\n" +
			"      CrossZone: true\n", "default 1m0s at 2:3"},
		{"anchor", "x: &i 90\nResources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n" +
			"      LoadBalancerAttributes:\n        - {Key: idle_timeout.timeout_seconds, Value: *i}\n", "1m30s at 1:7"},
		{"loop", "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Each:\n    - N\n    - [90]\n" +
			"    - LB${N}:\n        Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n        Properties:\n" +
			"          LoadBalancerAttributes:\n            - {Key: idle_timeout.timeout_seconds, Value: !Ref N}\n",
			"1m30s at 5:8"},
	} {
		_, sources, _ := read(t, c.src)
		if len(sources) != 1 {
			t.Errorf("%s: %d load balancers", c.name, len(sources))
			continue
		}
		if got := timer(sources[0].Idle); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// whole is a template with an ALB, its listeners, rules and groups.
const whole = `Parameters: {Port: {Type: Number}}
Conditions: {Never: !Equals [a, b], Who: !Equals [!Ref Port, 1]}
Resources:
  Web: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Gone: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Condition: Never}
  May: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Condition: Who}
  Plain:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Web
      Port: "80"
      Protocol: HTTP
      DefaultActions:
        - {Type: redirect, RedirectConfig: {Protocol: HTTPS, Port: 443, StatusCode: HTTP_301}}
  Secure:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !GetAtt Web.LoadBalancerArn
      Port: 443
      Protocol: HTTPS
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref App}]
  Chat:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Secure
      Priority: 10
      Conditions:
        - {Field: path-pattern, PathPatternConfig: {Values: [/grpc/*]}}
        - {Field: host-header, Values: [!Sub "chat.${AWS::Region}.example.com"]}
      Actions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Grpc, Weight: 1}]}}]
  Fixed:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !GetAtt Secure.ListenerArn
      Priority: 20
      Conditions: [{Field: path-pattern, Values: [/no]}]
      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "403"}}]
  App:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: HTTP, Port: 8080, Targets: [{Id: a}, {Id: b}],
      TargetGroupAttributes: [{Key: stickiness.enabled, Value: "true"}]}
  Grpc:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Protocol: HTTP, ProtocolVersion: grpc, Port: 8081}
  Elsewhere:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {LoadBalancerArn: !ImportValue lb, Port: 1, Protocol: TCP}
`

// TestServe: what a template's load balancer makes of handshakes.
func TestServe(t *testing.T) {
	_, sources, unknown := read(t, whole)
	names := ""
	for _, s := range sources {
		names += s.Address + "(" + s.Maybe + ") "
	}
	if want := "Web() May(whether the condition Who holds is not known: the parameter Port has " +
		"no default) "; names != want {
		t.Fatalf("the load balancers are %s", names)
	}
	for _, c := range []struct {
		addr, target string
		tls          bool
		want         string
	}{
		{"Web:80", "/ws", false, "301 https://h/ws at 7"},
		{"Web:443", "/ws", true, "passedOn at 15"},
		{"Web:443", "/no", true, "403 at 31"},
		{"Web:443", "/grpc/x", true,
			"unknown at 15: whether rule 10 applies is not known: AWS::Region is known only when the stack is made"},
		{"Web:8443", "/ws", true, "closed at 4"},
	} {
		h := sources[0].Serve(hop.Request{Addr: c.addr, Host: "h", Method: "GET", Target: c.target, TLS: c.tls,
			Header: map[string][]hop.Setting[string]{"Host": {hop.Written("Host", "h", hop.Pos{})}}})
		if got := answer(*h[0].Hop); got != c.want {
			t.Errorf("%s%s: %s, want %s", c.addr, c.target, got, c.want)
		}
	}
	if len(unknown) != 1 ||
		unknown[0].Text != "Elsewhere belongs to a load balancer that is not in these files: Fn::ImportValue takes it "+
			"from another stack" {
		t.Errorf("unknown are %v", unknown)
	}
}

func answer(h hop.Hop) string {
	a, known := h.Answer.Get()
	at := fmt.Sprintf(" at %d", h.Answer.Pos.Line)
	switch {
	case !known:
		return "unknown" + at + ": " + h.Answer.Why()
	case a.Kind != hop.Answered:
		return a.Kind.String() + at
	}
	return strings.TrimRight(fmt.Sprintf("%d %s", a.Status, a.Location), " ") + at
}

// TestFix: a fix writes what the template reads back, at the default of a parameter where the value comes from there.
func TestFix(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"Parameters:\n  I: {Default: 60} # c\nResources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n" +
			"    Properties:\n      LoadBalancerAttributes:\n        - {Key: idle_timeout.timeout_seconds, Value: !Ref I}\n",
			"I: {Default: 150} # c"},
		{"Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n" +
			"      LoadBalancerAttributes:\n        - Key: idle_timeout.timeout_seconds\n          Value: '60'\n",
			"Value: '150'"},
		{"Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n" +
			"      LoadBalancerAttributes:\n        - Key: x\n          Value: y\n", "      LoadBalancerAttributes:\n" +
			"        - Key: idle_timeout.timeout_seconds\n          Value: \"150\"\n        - Key: x\n"},
		{"Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n      # c\n" +
			"      Name: x\n", "      # c\n      LoadBalancerAttributes:\n        - Key: idle_timeout.timeout_seconds\n" +
			"          Value: \"150\"\n      Name: x\n"},
		{"Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n",
			"    Properties:\n      LoadBalancerAttributes:\n"},
		{"Resources:\n  LB:\n    Type: AWS::ElasticLoadBalancing::LoadBalancer\n    Properties:\n      CrossZone: true\n",
			"      ConnectionSettings:\n        IdleTimeout: 150\n      CrossZone: true\n"},
		{"{\"Resources\": {\"LB\": {\"Type\": \"AWS::ElasticLoadBalancingV2::LoadBalancer\",\n  \"Properties\": {\n" +
			"    \"Name\": \"x\"\n  }}}}\n", "    \"LoadBalancerAttributes\": [\n      {\n" +
			"        \"Key\": \"idle_timeout.timeout_seconds\",\n        \"Value\": \"150\"\n      }\n    ],\n" +
			"    \"Name\": \"x\"\n"},
	} {
		_, sources, _ := read(t, c.src)
		if sources[0].Idle.Set == nil {
			t.Errorf("nothing can be set in\n%s", c.src)
			continue
		}
		got := c.src
		for _, e := range sources[0].Idle.Set("2m30s") {
			got = got[:e.Start] + e.New + got[e.End:]
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("got\n%s\nwant in it\n%s", got, c.want)
		}
		_, again, _ := read(t, got)
		if d, known := again[0].Idle.Get(); !known || d != 150*time.Second || !again[0].Idle.IsWritten() {
			t.Errorf("%v is read back from\n%s", d, got)
		}
	}
}

// TestCorpus: no file makes the reader crash, and what it finds stands in the file where it says.
func TestCorpus(t *testing.T) {
	files, templates, balancers, timers, known := 0, 0, 0, 0, 0
	corpus := truth.Corpus(t)
	for _, dir := range []string{"iac", "cloudformation"} {
		filepath.WalkDir(filepath.Join(corpus, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files++
			tpl, err := Read(path, src)
			if err != nil || tpl == nil {
				return nil
			}
			templates++
			for _, s := range infra.Build(tpl.Resources).Sources {
				balancers++
				if s.Idle.Name == "" {
					continue
				}
				if _, ok := s.Idle.Get(); ok {
					known++
				} else if testing.Verbose() {
					t.Logf("%s: %s", s.Idle.Pos, s.Idle.Why())
				}
				timers++
			}
			return nil
		})
	}
	t.Logf(
		"%d files seen, %d templates, %d load balancers, %d of %d idle timeouts known",
		files,
		templates,
		balancers,
		known,
		timers,
	)
	if templates < 200 || balancers < 80 {
		t.Error("that is too few")
	}
}
