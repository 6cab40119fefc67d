package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// The pings of an audit, in the order of the columns below: nothing said, none, and three intervals.
var companyPings = []string{"", "--ping none", "--ping 20s", "--ping 75s", "--ping 400s"}

// What is found, in a letter: the small one is a warning, the capital an error.
var letters = map[string]string{
	"idle-timeout-below-ping": "b", "idle-timeout-without-ping": "w", "keepalive-margin": "m",
	"upgrade-not-forwarded":   "u",
	"proxy-protocol-mismatch": "p", "stale-connection-reused": "s", "drain-closes-at-once": "d",
	"handler-cannot-upgrade": "h", "redirect-on-websocket-path": "r",
	"no-session-affinity": "a",
}

// What is found of each load balancer of awstest.Company, for each of companyPings; "." is nothing, and load
// balancers that are not listed have no finding at all. A letter more is a false alarm, one less a blind spot.
var (
	// Nobody says which paths there are: web listeners are likely to carry WebSockets. The others (database, bastion,
	// names, old-db) are nobody's concern, and neither is what cannot pass any: functions, grpc, hop.
	companyUndeclared = `
		eu web        w w . B B
		eu chat       w w . . B
		eu sso        w w . B B
		eu mixed      w w . B B
		eu alt        w w . B B
		eu inside     w w . B B
		eu sticky     w w . . B
		eu edge       . . . . B
		eu pass       . . . . B
		eu odd        . . . . B
		eu proxied    . . . . B
		eu cut        . . . . B
		eu group-cut  d d d d d
		eu front      . . . . B
		eu old-http   u u u u u
		eu old-tcp    w w . B B
		eu old-ssl    dw dw d d Bd
		us web        w w . m B
		us edge       . . . . B`
	// The paths of companyPaths are declared: what they reach is sure, and everything else merely possible.
	companyDeclared = `
		eu web        w W . B B
		eu chat       Hw HW H H BH
		eu sso        w W . B B
		eu mixed      w w . b b
		eu alt        w w . b b
		eu inside     w w . b b
		eu sticky     . W . . B
		eu edge       w W . . B
		eu pass       w W . . B
		eu odd        . . . . b
		eu proxied    . . . . b
		eu cut        . . . . b
		eu group-cut  d d d d d
		eu old-http   U U U U U
		eu old-tcp    w w . b b
		eu old-ssl    dw dw d d bd
		eu group-grpc      H H H H H
		eu group-functions H H H H H
		eu group-h2        H H H H H
		eu group-sticky    a a a a a
		eu hop        R R R R R
		us web        w w . m b
		us edge       . . . . b`
	// companyNginx is behind them, by its lines: every endpoint is found, as in check. What the load balancers' findings
	// are does not change. proxied sends a PROXY header that it does not expect, and some keep connections for longer
	// than it does.
	companyBehind = `
		nginx.conf:3  Ps Ps Ps Ps Ps
		nginx.conf:14 w w . B B
		nginx.conf:21 U U U U U`
)

// companyPaths are declared paths; %s is the ARN of the ALB web, a name that two regions have.
const companyPaths = `paths:
  - {url: "wss://chat.example.com/ws", through: [alb/chat]}
  - {url: "wss://chat.example.com/nope", through: [alb/chat]}
  - {url: "wss://pass.example.com/", through: [nlb/pass]}
  - {url: "wss://edge.example.com/", through: ["EDGE"]}
  - {url: "wss://www.example.com/", through: [nlb/front, "WEB"]}
  - {url: "wss://old.example.com/ws", through: [clb/old-http]}
  - {url: "wss://grpc.example.com/ws", through: [alb/grpc]}
  - {url: "wss://sso.example.com/ws", through: [alb/sso]}
  - {url: "wss://grpc.example.com/h2", through: [alb/grpc]}
  - {url: "wss://sticky.example.com/socket.io/", through: [alb/sticky], app: socket.io}
  - {url: "wss://functions.example.com/ws", through: [alb/functions]}
  - {url: "ws://hop.example.com/ws", through: [alb/hop]}
`

// TestCompany audits the account of a company: live, from a snapshot, with paths declared and without.
func TestCompany(t *testing.T) {
	w := awstest.New(account)
	w.Region(account, "us-east-1")
	awstest.Company(t, w.Start(t).Config("eu-west-1"))
	onDouble(t, w)
	auditCompany(t)
}

// companyNginx is behind the load balancers that pass plain HTTP on to port 8080. It has three endpoints, and a fault
// in each but the first: its timeout is the default, its Upgrade goes nowhere.
const companyNginx = `events {}
http {
    server {
        listen 8080;
        server_name chat.example.com;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host $host;
            proxy_read_timeout 3600s;
        }
        location /rooms {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host $host;
        }
        location /socket.io/ {
            proxy_pass http://127.0.0.1:3000;
            proxy_set_header Host $host;
            proxy_read_timeout 3600s;
        }
    }
}
`

// TestCompanyOnMoto is TestCompany on moto, whose Classic ELBs speak to their instances what clients speak to them,
// whatever is asked for: so these two speak TLS to the nginx behind.
func TestCompanyOnMoto(t *testing.T) {
	if testing.Short() {
		t.Skip("moto takes ten seconds: without -short")
	}
	addr := awstest.Moto(t)
	awstest.Company(t, awstest.Config(addr, "eu-west-1", "AKIA"+account))
	inEnvironment(t, "http://"+addr)
	auditCompany(t, "eu old-http", "eu old-ssl")
	applyRemedies(t)
}

// applyRemedies runs the commands that an audit of some load balancers advises with the command line of AWS, until it
// advises none: then nothing is found any more.
func applyRemedies(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Logf("no command line of AWS, no advised command is run: %v", err)
		return
	}
	os.Remove(".wslint.yaml")
	audit := strings.Fields(
		"audit --region eu-west-1 --rps 100000 --ping 400s --lb alt --lb pass --lb cut --lb old-http --lb old-ssl",
	)
	run := 0
	for range 3 {
		code, report, _ := runMain("", audit...)
		commands := regexp.MustCompile(`(?m)^ *= note: (aws elb.*)$`).FindAllStringSubmatch(report, -1)
		if len(commands) == 0 {
			if code != exitClean || !strings.HasPrefix(report, "no findings") || run < 9 {
				t.Errorf("after %d advised commands: code %d\n%s", run, code, report)
			}
			return
		}
		for _, c := range commands {
			run++
			if out, err := exec.Command("sh", "-c", c[1]).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", c[1], err, out)
			}
		}
	}
	t.Errorf("%d commands were run, and more are advised", run)
}

// auditCompany holds audits of the company that the environment leads to against the tables, but for what speaks TLS
// to the nginx behind.
func auditCompany(t *testing.T, overTLS ...string) {
	const where = "--region eu-west-1,us-east-1 --rps 100000"
	code, snapshot, stderr := runMain("", strings.Fields("snapshot "+where)...)
	if code != exitClean {
		t.Fatalf("snapshot: code %d, %s", code, stderr)
	}
	put(t, "lbs.json", snapshot)
	paths := strings.NewReplacer("WEB", arnOf(t, snapshot, "eu-west-1", "web"), "EDGE",
		arnOf(t, snapshot, "eu-west-1", "edge")).
		Replace(companyPaths)
	put(t, "nginx.conf", companyNginx)
	for _, tc := range []struct{ name, config, flags, want string }{
		{"undeclared", "", "", companyUndeclared}, {"declared", paths, "", companyDeclared},
		{"nginx behind", "", " --nginx nginx.conf", companyUndeclared + companyBehind},
	} {
		t.Run(tc.name, func(t *testing.T) {
			os.Remove(".wslint.yaml")
			if tc.config != "" {
				put(t, ".wslint.yaml", tc.config)
				_, declared, _ := runMain("", strings.Fields("snapshot "+where)...) // reads more, where sessions need it
				put(t, "lbs.json", declared)
			}
			for i, ping := range companyPings {
				_, live, stderr := runMain("", strings.Fields("audit --format json "+where+" "+ping+tc.flags)...)
				_, offline, _ := runMain("", strings.Fields("audit --format json --from lbs.json "+ping+tc.flags)...)
				if stderr != "" {
					t.Errorf("audit %s: %s", ping, stderr)
				}
				var but []string
				if tc.name == "nginx behind" {
					but = overTLS
				}
				companyHas(t, "live, "+ping, live, tc.want, i, but)
				companyHas(t, "snapshot, "+ping, offline, tc.want, i, but)
			}
		})
	}
}

// companyHas compares the findings of an audit with a column of a table, but for some load balancers.
func companyHas(t *testing.T, what, text, table string, column int, but []string) {
	t.Helper()
	want := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		f := strings.Fields(line)
		columns := f[len(f)-len(companyPings):]
		if columns[column] != "." {
			want[strings.TrimSuffix(strings.Join(f, " "), " "+strings.Join(columns, " "))] = columns[column]
		}
	}
	got := found(t, text)
	for _, key := range but {
		delete(got, key)
		delete(want, key)
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if got[key] != want[key] {
			t.Errorf("%s: %s: got %q, want %q", what, key, got[key], want[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] == "" {
			t.Errorf("%s: %s: nothing is found, want %q", what, key, want[key])
		}
	}
}

// found are the findings of a report by what they are about, "eu web", as letters.
func found(t *testing.T, text string) map[string]string {
	t.Helper()
	var r struct {
		Findings []struct {
			Rule, Severity, File string
			Line                 int
		}
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	list := map[string][]string{}
	for _, f := range r.Findings {
		letter := cmp.Or(letters[f.Rule], "<"+f.Rule+">")
		if f.Severity == "error" {
			letter = strings.ToUpper(letter)
		}
		key := short(f.File)
		if f.Line > 0 {
			key += fmt.Sprint(":", f.Line)
		}
		list[key] = append(list[key], letter)
	}
	got := map[string]string{}
	for key, l := range list {
		slices.SortFunc(l, func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) })
		got[key] = strings.Join(l, "")
	}
	return got
}

// short is an ARN as the tables have it: "eu web", "eu group-cut"; a file stays what it is.
func short(arn string) string {
	part := strings.SplitN(arn, ":", 6)
	if len(part) < 6 {
		return arn
	}
	resource := strings.Split(part[5], "/")
	name := resource[1]
	switch {
	case resource[0] == "targetgroup":
		name = "group-" + name
	case len(resource) > 2:
		name = resource[2]
	}
	return part[3][:2] + " " + name
}

// arnOf is the ARN of the load balancer of that name in a snapshot.
func arnOf(t *testing.T, snapshot, region, name string) string {
	t.Helper()
	var s struct {
		LoadBalancers []struct{ LoadBalancerArn, LoadBalancerName string }
	}
	if err := json.Unmarshal([]byte(snapshot), &s); err != nil {
		t.Fatal(err)
	}
	for _, b := range s.LoadBalancers {
		if b.LoadBalancerName == name && strings.Contains(b.LoadBalancerArn, ":"+region+":") {
			return b.LoadBalancerArn
		}
	}
	t.Fatal(fmt.Sprint("no load balancer ", name, " in ", region))
	return ""
}
