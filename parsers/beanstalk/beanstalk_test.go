package beanstalk

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// read writes files below a directory and reads them.
func read(t *testing.T, tree map[string]string) (parsers.Reading, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range tree {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := parsers.Options{Stat: os.Stat, ReadFile: os.ReadFile}
	found, _, _ := parsers.Find(dir, []parsers.Reader{Reader()}, o, parsers.Guide{})
	r, err := readAll(found[0], o)
	if err != nil {
		t.Fatal(err)
	}
	return r, dir
}

// summary is the load balancers of a reading, their timers and listeners.
func summary(r parsers.Reading) string {
	var lines []string
	for _, s := range r.Sources {
		lb, ok := s.Source.(*infra.Source)
		if !ok {
			for _, e := range s.Endpoints() {
				h := s.Serve(e.Requests[0])[0].Hop
				lines = append(lines, fmt.Sprintf("%s has no effect at line %d", h.Misfits[0].Name, h.Misfits[0].Pos.Line))
			}
			continue
		}
		text := string(lb.Kind)
		if lb.Maybe != "" {
			text += " (maybe)"
		}
		if d, known := lb.Idle.Get(); lb.Idle.Name != "" {
			at := fmt.Sprintf("%s:%d:%d", filepath.Base(lb.Idle.Pos.File), lb.Idle.Pos.Line, lb.Idle.Pos.Col)
			switch {
			case !known:
				text += " idle unknown at " + at + ": " + lb.Idle.Why()
			case lb.Idle.IsDefault():
				text += fmt.Sprintf(" idle default %s at %s", d, at)
			default:
				text += fmt.Sprintf(" idle %s at %s", d, at)
			}
		}
		for _, l := range lb.Listeners {
			text += fmt.Sprintf("; %s %d", l.Protocol, l.Port)
			for _, a := range l.Default {
				text += " to " + a.Groups[0].Name
			}
			for _, rule := range l.Rules {
				text += fmt.Sprintf(", rule %s %v to %s", rule.Priority, rule.Conditions[0].Values, rule.Actions[0].Groups[0].Name)
			}
			if lb.Kind == "classic" {
				text += fmt.Sprintf(" to %s %d", l.InstanceProtocol, l.InstancePort)
			}
		}
		lines = append(lines, text)
	}
	for _, n := range r.Unknown {
		if strings.Contains(n.Text, "LoadBalancerType is not set") {
			continue // "(maybe)" says so
		}
		lines = append(lines, "? "+n.Text)
	}
	for _, p := range r.Problems {
		lines = append(lines, fmt.Sprintf("! %d %s", p.Pos.Line, p.Text))
	}
	return strings.Join(lines, "\n")
}

// TestOptions: the load balancer of an environment, by the options in all forms and places.
func TestOptions(t *testing.T) {
	config := func(text string) map[string]string { return map[string]string{".ebextensions/a.config": text} }
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"map", config("option_settings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 360\n"),
			"application (maybe) idle 6m0s at a.config:3:18; HTTP 80 to default"},
		{"list", config("option_settings:\n  - namespace: aws:elbv2:loadbalancer\n    option_name: IdleTimeout\n" +
			"    value: '360'\n"), "application (maybe) idle 6m0s at a.config:4:12; HTTP 80 to default"},
		{"key with a blank",
			config("option_settings:\n  - namespace: aws:elbv2:loadbalancer\n    option name: IdleTimeout\n    value: 360\n"),
			"application (maybe) idle 6m0s at a.config:4:12; HTTP 80 to default"},
		{"JSON", config(`{"option_settings": {"aws:elbv2:loadbalancer": {"IdleTimeout": "360"}}}`),
			"application (maybe) idle 6m0s at a.config:1:64; HTTP 80 to default"},
		{"network", config("option_settings:\n  aws:elasticbeanstalk:environment:\n    LoadBalancerType: network\n"),
			"network; TCP 80 to default"},
		{"classic", config("option_settings:\n  aws:elasticbeanstalk:environment:\n    LoadBalancerType: classic\n" +
			"  aws:elb:listener:443:\n    ListenerProtocol: SSL\n    InstanceProtocol: TCP\n    InstancePort: 8443\n"),
			"classic idle default 1m0s at a.config:1:1; HTTP 80 to HTTP 80; SSL 443 to TCP 8443"},
		{"of classic only", config("option_settings:\n  aws:elb:policies:\n    ConnectionSettingIdleTimeout: 360\n"),
			"classic (maybe) idle 6m0s at a.config:3:35; HTTP 80 to HTTP 80"},
		{"switched off", config("option_settings:\n  aws:elb:listener:80:\n    ListenerEnabled: false\n" +
			"  aws:elb:listener:443:\n    ListenerProtocol: TCP\n"),
			"classic (maybe) idle default 1m0s at a.config:1:1; TCP 443 to TCP 80"},
		{"nobody says", config("option_settings:\n  aws:elasticbeanstalk:environment:process:default:\n    Port: 81\n"),
			"application (maybe) idle default 1m0s at a.config:1:1; HTTP 80 to default"},
		{"nothing about it", config("option_settings:\n  aws:elasticbeanstalk:application:environment:\n    A: b\n"), ""},
		{"no load balancer", config("option_settings:\n  aws:elasticbeanstalk:environment:\n    EnvironmentType: " +
			"SingleInstance\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 360\n"), "IdleTimeout has no effect at line 5"},
		{"shared", config("option_settings:\n  aws:elasticbeanstalk:environment:\n    LoadBalancerIsShared: true\n" +
			"    LoadBalancerType: application\n"),
			"? the environment of NAME: it uses a shared load balancer, whose timeouts are set where that is made"},
		{"shared, with a timeout", config("option_settings:\n  aws:elasticbeanstalk:environment:\n" +
			"    LoadBalancerIsShared: true\n    LoadBalancerType: application\n" +
			"  aws:elbv2:loadbalancer:\n    IdleTimeout: 360\n"),
			"IdleTimeout has no effect at line 6"},
		{"rules", config("option_settings:\n  aws:elbv2:listener:443:\n    Protocol: HTTPS\n    Rules: ws\n" +
			"    DefaultProcess: web\n  aws:elbv2:listenerrule:ws:\n    PathPatterns: /ws,/ws/*\n    Priority: 3\n" +
			"    Process: sock\n  aws:elasticbeanstalk:environment:process:sock:\n    Port: 81\n" +
			"  aws:elasticbeanstalk:environment:process:web:\n    Port: 82\n"),
			"application (maybe) idle default 1m0s at a.config:1:1; HTTPS 443 to web, rule 3 [/ws /ws/*] to sock; " +
				"HTTP 80 to default"},
		{"backticks", config("option_settings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: '`{\"Ref\": \"Idle\"}`'\n"),
			"application (maybe) idle unknown at a.config:3:18: IdleTimeout is not known: CloudFormation evaluates it when " +
				"the environment is made; HTTP 80 to default"},
		{"files in order",
			map[string]string{".ebextensions/b.config": "option_settings:\n  aws:elbv2:loadbalancer: {IdleTimeout: 90}\n",
				".ebextensions/a.config": "option_settings:\n  aws:elbv2:loadbalancer: {IdleTimeout: 360}\n"},
			"application (maybe) idle 1m30s at b.config:2:41; HTTP 80 to default"},
		{"env.yaml counts more",
			map[string]string{".ebextensions/a.config": "option_settings:\n  aws:elbv2:loadbalancer: {IdleTimeout: 90}\n",
				"env.yaml": "OptionSettings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 360\n"},
			"application (maybe) idle 6m0s at env.yaml:3:18; HTTP 80 to default"},
		{"saved counts more",
			map[string]string{".ebextensions/a.config": "option_settings:\n  aws:elbv2:loadbalancer: {IdleTimeout: 90}\n",
				".elasticbeanstalk/saved_configs/x.cfg.yml": "OptionSettings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 360\n"},
			"application (maybe) idle 6m0s at x.cfg.yml:3:18; HTTP 80 to default"},
		{"overridden resource",
			config("Resources:\n  AWSEBV2LoadBalancer:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n" +
				"    Properties:\n      LoadBalancerAttributes:\n        - Key: idle_timeout.timeout_seconds\n" +
				"          Value: 360\n"), "application (maybe) idle 6m0s at a.config:7:18; HTTP 80 to default"},
		{"command", config("container_commands:\n  01_x:\n    command: sed -i s/a/b/ /etc/nginx/nginx.conf\n"),
			"? a command changes nginx's configuration: what comes of it is not known"},
		{"broken", config("option_settings:\n  a: b: c\n"), "! 2 not YAML: mapping values are not allowed in this context"},
		{"two applications",
			map[string]string{"x/.ebextensions/a.config": "option_settings:\n  aws:elbv2:loadbalancer: {IdleTimeout: 90}\n",
				"y/.ebextensions/a.config": "option_settings:\n  aws:elbv2:loadbalancer: {IdleTimeout: 91}\n"},
			"application (maybe) idle 1m30s at a.config:2:41; HTTP 80 to default\napplication (maybe) idle 1m31s at " +
				"a.config:2:41; HTTP 80 to default"},
	} {
		r, dir := read(t, c.files)
		if got := strings.ReplaceAll(summary(r), filepath.Base(dir), "NAME"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestFix: a missing timeout is written beside its namespace, and reads back.
func TestFix(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"option_settings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 60 # c\n",
			"option_settings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 150 # c\n"},
		{"option_settings:\n  aws:elbv2:loadbalancer:\n    SecurityGroups: a\n",
			"option_settings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 150\n    SecurityGroups: a\n"},
		{"option_settings:\n  aws:elbv2:listener:443:\n    Protocol: HTTPS\n", "option_settings:\n" +
			"  aws:elbv2:loadbalancer:\n    IdleTimeout: 150\n  aws:elbv2:listener:443:\n    Protocol: HTTPS\n"},
		{"option_settings:\n  - namespace: aws:elbv2:listener:443\n    option_name: Protocol\n    value: HTTPS\n",
			"option_settings:\n  - namespace: \"aws:elbv2:loadbalancer\"\n    option_name: IdleTimeout\n    value: \"150\"\n" +
				"  - namespace: aws:elbv2:listener:443\n    option_name: Protocol\n    value: HTTPS\n"},
	} {
		r, dir := read(t, map[string]string{".ebextensions/a.config": c.src})
		lb := r.Sources[0].Source.(*infra.Source)
		if lb.Idle.Set == nil {
			t.Errorf("nothing can be set in\n%s", c.src)
			continue
		}
		got := c.src
		for _, e := range lb.Idle.Set("2m30s") {
			if e.File != filepath.Join(dir, ".ebextensions/a.config") {
				t.Errorf("an edit of %s", e.File)
			}
			got = got[:e.Start] + e.New + got[e.End:]
		}
		if got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
		r, _ = read(t, map[string]string{".ebextensions/a.config": got})
		if s := summary(r); !strings.Contains(s, "idle 2m30s") {
			t.Errorf("read back: %s", s)
		}
	}
}

// TestNginx: the nginx configuration of instances, that of .platform in the platform's, that of files: by itself, at
// its own places.
func TestNginx(t *testing.T) {
	r, dir := read(t, map[string]string{
		"a/.platform/nginx/conf.d/elasticbeanstalk/ws.conf": "location /ws { proxy_read_timeout 1h; }\n",
		"b/.platform/nginx/conf.d/size.conf":                "client_max_body_size 9m;\n",
		"c/.platform/nginx/nginx.conf": "http {\n  server {\n" +
			"    include conf.d/elasticbeanstalk/*.conf;\n    listen 80;\n  }\n}\n",
		"d/.ebextensions/x.config": "files:\n  /etc/nginx/conf.d/p.conf:\n    mode: '000644'\n" +
			"    content: |\n\n      # c\n      server { listen 8080; }\n  /etc/nginx/x.sh:\n    content: |\n      #!/bin/sh\n",
	})
	if len(r.Nested) != 3 {
		t.Fatalf("%d texts: %+v", len(r.Nested), r.Nested)
	}
	for i, want := range []struct{ name, has string }{
		{"a/.platform/nginx/nginx.conf of the platform", "include conf.d/elasticbeanstalk/*.conf;"},
		{"c/.platform/nginx/nginx.conf", "*.conf; location / {"},
		{"d/.ebextensions/x.config: /etc/nginx/conf.d/p.conf", "server { listen 8080; }"},
	} {
		if n := r.Nested[i]; n.Name != filepath.Join(dir, want.name) || !strings.Contains(string(n.Src), want.has) ||
			n.Format != "nginx" {
			t.Errorf("text %d is %s:\n%s", i, n.Name, n.Src)
		}
	}
	o := r.Nested[2].Origin
	if got := o.Pos(hop.Pos{Line: 3, Col: 10, EndCol: 16}); got.Line != 7 || got.Col != 16 || got.EndCol != 22 {
		t.Errorf("listen is at %v", got)
	}
	at := strings.Index(string(r.Nested[2].Src), "8080")
	want := strings.Index(
		"files:\n  /etc/nginx/conf.d/p.conf:\n    mode: '000644'\n    content: |\n\n      # c\n      server { "+
			"listen 8080; }\n",
		"8080",
	)
	if got, ok := o.Edits(hop.Edit{Start: at, End: at, New: "1"}); !ok || got[0].Start != want {
		t.Errorf("8080 is at %+v, want %d", got, want)
	}
}

// TestCorpus reads every file of the corpus.
func TestCorpus(t *testing.T) {
	top := filepath.Join(truth.Corpus(t), "iac/beanstalk")
	seen := 0
	filepath.WalkDir(top, func(string, fs.DirEntry, error) error { seen++; return nil })
	o := parsers.Options{Stat: os.Stat, ReadFile: os.ReadFile}
	found, _, _ := parsers.Find(top, []parsers.Reader{Reader()}, o, parsers.Guide{})
	r, err := readAll(found[0], o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf(
		"%d files seen, %d taken, %d load balancers, %d nginx configurations, %d unknown, %d problems",
		seen,
		len(found[0]),
		len(r.Sources),
		len(r.Nested),
		len(r.Unknown),
		len(r.Problems),
	)
	for _, p := range r.Problems {
		t.Log(p.Pos, p.Text)
	}
	t.Log("\n" + summary(r))
	if len(found[0]) < 150 || len(r.Nested) < 10 {
		t.Error("that is too few")
	}
}
