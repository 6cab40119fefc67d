package main

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/internal/workload"
)

// An attack is a project that wants wslint to take all memory, all time, or to wait for ever.
type attack struct {
	name string
	make func(p *project)
	args []string // of wslint; "check ." where there are none
	// refused is what wslint says where it does not read something because of a bound; "" where it reads everything.
	refused string
}

// A project is a directory in the making.
type project struct{ workload.Project }

// server is an nginx.conf with lines in its http and its server block.
func server(http, server string) string {
	return "events {}\nhttp {\n" + http + "\nserver {\nlisten 80;\n" + server + "\n}\n}\n"
}

// socket is a location that passes a WebSocket on.
const socket = "location /ws { proxy_pass http://127.0.0.1:9; proxy_http_version 1.1; " +
	"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; %s }\n"

func (p *project) nginx(http, inServer string) { p.File("nginx.conf", server(http, inServer)) }

func declared(p *project) {
	p.File(".wslint.yaml", "keepalive: {every: 30s}\n")
}

// attacks are the worst that is known.
var attacks = []attack{
	{name: "nginx: a variable that doubles 30 times", make: func(p *project) {
		p.nginx("", "set $x aaaaaaaaaaaaaaaa;\n"+strings.Repeat("set $x \"$x$x\";\n", 30)+
			fmt.Sprintf(socket, "proxy_set_header Host $x;"))
	}},
	{name: "nginx: a variable that doubles 5000 times", make: func(p *project) {
		p.nginx("", "set $x aaaaaaaaaaaaaaaa;\n"+strings.Repeat("set $x \"$x$x\";\n", 5000)+
			fmt.Sprintf(socket, "proxy_set_header Host $x;"))
	}},
	{name: "nginx: 40 maps that double", make: func(p *project) {
		p.nginx("map $host $m0 { default aaaaaaaaaaaaaaaa; }\n"+chain(40, "map $host $m# { default \"$m@$m@\"; }\n"),
			fmt.Sprintf(socket, "proxy_set_header Host $m40;"))
	}},
	{name: "nginx: 2000 maps in a row", make: func(p *project) {
		p.nginx("map $host $m0 { default a; }\n"+chain(2000, "map $host $m# { default \"$m@\"; }\n"),
			fmt.Sprintf(socket, "proxy_set_header Host $m2000;"))
	}},
	{name: "nginx: 40 maps that ask two others", make: func(p *project) {
		p.nginx("map $host $m0 { default a; }\n"+chain(40, "map $m@$m@ $m# { default $m@; x $m@; ~y $m@; }\n"),
			fmt.Sprintf(socket, "proxy_set_header Host $m40;"))
	}},
	{
		name: "nginx: a rewrite that doubles",
		make: func(p *project) { p.nginx("", strings.Repeat("rewrite ^(.*)$ $1$1;\n", 40)+fmt.Sprintf(socket, "")) },
	},
	{name: "nginx: 10,000 regular expressions that backtrack", make: func(p *project) {
		p.nginx("", workload.Repeat(10000, "location ~ ^/(?=.)(a+)+#$ { return 204; }\n")+
			fmt.Sprintf(socket, ""))
	}, args: []string{"trace", "ws://localhost/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "nginx.conf"}},
	{name: "nginx: 300 maps of expressions that backtrack", make: func(p *project) {
		p.nginx(workload.Repeat(300, "map $uri $b# { default a; ~^/(?=.)(a+)+b#$ c; }\n"),
			fmt.Sprintf(socket, workload.Repeat(300, "proxy_set_header X-# $b#;")))
	},
		args: []string{"trace", "ws://localhost/ws/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "nginx.conf"}},
	{name: "nginx: 10,000 ifs on cookies", make: func(p *project) {
		ifs := workload.Repeat(10000, "if ($cookie_c#) { set $y #; }\n")
		p.nginx("", fmt.Sprintf(socket, ifs+"proxy_set_header Host $y;"))
	}},
	{name: "nginx: 10,000 maps of cookies", make: func(p *project) {
		p.nginx(workload.Repeat(10000, "map $cookie_c# $c# { default a; b c; }\n"),
			fmt.Sprintf(socket, workload.Repeat(10000, "proxy_set_header X-# $c#;\n")))
	}},
	{name: "nginx: 20,000 locations with faults", make: func(p *project) {
		p.nginx(
			"",
			workload.Repeat(
				20000,
				"location /s# { proxy_pass http://127.0.0.1:9; "+
					"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close; }\n",
			),
		)
	}},
	{name: "nginx: 20,000 servers with faults", make: func(p *project) {
		p.File(
			"nginx.conf",
			"events {}\nhttp {\n"+workload.Repeat(
				20000,
				"server { listen 80; server_name s#.example.com; location / { proxy_pass http://127.0.0.1:9; "+
					"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close; } }\n",
			)+"}\n",
		)
	}},
	{
		name: "nginx: 15 MB on one line",
		make: func(p *project) { p.nginx("# "+strings.Repeat("x", 15<<20), fmt.Sprintf(socket, "")) },
	},
	{
		name:    "nginx: 50 MB on one line",
		make:    func(p *project) { p.nginx("# "+strings.Repeat("x", 50<<20), fmt.Sprintf(socket, "")) },
		refused: "larger than 16 MiB",
	},
	{name: "nginx: a word of 15 MB", make: func(p *project) {
		p.nginx("", "set $a "+strings.Repeat("x", 15<<20)+";\n"+fmt.Sprintf(socket, "proxy_set_header Host $a;"))
	}},
	{
		name: "nginx: 15 MB of braces",
		make: func(p *project) { p.File("nginx.conf", "events {}\nhttp {\n"+strings.Repeat("a {", 5<<20)) },
	},
	{
		name: "nginx: 15 MB of semicolons",
		make: func(p *project) { p.File("nginx.conf", "events {}\nhttp {\n"+strings.Repeat("a;\n", 5<<20)+"}\n") },
	},
	{name: "nginx: a million includes of one file", make: func(p *project) {
		p.File("nginx.conf", server("", strings.Repeat("include a.conf;\n", 1000000)))
		p.File("a.conf", "# nothing\n")
	}},
	{name: "nginx: includes that double 30 times", make: func(p *project) {
		p.File("nginx.conf", server("", "include 0.inc;"))
		for i := range 30 {
			p.File(fmt.Sprintf("%d.inc", i), strings.Repeat(fmt.Sprintf("include %d.inc;\n", i+1), 2))
		}
		p.File("30.inc", "# nothing\n")
	}},
	{name: "nginx: a glob of 100,000 files", make: func(p *project) {
		p.File("nginx.conf", server("", "include d/*.inc;"))
		for i := range 100000 {
			p.File(fmt.Sprintf("d/%d.inc", i), fmt.Sprintf("set $a%d 1;\n", i))
		}
	}},
	{name: "5,000 configurations, each of which leads to a port of loopback", make: func(p *project) {
		for i := range 5000 {
			p.File(fmt.Sprintf("nginx%d.conf", i), fmt.Sprintf("events {}\nhttp { server { listen %d; location /ws { "+
				"proxy_pass http://127.0.0.1:%d; proxy_set_header Upgrade $http_upgrade; } } }\n", 1000+i, 20000+i))
		}
	}},
	{name: "a tree of 100,000 configurations", make: func(p *project) {
		for i := range 100000 {
			p.File(fmt.Sprintf("%d/%d/nginx.conf", i/1000, i), "events {}\n")
		}
	}},
	{name: "100 files of 15 MB each", make: func(p *project) {
		text := strings.Repeat("# "+strings.Repeat("x", 1000)+"\n", 15000)
		p.File("nginx.conf", server("", "include d/*.inc;"))
		for i := range 100 {
			p.File(fmt.Sprintf("d/%d.inc", i), text)
		}
	}},
	{name: "HAProxy: a variable that doubles 60 times", make: func(p *project) {
		p.File("haproxy.cfg", haproxy("http-request set-var(txn.a) str(aaaaaaaaaaaaaaaa)\n"+
			strings.Repeat(
				"http-request set-var-fmt(txn.a) %[var(txn.a)]%[var(txn.a)]\n",
				60,
			)+"http-request set-header Host %[var(txn.a)]\n"))
	}},
	{name: "HAProxy: a header that doubles 60 times", make: func(p *project) {
		p.File("haproxy.cfg", haproxy("http-request set-header A aaaaaaaaaaaaaaaa\n"+
			strings.Repeat(
				"http-request set-header A %[req.hdr(A)]%[req.hdr(A)]\n",
				60,
			)+"http-request set-path /%[req.hdr(A)]\n"))
	}},
	{name: "HAProxy: 10,000 conditions", make: func(p *project) {
		p.File("haproxy.cfg", haproxy(workload.Repeat(10000, "http-request set-header A# x if { req.cook(c#) a }\n")))
	}},
	{name: "HAProxy: 3000 expressions that backtrack", make: func(p *project) {
		p.File("haproxy.cfg", haproxy(workload.Repeat(3000, "http-request deny if { path -m reg ^/(?=.)(a+)+#$ }\n")))
	}, args: []string{"trace", "ws://localhost/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "haproxy.cfg"}},
	{name: "HAProxy: 20,000 backends", make: func(p *project) {
		p.File("haproxy.cfg", haproxy("")+workload.Repeat(20000, "backend b#\n server s 127.0.0.1:9\n timeout tunnel 5s\n"))
		declared(p)
	}},
	{name: ".wslint.yaml: 40 KB of [", make: func(p *project) {
		p.File("nginx.conf", server("", ""))
		p.File(".wslint.yaml", "paths: "+strings.Repeat("[", 40<<10))
	}, refused: "nested deeper"},
	{name: ".wslint.yaml: 40 KB of {a:", make: func(p *project) {
		p.File("nginx.conf", server("", ""))
		p.File(".wslint.yaml", "paths: "+strings.Repeat("{a: ", 10<<10))
	}, refused: "nested deeper"},
	{name: ".wslint.yaml: 60 KB of deeper and deeper lines", make: func(p *project) {
		p.File("nginx.conf", server("", ""))
		var b strings.Builder
		for i := range 340 {
			b.WriteString(strings.Repeat(" ", i) + "a:\n")
		}
		p.File(".wslint.yaml", b.String())
	}, refused: "nested deeper"},
	{name: ".wslint.yaml: 60 KB of -", make: func(p *project) {
		p.File("nginx.conf", server("", ""))
		p.File(".wslint.yaml", "paths:\n  "+strings.Repeat("- ", 30<<10)+"a")
	}, refused: "nested deeper"},
	{name: ".wslint.yaml: a megabyte", make: func(p *project) {
		p.File("nginx.conf", server("", ""))
		p.File(".wslint.yaml", "paths:\n"+strings.Repeat("  - url: ws://a/\n", 60000))
	}, refused: "larger than 64 KiB"},
	{name: ".wslint.yaml: aliases of aliases", make: func(p *project) {
		p.File("nginx.conf", server("", ""))
		p.File(".wslint.yaml", "a0: &a0 [x]\n"+chain(60, "a#: &a# [*a@, *a@, *a@, *a@]\n")+"paths: *a60\n")
	}},
	{name: ".wslint.yaml: 1000 ignore patterns of **", make: func(p *project) {
		p.File(
			"nginx.conf",
			server(
				"",
				workload.Repeat(2000, "location /s# { proxy_pass http://127.0.0.1:9; proxy_set_header Upgrade $http_upgrade; }\n"),
			),
		)
		p.File(
			".wslint.yaml",
			"ignore:\n"+workload.Repeat(
				1000,
				"  - {rule: zero-timeout, path: '**/a*/**/#', reason: x}\n",
			),
		)
	}},
	{name: "CloudFormation: 40 KB of [", make: func(p *project) {
		p.File("template.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: "+strings.Repeat("[", 40<<10))
	}},
	{name: "CloudFormation: 15 MB of [ in JSON", make: func(p *project) {
		p.File("template.json", `{"AWSTemplateFormatVersion": "2010-09-09", "Resources": `+strings.Repeat("[", 15<<20))
	}},
	{name: "CloudFormation: 15 MB of resources", make: func(p *project) {
		p.File("template.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n"+
			workload.Repeat(
				100000,
				"  L#:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties: {Name: a, Scheme: internal}\n",
			))
	}},
	{name: "CloudFormation: aliases of aliases", make: func(p *project) {
		p.File(
			"template.yaml",
			"AWSTemplateFormatVersion: '2010-09-09'\na0: &a0 [x]\n"+chain(60, "a#: &a# [*a@, *a@, *a@, *a@]\n")+
				"Resources:\n  L:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n"+
				"    Properties: {Name: *a60, Subnets: *a60}\n",
		)
	}},
	{name: "CloudFormation: Fn::Join that doubles", make: func(p *project) {
		p.File(
			"template.yaml",
			"AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  P: {Type: String, Default: aaaaaaaaaaaaaaaa}\nResources:\n"+
				"  L:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n      Name: "+strings.Repeat(
				"!Join ['', [",
				1,
			)+nested(
				40,
				"{'Fn::Join': ['', [%, %]]}",
				"!Ref P",
				14,
			)+"]]\n",
		)
	}},
	{name: "Terraform: locals that double 40 times", make: func(p *project) {
		p.File(
			"main.tf",
			"locals {\n  a0 = \"aaaaaaaaaaaaaaaa\"\n"+chain(
				40,
				"  a# = \"${local.a@}${local.a@}\"\n",
			)+"}\n"+balancer(
				"local.a40",
			),
		)
	}},
	{name: "Terraform: lists that double 40 times", make: func(p *project) {
		p.File(
			"main.tf",
			"locals {\n  a0 = [1]\n"+chain(40, "  a# = concat(local.a@, local.a@)\n")+"}\n"+balancer("join(\"\", local.a40)"),
		)
	}},
	{name: "Terraform: count of a billion", make: func(p *project) {
		p.File("main.tf", "resource \"aws_lb\" \"x\" {\n  count = 1000000000\n  load_balancer_type = \"application\"\n}\n")
	}},
	{name: "Terraform: 15 MB of (", make: func(p *project) { p.File("main.tf", balancer(strings.Repeat("(", 15<<20))) }},
	{
		name: "Terraform: 100 KB of [",
		make: func(p *project) { p.File("main.tf", balancer(strings.Repeat("[", 100<<10))) },
	},
	{name: "Terraform: 20,000 load balancers", make: func(p *project) {
		p.File(
			"main.tf",
			workload.Repeat(
				20000,
				"resource \"aws_lb\" \"x#\" {\n  load_balancer_type = \"application\"\n  idle_timeout = 5\n}\n",
			),
		)
		declared(p)
	}},
	{name: "a snapshot of 15 MB of [", make: func(p *project) {
		p.File("a.json", `{"wslintSnapshot": 1, "loadBalancers": `+strings.Repeat("[", 15<<20))
	}, args: []string{"audit", "--from", "a.json"}},
	{name: "a dump of 10,000 load balancers, an answer each", make: func(p *project) {
		const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a#/1"
		p.File("a.json", workload.Repeat(10000,
			`{"LoadBalancers": [{"LoadBalancerArn": "`+arn+`", "Type": "application"}]}`+"\n"+
				`{"LoadBalancerArn": "`+arn+`", "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "5"}]}`+"\n"))
	}, args: []string{"audit", "--ping", "30s", "--from", "a.json"}},
	{
		name: "Beanstalk: 40 KB of [",
		make: func(p *project) { p.File(".ebextensions/a.config", "option_settings: "+strings.Repeat("[", 40<<10)) },
	},
	{name: "Beanstalk: 75,000 listeners in 1500 files", make: func(p *project) {
		for i := range 1500 {
			var b strings.Builder
			b.WriteString("option_settings:\n")
			for j := range 50 {
				fmt.Fprintf(&b, "  - {namespace: 'aws:elbv2:listener:%d', option_name: ListenerEnabled, value: true}\n", i*50+j)
			}
			p.File(fmt.Sprintf(".ebextensions/a%d.config", i), b.String())
		}
		declared(p)
	}},
	{name: "Beanstalk: 10,000 files of nginx", make: func(p *project) {
		p.File(".ebextensions/a.config", "files:\n"+workload.Repeat(10000, "  '/etc/nginx/conf.d/a#.conf':\n    content: |\n"+
			"      server { listen 80; server_name a#; location /ws { proxy_pass http://127.0.0.1:9; "+
			"proxy_set_header Upgrade $http_upgrade; } }\n"))
		declared(p)
	}},
	{name: "sysctl: 500,000 lines", make: func(p *project) {
		p.nginx("", fmt.Sprintf(socket, ""))
		p.File("99.conf", strings.Repeat("net.ipv4.tcp_keepalive_time = 5\n", 500000))
		p.File(".wslint.yaml", "kernel: [99.conf]\n")
	}},
	{name: "a baseline of 15 MB of [", make: func(p *project) {
		p.File("nginx.conf", server("", ""))
		p.File(".wslint-baseline.json", strings.Repeat("[", 15<<20))
	}},
	{
		name: "secrets: 15 MB of names of secrets",
		make: func(p *project) { p.nginx(strings.Repeat("# password: {\n", 1000000), fmt.Sprintf(socket, "")) },
	},
}

// chain repeats lines with # for a number from 1 and @ for the one before it.
func chain(n int, format string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		b.WriteString(strings.NewReplacer("#", fmt.Sprint(i), "@", fmt.Sprint(i-1)).Replace(format))
	}
	return b.String()
}

// nested puts a text with two gaps into its own gaps, so often, but no deeper than most.
func nested(n int, format, inner string, most int) string {
	text := inner
	for range min(n, most) {
		text = strings.ReplaceAll(format, "%", text)
	}
	return text
}

func haproxy(rules string) string {
	return "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend f\n bind :80\n " +
		strings.ReplaceAll(
			strings.TrimSuffix(rules, "\n"),
			"\n",
			"\n ",
		) + "\n default_backend b\nbackend b\n server s 127.0.0.1:9\n"
}

func balancer(value string) string {
	return "resource \"aws_lb\" \"x\" {\n  load_balancer_type = \"application\"\n  name = " + value + "\n}\n"
}
