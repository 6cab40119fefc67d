package terraform

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

// timer writes a setting as "1m30s at 3:7", "default 1m0s at 2:3" or "unknown at 3:7: why".
func timer(s hop.Setting[time.Duration]) string {
	d, known := s.Get()
	at := fmt.Sprintf(" at %s:%d:%d", filepath.Base(s.Pos.File), s.Pos.Line, s.Pos.Col)
	switch {
	case !known:
		return "unknown" + at + ": " + s.Why()
	case s.IsDefault():
		return "default " + d.String() + at
	}
	return d.String() + at
}

// summary is a load balancer on one line: what it is, its timers, its listeners and the groups that they pass on to.
func summary(s *infra.Source) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", s.Kind, s.Address)
	if s.Maybe != "" {
		b.WriteString(" (maybe)")
	}
	if s.Idle.Name != "" {
		b.WriteString(" idle " + timer(s.Idle))
	}
	for _, l := range s.Listeners {
		fmt.Fprintf(&b, "; %s %d", l.Protocol, l.Port)
		if l.Idle.Name != "" && s.Kind == "network" {
			b.WriteString(" idle " + timer(l.Idle))
		}
		for _, a := range l.Default {
			b.WriteString(" " + a.Type)
			for _, g := range a.Groups {
				b.WriteString(" " + g.Name)
				if g.Group != nil {
					fmt.Fprintf(&b, "(%s %s)", g.Group.Protocol, g.Group.Version)
				}
			}
		}
		for _, r := range l.Rules {
			fmt.Fprintf(&b, ", rule %s", r.Priority)
		}
	}
	if s.ListenersUnknown != "" {
		b.WriteString("; " + s.ListenersUnknown)
	}
	return b.String()
}

func summaries(r infra.Resources) string {
	built := infra.Build(r)
	var lines []string
	for _, s := range built.Sources {
		lines = append(lines, summary(s))
	}
	for _, n := range built.Unknown {
		lines = append(lines, "? "+n.Text)
	}
	return strings.Join(lines, "\n")
}

const planned1 = `Running plan in the remote backend.
{"format_version":"1.2","terraform_version":"1.9.0",
"planned_values":{"root_module":{
 "resources":[
  {"address":"aws_lb.web","mode":"managed","type":"aws_lb","name":"web","values":{
    "name":"web","idle_timeout":60,"load_balancer_type":"application"}},
  {"address":"aws_lb.raised[0]","mode":"managed","type":"aws_lb","name":"raised","index":0,"values":{
    "name":"r0","idle_timeout":90}},
  {"address":"aws_lb_listener.https","mode":"managed","type":"aws_lb_listener","name":"https","values":{
    "port":443,"protocol":"HTTPS","default_action":[{"type":"forward","redirect":[]}]}},
  {"address":"aws_lb_target_group.app","mode":"managed","type":"aws_lb_target_group","name":"app","values":{
    "name":"app","port":80,"protocol":"HTTP","stickiness":[]}}],
 "child_modules":[{"address":"module.edge[\"a.b\"]","resources":[
  {"address":"module.edge[\"a.b\"].aws_lb.nlb","mode":"managed","type":"aws_lb","name":"nlb","values":{
    "name":"nlb","load_balancer_type":"network"}},
  {"address":"module.edge[\"a.b\"].aws_lb_listener.l[\"x\"]","mode":"managed","type":"aws_lb_listener","name":"l",
   "index":"x","values":{
    "port":443,"protocol":"TCP","tcp_idle_timeout_seconds":400,"default_action":[{"type":"forward"}]}},
  {"address":"module.edge[\"a.b\"].aws_lb_listener.later","mode":"managed","type":"aws_lb_listener","name":"later",
   "values":{
    "protocol":"TCP","default_action":[{"type":"forward","target_group_arn":"arn:known"}]}}]}]}},
"resource_changes":[
 {"address":"aws_lb.web","change":{"actions":["create"],"after_unknown":{"arn":true,"id":true}}},
 {"address":"aws_lb.raised[0]","change":{"actions":["create"],"after_unknown":{"arn":true}}},
 {"address":"aws_lb_listener.https","change":{"actions":["create"],"after_unknown":{"load_balancer_arn":true,
  "tcp_idle_timeout_seconds":true,
   "default_action":[{"target_group_arn":true}]}}},
 {"address":"module.edge[\"a.b\"].aws_lb_listener.l[\"x\"]","change":{"actions":["create"],
  "after_unknown":{"load_balancer_arn":true,
   "default_action":[{"target_group_arn":true}]}}},
 {"address":"module.edge[\"a.b\"].aws_lb_listener.later","change":{"actions":["create"],
  "after_unknown":{"load_balancer_arn":true,"port":true}}}],
"configuration":{"root_module":{
 "resources":[
  {"address":"aws_lb.web","expressions":{"name":{"constant_value":"web"}}},
  {"address":"aws_lb.raised","expressions":{"name":{"references":["count.index"]},
   "idle_timeout":{"constant_value":90}}},
  {"address":"aws_lb_listener.https","expressions":{"port":{"constant_value":443},"protocol":{"constant_value":"HTTPS"},
    "load_balancer_arn":{"references":["aws_lb.web.arn","aws_lb.web"]},
    "default_action":[{"type":{"constant_value":"forward"},
     "target_group_arn":{"references":["aws_lb_target_group.app.arn","aws_lb_target_group.app"]}}]}},
  {"address":"aws_lb_target_group.app","expressions":{"name":{"constant_value":"app"},"port":{"constant_value":80},
   "protocol":{"constant_value":"HTTP"}}}],
 "module_calls":{"edge":{"expressions":{"group":{"references":["aws_lb_target_group.app.arn",
  "aws_lb_target_group.app"]}},"module":{
  "resources":[
   {"address":"aws_lb.nlb","expressions":{"name":{"constant_value":"nlb"},
    "load_balancer_type":{"constant_value":"network"}}},
   {"address":"aws_lb_listener.l","expressions":{"port":{"constant_value":443},"protocol":{"constant_value":"TCP"},
     "tcp_idle_timeout_seconds":{"references":["var.idle"]},"load_balancer_arn":{"references":["aws_lb.nlb.arn",
      "aws_lb.nlb"]},
     "default_action":[{"type":{"constant_value":"forward"},"target_group_arn":{"references":["var.group"]}}]}},
   {"address":"aws_lb_listener.later","expressions":{"port":{"references":["random_integer.p"]},
    "protocol":{"constant_value":"TCP"},
     "load_balancer_arn":{"references":["aws_lb.nlb.arn","aws_lb.nlb"]},
     "default_action":[{"type":{"constant_value":"forward"},"target_group_arn":{"constant_value":"arn:known"}}]}}]}}}}}}
`

// TestPlan: a plan is joined by its configuration's references, through modules; what nobody wrote is a default, what
// is known after apply is unknown.
func TestPlan(t *testing.T) {
	p, err := ReadPlan("plan.json", []byte(planned1))
	if err != nil {
		t.Fatal(err)
	}
	want := `application aws_lb.web idle default 1m0s at plan.json:5:14; HTTPS 443 forward app(HTTP )
application aws_lb.raised[0] idle 1m30s at plan.json:8:32; no listener of it is in these files
network module.edge["a.b"].aws_lb.nlb; TCP 443 idle 6m40s at plan.json:18:60 forward app(HTTP ); ` +
		`the port of module.edge["a.b"].aws_lb_listener.later is not known: it is known after apply`
	if got := summaries(p.Resources); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestState: states of `terraform show -json` and state files are joined by the ARNs in them.
func TestState(t *testing.T) {
	const show = `{"format_version":"1.0","terraform_version":"1.5.0","values":{"root_module":{"resources":[
 {"address":"aws_lb.web","mode":"managed","type":"aws_lb","name":"web","values":{"arn":"arn:lb","idle_timeout":90,
  "name":"web"}},
 {"address":"data.aws_lb.web","mode":"data","type":"aws_lb","name":"web","values":{"arn":"arn:lb","idle_timeout":10,
  "name":"web"}},
 {"address":"aws_alb_listener.l","mode":"managed","type":"aws_alb_listener","name":"l",
  "values":{"load_balancer_arn":"arn:lb","port":80,"protocol":"HTTP",
  "default_action":[{"type":"redirect","redirect":[{"status_code":"HTTP_301"}]}]}}]}}}`
	const file = `{"version":4,"terraform_version":"1.0.0","resources":[
 {"module":"module.m","mode":"managed","type":"aws_elb","name":"old","instances":[{"index_key":"k",
  "attributes":{"arn":"arn:elb","name":"old","idle_timeout":100,
  "listener":[{"instance_port":80,"instance_protocol":"http","lb_port":80,"lb_protocol":"http"}]}}]}]}`
	for src, want := range map[string]string{
		show: "application aws_lb.web idle 1m30s at s.json:2:112; HTTP 80 redirect",
		file: `classic module.m.aws_elb.old["k"] idle 1m40s at s.json:3:61; HTTP 80`,
	} {
		p, err := ReadPlan("s.json", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if got := summaries(p.Resources); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// TestPlanRefused: what is no plan says so.
func TestPlanRefused(t *testing.T) {
	for _, src := range []string{"", "x", "{}", `{"format_version":"1.0"`, `{"planned_values":3}`, `{"resources":[]}`,
		`{"Resources":{}}`} {
		if p, err := ReadPlan("p", []byte(src)); err == nil && len(p.Resources.Balancers) > 0 {
			t.Errorf("%q gives %v", src, p.Resources)
		}
	}
}

// TestPlanCorpus reads every plan of the corpus.
func TestPlanCorpus(t *testing.T) {
	files, plans, balancers, joined := 0, 0, 0, 0
	filepath.WalkDir(filepath.Join(truth.Corpus(t), "iac/terraform-plan"),
		func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			files++
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			p, err := ReadPlan(path, src)
			if err != nil {
				t.Logf("%s: %v", path, err)
				return nil
			}
			plans++
			built := infra.Build(p.Resources)
			for _, s := range built.Sources {
				if balancers++; len(s.Listeners) > 0 {
					joined++
				}
				t.Log(filepath.Base(path), summary(s))
			}
			for _, n := range built.Unknown {
				t.Log(n)
			}
			return nil
		})
	t.Logf(
		"%d files seen, %d plans or states, %d load balancers, %d of them with listeners",
		files,
		plans,
		balancers,
		joined,
	)
	if plans < 80 {
		t.Error("that is too few")
	}
}
