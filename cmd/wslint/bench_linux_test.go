package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/awstest"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/rules"
)

// bigServers is the size of the large configuration; each server has three locations.
const bigServers = 10000

// bigConfig writes a configuration as a hosting company's generator would: upstreams, and per server a static
// location, an API and a WebSocket, in several spellings.
func bigConfig(servers int) string {
	var b strings.Builder
	b.WriteString(
		"events { worker_connections 4096; }\nhttp {\n    server_names_hash_max_size 65536;\n" +
			"    server_names_hash_bucket_size 128;\n" +
			"    map $http_upgrade $connection_upgrade {\n        default upgrade;\n        '' close;\n    }\n" +
			"    proxy_http_version 1.1;\n",
	)
	for i := range servers / 10 {
		fmt.Fprintf(
			&b,
			"    upstream pool%d {\n        server 10.%d.%d.10:8080 max_fails=3;\n        server 10.%d.%d.11:8080 backup;\n"+
				"        keepalive 16;\n    }\n",
			i,
			i/250,
			i%250,
			i/250,
			i%250,
		)
	}
	for i := range servers {
		fmt.Fprintf(
			&b,
			"    server {\n        listen 80;\n        server_name site%d.example.com www.site%d.example.com;\n"+
				"        root /srv/www/site%d;\n",
			i,
			i,
			i,
		)
		fmt.Fprintf(&b, "        location / {\n            try_files $uri $uri/ =404;\n        }\n")
		switch i % 3 {
		case 0:
			fmt.Fprintf(
				&b,
				"        location /api/ {\n            proxy_pass http://pool%d;\n            proxy_set_header Host $host;\n"+
					"        }\n",
				i/10,
			)
		case 1:
			fmt.Fprintf(
				&b,
				"        location ~ ^/api/v[0-9]+/(users|orders)/ {\n            proxy_pass http://pool%d;\n        }\n",
				i/10,
			)
		default:
			fmt.Fprintf(
				&b,
				"        location ~* \\.(css|js|png|jpg)$ {\n            expires 7d;\n            access_log off;\n        }\n",
			)
		}
		fmt.Fprintf(
			&b,
			"        location %s {\n            proxy_pass http://pool%d;\n            proxy_set_header Upgrade "+
				"$http_upgrade;\n            proxy_set_header Connection %s;\n            proxy_read_timeout 1h;\n"+
				"        }\n    }\n",
			[]string{"/ws", "/socket.io/", "^~ /live/"}[i%3],
			i/10,
			[]string{"$connection_upgrade", `"upgrade"`}[i%2],
		)
	}
	b.WriteString("}\n")
	return b.String()
}

// smallConfig is a repository of some files.
func smallConfig(tb testing.TB) string {
	dir := tb.TempDir()
	write(tb, filepath.Join(dir, "nginx.conf"), "events {}\nhttp {\n    include conf.d/*.conf;\n}\n")
	for i := range 5 {
		write(tb, filepath.Join(dir, "conf.d", fmt.Sprintf("site%d.conf", i)), fmt.Sprintf(
			"server {\n    listen 80;\n    server_name s%d.example.com;\n    location /ws {\n        proxy_pass "+
				"http://127.0.0.1:3000;\n        proxy_http_version 1.1;\n"+
				"        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection upgrade;\n"+
				"        proxy_read_timeout 1h;\n    }\n}\n",
			i,
		))
	}
	return dir
}

func build(b *testing.B) string {
	b.Helper()
	wslint := filepath.Join(b.TempDir(), "wslint")
	if out, err := exec.Command("go", "build", "-o", wslint, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return wslint
}

// BenchmarkProcess times whole processes, wslint and `nginx -t` on the same file, and takes their peak memory.
func BenchmarkProcess(b *testing.B) {
	dir, wslint := b.TempDir(), build(b)
	big := filepath.Join(dir, "nginx.conf")
	write(b, big, bigConfig(bigServers))
	b.Run("10000-servers/wslint", func(b *testing.B) { process(b, wslint, "check", big) })
	b.Run("10000-servers/nginx-t", func(b *testing.B) {
		nginx, err := exec.LookPath("nginx")
		if err != nil {
			b.Skip(err)
		}
		process(b, nginx, "-t", "-q", "-p", dir, "-e", "stderr", "-c", big, "-g", "pid "+filepath.Join(dir, "pid")+";")
	})
	small := smallConfig(b)
	b.Run("small/wslint", func(b *testing.B) { process(b, wslint, "check", small) })
	b.Run("hook", func(b *testing.B) {
		b.Chdir(hookRepository(b))
		process(b, wslint, "check", "--changed", "service7/nginx/conf.d/chat.conf")
	})
	b.Run("hook-terraform", func(b *testing.B) {
		b.Chdir(terraformRepository(b))
		process(b, wslint, "check", "--ping", "75s", "--changed", "main.tf")
	})
}

// terraformRepository is a repository with one file of Terraform in it.
func terraformRepository(b *testing.B) string {
	dir := b.TempDir()
	write(b, filepath.Join(dir, "main.tf"), read(b, "../../testdata/infra/hcl/main.tf"))
	write(b, filepath.Join(dir, "variables.tf"), read(b, "../../testdata/infra/hcl/variables.tf"))
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
	return dir
}

// hookRepository is a repository as pre-commit meets it: 200 services with an nginx configuration each, 10,000 other
// files.
func hookRepository(b *testing.B) string {
	dir := b.TempDir()
	for i := range 200 {
		service := filepath.Join(dir, fmt.Sprintf("service%d", i))
		write(
			b,
			filepath.Join(service, "nginx/nginx.conf"),
			"events {}\nhttp {\n    proxy_http_version 1.1;\n    include conf.d/*.conf;\n}\n",
		)
		write(
			b,
			filepath.Join(service, "nginx/conf.d/chat.conf"),
			"server {\n    listen 80;\n    location /ws {\n        proxy_pass http://app:3000;\n"+
				"        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection upgrade;\n"+
				"        proxy_read_timeout 1h;\n    }\n}\n",
		)
		for j := range 50 {
			write(b, filepath.Join(service, fmt.Sprintf("src/file%d.go", j)), "package src\n")
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
	return dir
}

// process runs a command as often as asked and reports its peak memory. wslint's exit code 1 means findings.
func process(b *testing.B, name string, args ...string) {
	b.Helper()
	var peak int64
	var cpu time.Duration
	for b.Loop() {
		c := exec.Command(name, args...)
		var out bytes.Buffer
		c.Stdout, c.Stderr = &out, &out
		if err := c.Run(); err != nil && c.ProcessState.ExitCode() != exitFindings {
			b.Fatalf("%v: %s", err, out.String())
		}
		usage := c.ProcessState.SysUsage().(*syscall.Rusage)
		peak = max(peak, usage.Maxrss)
		cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	b.ReportMetric(float64(peak)/1024, "peak-MB")
	b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
}

// BenchmarkAudit times whole audits of 3,000 load balancers over 5 regions. AWS is another process: this one.
func BenchmarkAudit(b *testing.B) {
	wslint := build(b)
	for name, rps := range map[string]float64{"unlimited": 1e6, "bucket": 8} {
		b.Run(name, func(b *testing.B) {
			var asked, answered, one atomic.Int64
			limit := awstest.Layer(func(next awstest.Handler) awstest.Handler { return next })
			if name == "bucket" {
				limit = awstest.Throttle // AWS's documented one, at wslint's default rate: some five minutes
			}
			oneRegion := func(r *awstest.Request) bool {
				return r.Region == "eu-west-1" && r.Params.Get("Version") == "2015-12-01"
			}
			d := awstest.Fleet(account).Start(b, count(&asked), limit, count(&answered), awstest.When(oneRegion, count(&one)))
			for k, v := range environment(b, d.URL) {
				b.Setenv(k, v)
			}
			before := ownCPU()
			process(b, wslint, "audit", "--ping", "25s", "--no-config", "--rps", fmt.Sprint(rps))
			b.ReportMetric(float64((ownCPU()-before).Milliseconds())/float64(b.N), "double-cpu-ms/op")
			b.ReportMetric(float64(asked.Load())/float64(b.N), "calls/op")
			b.ReportMetric(float64(asked.Load()-answered.Load())/float64(b.N), "throttled/op")
			if name == "bucket" {
				// The regions are read side by side, and after a burst of 30 each takes rps calls a second.
				least := (float64(one.Load())/float64(b.N) - 30) / rps
				b.ReportMetric(100*least*float64(b.N)/b.Elapsed().Seconds(), "%ofrate")
			}
		})
	}
}

// BenchmarkOrganization audits the 100,000 load balancers of an organisation through the aggregator of AWS Config, and
// from a snapshot, 400 accounts with 250 each: what counts is the memory.
func BenchmarkOrganization(b *testing.B) {
	const balancers, each = 100_000, 250
	w := awstest.New(account)
	w.ConfigPage = 100
	items := make([]string, balancers)
	for i := range items {
		id := fmt.Sprintf("%012d", 200000000000+i/each)
		arn := fmt.Sprintf("arn:aws:elasticloadbalancing:eu-west-1:%s:loadbalancer/app/web%d/%016x", id, i, i)
		idle := 3600
		if i%100 == 0 {
			idle = 60
		}
		items[i] = fmt.Sprintf(`{"accountId": %q, "awsRegion": "eu-west-1", "arn": %q, "resourceId": %[2]q,
			"resourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer", "resourceName": "web%d",
			"configuration": {"loadBalancerArn": %[2]q, "loadBalancerName": "web%[3]d", "type": "application",
				"dNSName": "web%[3]d.eu-west-1.elb.amazonaws.com", "scheme": "internet-facing", "vpcId": "vpc-0123456789abcdef0",
				"availabilityZones": [{"zoneName": "eu-west-1a", "subnetId": "subnet-0123456789abcdef0"},
					{"zoneName": "eu-west-1b", "subnetId": "subnet-0123456789abcdef1"}]},
			"configurationItemCaptureTime": "2026-11-01T00:00:00.000Z", "tags": [],
			"supplementaryConfiguration": {"LoadBalancerAttributes": [
				{"key": "idle_timeout.timeout_seconds", "value": "%[4]d"}, {"key": "routing.http2.enabled", "value": "true"},
				{"key": "routing.http.desync_mitigation_mode", "value": "defensive"},
				{"key": "client_keep_alive.seconds", "value": "3600"}]}}`, id, arn, i, idle)
	}
	w.Aggregators = map[string][]string{"org": items}
	wslint := build(b)
	for k, v := range environment(b, w.Start(b).URL) {
		b.Setenv(k, v)
	}
	const aggregator = "--config-aggregator=org"
	b.Run("aggregator", func(b *testing.B) { process(b, wslint, "audit", "--ping", "75s", "--no-config", aggregator) })
	snapshot, err := exec.Command(wslint, "snapshot", "--no-config", aggregator).Output()
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "lbs.json")
	write(b, file, string(snapshot))
	b.Run("snapshot", func(b *testing.B) { process(b, wslint, "audit", "--ping", "75s", "--no-config", "--from", file) })
}

// ownCPU is the processor time of this process so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func count(n *atomic.Int64) awstest.Layer {
	return func(next awstest.Handler) awstest.Handler {
		return func(w http.ResponseWriter, r *awstest.Request) {
			n.Add(1)
			next(w, r)
		}
	}
}

// BenchmarkSteps times the steps of a run on the large configuration.
func BenchmarkSteps(b *testing.B) {
	big := filepath.Join(b.TempDir(), "nginx.conf")
	text := bigConfig(bigServers)
	write(b, big, text)
	var trees []*nginx.Tree
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			trees, _ = nginx.Read([]string{big}, nil, nginx.Options{})
		}
	})
	b.Run("compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			nginx.Compile(trees[0], nginx.Version{})
		}
	})
	b.Run("endpoints", func(b *testing.B) {
		c := nginx.Compile(trees[0], nginx.Version{})
		b.ReportAllocs()
		for b.Loop() {
			c.Endpoints()
		}
	})
	b.Run("check", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := lint.Check(lint.Input{Args: []string{big}, Rules: rules.All}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
