package main

import (
	"fmt"
	"strings"
	"testing"
)

// oddSnapshot holds an ALB, an NLB and a Classic ELB; the verbs are their idle timeouts, as JSON.
const oddSnapshot = `{"Wslint": 1, "Taken": "2026-11-01T00:00:00Z",
 "Coverage": [{"Account": "111111111111", "Region": "eu-west-1", "Status": "complete", "Listed": 3, "Read": 3}],
 "LoadBalancers": [
  {"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/1",
   "LoadBalancerName": "web", "Type": "application", "DNSName": "web.example.com",
   "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": %s},
    {"Key": "routing.http.desync_mitigation_mode", "Value": "defensive"}]},
  {"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/edge/1",
   "LoadBalancerName": "edge", "Type": "network"}],
 "LoadBalancerDescriptions": [{"LoadBalancerName": "old", "Account": "111111111111", "Region": "eu-west-1",
  "Partition": "aws",
  "ListenerDescriptions": [{"Listener": {"Protocol": "TCP", "LoadBalancerPort": 443, "InstanceProtocol": "TCP",
   "InstancePort": 443}}],
  "LoadBalancerAttributes": {"ConnectionSettings": {"IdleTimeout": %s}, "ConnectionDraining": {"Enabled": true,
   "Timeout": 300}}}],
 "Listeners": [
  {"ListenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/web/1/2",
   "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/1",
   "Protocol": "HTTPS", "Port": 443, "DefaultActions": [{"Type": "forward",
    "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/1"}]},
  {"ListenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/net/edge/1/2",
   "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/edge/1",
   "Protocol": "TCP", "Port": 443, "DefaultActions": [{"Type": "forward",
    "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/tcp/1"}],
   "Attributes": [{"Key": "tcp.idle_timeout.seconds", "Value": %s}]}],
 "TargetGroups": [
  {"TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/1",
   "TargetGroupName": "app", "Protocol": "HTTP", "ProtocolVersion": "HTTP1", "TargetType": "ip", "Port": 8080},
  {"TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/tcp/1",
   "TargetGroupName": "tcp", "Protocol": "TCP", "TargetType": "ip", "Port": 443,
   "Attributes": [{"Key": "proxy_protocol_v2.enabled", "Value": "false"},
    {"Key": "deregistration_delay.timeout_seconds", "Value": "300"}]}]}`

// TestOddValues: a value that AWS does not document is unknown: it is listed, and no audit of it is clean.
func TestOddValues(t *testing.T) {
	t.Chdir(t.TempDir())
	const good = `"3600"`
	write := func(alb, clb, nlb string) { put(t, "lbs.json", fmt.Sprintf(oddSnapshot, alb, clb, nlb)) }
	for _, fine := range []string{good, "3600", "3600.0", `"03600"`} {
		write(fine, fine, fine)
		if code, out, _ := runMain("", "audit", "--from", "lbs.json", "--ping", "25s"); code != exitClean ||
			!strings.Contains(out, "no findings: read 1 of 1 region in 1 account, 3 of 3 load balancers") {
			t.Errorf("%s: code %d\n%s", fine, code, out)
		}
	}
	for _, odd := range []string{`"sixty"`, `"60.5"`, `60.5`, `" 60 "`, `"-5"`, `-5`, `"+60"`, `"0"`, `"6001"`,
		`"99999999999999"`, `1e300`, `""`, `"60s"`, `true`, `"0x3c"`} {
		for name, values := range map[string][3]string{"alb/web": {odd, good, good}, "clb/old": {good, odd, good},
			"nlb/edge": {good, good, odd}} {
			write(values[0], values[1], values[2])
			code, out, _ := runMain("", "audit", "--from", "lbs.json", "--ping", "25s")
			if code != exitIncomplete || strings.Contains(out, "no findings") ||
				!strings.Contains(out, name+": not as AWS documents it: ") ||
				!strings.Contains(out, "could not be determined") ||
				!strings.Contains(out, "2 of 3 load balancers") ||
				!strings.Contains(out, "AWS takes whole seconds from ") {
				t.Errorf("%s of %s: code %d\n%s", odd, name, code, out)
			}
			put(t, ".wslint.yaml", "paths:\n  - {url: \"wss://web.example.com/\", through: [\"aws\": lbs.json#"+name+"]}\n")
			if code, out, errs := runMain("", "check", "--ping", "25s"); code != exitIncomplete ||
				!strings.Contains(out, "AWS takes whole seconds from ") {
				t.Errorf("%s of %s in check: code %d\n%s%s", odd, name, code, out, errs)
			}
		}
	}
	for key, odd := range map[string]string{"routing.http.desync_mitigation_mode": "lax",
		"routing.http.preserve_host_header.enabled": "TRUE", "routing.http.xff_header_processing.mode": ""} {
		put(
			t,
			"lbs.json",
			strings.Replace(
				fmt.Sprintf(oddSnapshot, good, good, good),
				`{"Key": "routing.http.desync_mitigation_mode", "Value": "defensive"}`,
				`{"Key": "`+key+`", "Value": "`+odd+`"}`,
				1,
			),
		)
		if code, out, _ := runMain("", "audit", "--from", "lbs.json", "--ping", "25s"); code != exitIncomplete ||
			!strings.Contains(out, "alb/web: not as AWS documents it: "+key+" is ") {
			t.Errorf("%s: code %d\n%s", key, code, out)
		}
	}
	for key, odd := range map[string]string{"proxy_protocol_v2.enabled": "yes",
		"deregistration_delay.timeout_seconds": "3601"} {
		put(
			t,
			"lbs.json",
			strings.Replace(
				strings.Replace(
					fmt.Sprintf(oddSnapshot, good, good, good),
					`"`+key+`", "Value": "false"`,
					`"`+key+`", "Value": "`+odd+`"`,
					1,
				),
				`"`+key+`", "Value": "300"`,
				`"`+key+`", "Value": "`+odd+`"`,
				1,
			),
		)
		if code, out, _ := runMain("", "audit", "--from", "lbs.json", "--ping", "25s"); code != exitIncomplete ||
			!strings.Contains(out, "nlb/edge: not as AWS documents it: "+key+" is ") {
			t.Errorf("%s: code %d\n%s", key, code, out)
		}
	}
}
