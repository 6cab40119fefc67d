package main

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/internal/workload"
)

const haproxyDefaults = "global\n    maxconn 10000\ndefaults\n    mode http\n    timeout connect 5s\n" +
	"    timeout client 60s\n    timeout server 60s\n    timeout tunnel 1h\n    timeout http-request 10s\n"

// balanced are n backends.
func balanced(n int) string {
	return workload.Repeat(n, "backend app#\n    balance roundrobin\n    option httpchk GET /health\n"+
		"    server a 127.0.0.1:8001 check\n    server b 127.0.0.1:8002 check backup\n")
}

// backends are chosen by the host.
func backends(p *project, n int) {
	p.File("haproxy.cfg", haproxyDefaults+"frontend web\n    bind 127.0.0.1:8080\n"+
		workload.Repeat(n, "    use_backend app# if { hdr(host) -i site#.example.com }\n")+balanced(n))
}

// faultyBackends close a WebSocket that is silent for a minute.
func faultyBackends(p *project, n int) {
	p.File("haproxy.cfg", strings.Replace(haproxyDefaults, "    timeout tunnel 1h\n", "", 1)+
		"frontend web\n    bind 127.0.0.1:8080\n"+
		workload.Repeat(n, "    use_backend app# if { hdr(host) -i site#.example.com }\n")+
		workload.Repeat(n, "backend app#\n    timeout tunnel 20s\n    server a 127.0.0.1:8001\n"))
}

// frontends have a port and two hosts each.
func frontends(p *project, n int) {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "frontend web%d\n    bind 127.0.0.1:%d\n    acl one hdr(host) -i one.site%[1]d.example.com\n"+
			"    acl two hdr(host) -i two.site%[1]d.example.com\n    use_backend app%[1]d if one\n"+
			"    use_backend app0 if two\n", i, 10000+i)
	}
	p.File("haproxy.cfg", haproxyDefaults+b.String()+balanced(n))
}

// named has an ACL of a name a backend.
func named(p *project, n int) {
	p.File("haproxy.cfg", haproxyDefaults+"frontend web\n    bind 127.0.0.1:8080\n"+
		workload.Repeat(n, "    acl host# hdr(host) -i site#.example.com\n    acl path# path_beg /app#/\n")+
		workload.Repeat(n, "    use_backend app# if host# path#\n")+balanced(n))
}

// mapped has its backends in a map.
func mapped(p *project, n int) {
	p.File("hosts.map", workload.Repeat(n, "site#.example.com app#\n"))
	p.File("haproxy.cfg", haproxyDefaults+"frontend web\n    bind 127.0.0.1:8080\n"+
		"    use_backend %[req.hdr(host),lower,map(hosts.map,app0)]\n"+balanced(n))
}

// binds has one frontend on many ports.
func binds(p *project, n int) {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "    bind 127.0.0.1:%d\n", 10000+i)
	}
	p.File("haproxy.cfg", haproxyDefaults+"frontend web\n"+b.String()+"    default_backend app0\n"+balanced(1))
}

// backtracking has expressions that try many ways to fit.
func backtracking(p *project, n int) {
	p.File("haproxy.cfg", haproxyDefaults+"frontend web\n    bind 127.0.0.1:8080\n"+
		workload.Repeat(n, "    acl r# path_reg ^/(a|ab|abc)*#(x+x+)+y$\n    use_backend app# if r#\n")+balanced(n))
}
