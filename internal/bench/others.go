package main

import (
	"fmt"
	"strings"
)

// hooked is a repository as a hook meets it: services with a configuration each, and fifty times as many other files.
func hooked(p *project, n int) {
	for i := range n {
		service := fmt.Sprintf("service%d/", i)
		p.File(service+"nginx/nginx.conf",
			"events {}\nhttp {\n    proxy_http_version 1.1;\n    include conf.d/*.conf;\n}\n")
		p.File(service+"nginx/conf.d/chat.conf", "server {\n    listen 80;\n    location /ws {\n"+
			"        proxy_pass http://127.0.0.1:3000;\n        proxy_set_header Upgrade $http_upgrade;\n"+
			"        proxy_set_header Connection upgrade;\n        proxy_read_timeout 1h;\n    }\n}\n")
		for j := range 50 {
			p.File(fmt.Sprintf("%ssrc/file%d.go", service, j), "package src\n")
		}
	}
	p.git()
}

// changed is the command of a hook, with the files of a commit.
func changed(n int) []string {
	args := []string{"check", "--changed"}
	for i := range n {
		args = append(args, fmt.Sprintf("service%d/nginx/conf.d/chat.conf", i*200/n))
	}
	return args
}

// snapshot is what `wslint snapshot` writes of an organisation: accounts with 250 load balancers each, one of a
// hundred with a fault.
func snapshot(p *project, n int) {
	var lbs, listeners, groups strings.Builder
	for i := range n {
		account, idle := 200000000000+i/250, "3600"
		if i%100 == 0 {
			idle = "60"
		}
		const arn = "arn:aws:elasticloadbalancing:eu-west-1"
		lb := fmt.Sprintf("%s:%d:loadbalancer/app/web%d/%016x", arn, account, i, i)
		comma := ","
		if i == 0 {
			comma = ""
		}
		fmt.Fprintf(&lbs, `%s
    {
      "LoadBalancerArn": "%s",
      "LoadBalancerName": "web%d",
      "DNSName": "web%d-%d.eu-west-1.elb.amazonaws.com",
      "Type": "application",
      "Attributes": [
        {"Key": "idle_timeout.timeout_seconds", "Value": "%s"},
        {"Key": "routing.http2.enabled", "Value": "true"},
        {"Key": "routing.http.desync_mitigation_mode", "Value": "defensive"},
        {"Key": "client_keep_alive.seconds", "Value": "3600"}
      ]
    }`, comma, lb, i, i, account, idle)
		group := fmt.Sprintf("%s:%d:targetgroup/web%d/%016x", arn, account, i, i)
		fmt.Fprintf(&listeners, `%s
    {"ListenerArn": "%s/1", "LoadBalancerArn": "%s", "Protocol": "HTTPS", "Port": 443,
     "DefaultActions": [{"Type": "forward", "TargetGroupArn": "%s"}]}`, comma,
			strings.Replace(lb, ":loadbalancer/", ":listener/", 1), lb, group)
		fmt.Fprintf(&groups, `%s
    {"TargetGroupArn": "%s", "TargetGroupName": "web%d", "Protocol": "HTTP", "ProtocolVersion": "HTTP1",
     "TargetType": "instance", "LoadBalancerArns": ["%s"],
     "Attributes": [{"Key": "stickiness.enabled", "Value": "false"}]}`,
			comma, group, i, lb)
	}
	p.File("lbs.json", "{\n  \"LoadBalancers\": ["+lbs.String()+"\n  ],\n  \"Listeners\": ["+listeners.String()+
		"\n  ],\n  \"TargetGroups\": ["+groups.String()+"\n  ]\n}\n")
}
