package awscheck

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestMisfits: what is written in a file and changes nothing, by what it is written on; what fits, and what an
// account has, is none.
func TestMisfits(t *testing.T) {
	written := func(values map[string]string) Attributes {
		a := Answered(values, hop.Pos{File: "main.tf", Line: 3, Col: 5})
		a.Missing = func(key string) hop.Setting[string] { return hop.Setting[string]{Name: key} }
		return a
	}
	balancer := func(k Kind) func(a Attributes) []hop.Misfit {
		return func(a Attributes) []hop.Misfit {
			lb := LoadBalancer{Kind: k}
			lb.Apply(a)
			return lb.misfits
		}
	}
	listener := func(protocol string) func(a Attributes) []hop.Misfit {
		return func(a Attributes) []hop.Misfit {
			l := Listener{Protocol: protocol}
			l.Apply(a)
			return l.misfits
		}
	}
	group := func(a Attributes) []hop.Misfit {
		var g TargetGroup
		g.Apply(a)
		return g.misfits
	}
	const seconds, tcpSeconds = "refused: AWS takes whole seconds from 1 to 4000",
		"refused: AWS takes whole seconds from 60 to 6000"
	for _, c := range []struct {
		name  string
		of    func(a Attributes) []hop.Misfit
		key   string
		value string
		want  string
	}{
		{"alb", balancer(Application), keyIdle, "4000", ""},
		{"alb", balancer(Application), keyIdle, "4001", seconds},
		{"alb", balancer(Application), keyIdle, "0", seconds},
		{"alb", balancer(Application), keyIdle, "60s", seconds},
		{"alb", balancer(Application), keyKeepAlive, "3600", ""},
		{"alb", balancer(Application), keyTCPIdle, "60", "an Application Load Balancer does not have it"},
		{"alb", balancer(Application), "idle_timeout.timeout_second", "60",
			"refused: AWS has no such attribute, meant idle_timeout.timeout_seconds"},
		{"alb", balancer(Application), "idle_timeout", "60",
			"refused: AWS has no such attribute, meant idle_timeout.timeout_seconds"},
		{"alb", balancer(Application), "idle-timeout-seconds", "60",
			"refused: AWS has no such attribute, meant idle_timeout.timeout_seconds"},
		{"alb", balancer(Application), "connection_logs.s3.enabled", "true", ""},
		{"alb", balancer(Application), "timeout", "60", ""},
		{"alb", balancer(Application), "routing.http2.enabled", "false", ""},
		{"alb", balancer(Application), "some.attribute.of.next.year", "1", ""},
		{"alb", balancer(Application), keyDesync, "strict", "refused: AWS takes monitor, defensive, strictest"},
		{"nlb", balancer(Network), keyIdle, "3600",
			"a Network Load Balancer does not have it; set the idle timeout of its TCP listeners"},
		{"nlb", balancer(Network), keyKeepAlive, "3600",
			"a Network Load Balancer does not have it; set the idle timeout of its TCP listeners"},
		{"nlb", balancer(Network), "deletion_protection.enabled", "true", ""},
		{"clb", balancer(Classic), keyClassicIdle, "4001", seconds},
		{"clb", balancer(Classic), keyIdle, "60", "a Classic Load Balancer does not have it"},
		{"tcp", listener("TCP"), keyTCPIdle, "6000", ""},
		{"tcp", listener("TCP"), keyTCPIdle, "59", tcpSeconds},
		{"tls", listener("TLS"), keyTCPIdle, "400", "only TCP listeners have it: that of a TLS listener is fixed at 350s"},
		{"tcp and udp", listener("TCP_UDP"), keyTCPIdle, "400",
			"the provider passes it on for TCP and GENEVE listeners only"},
		{"http", listener("HTTP"), keyTCPIdle, "400",
			"an Application Load Balancer does not have it; set the idle timeout of the load balancer"},
		{"http", listener("HTTPS"), "routing.http.response.server.enabled", "false", ""},
		{"group", group, KeyDrain, "3601", "refused: AWS takes whole seconds from 0 to 3600"},
		{"group", group, KeySticky, "true", ""},
	} {
		got := ""
		a := written(map[string]string{c.key: c.value})
		a.Dropped = true
		for _, m := range c.of(a) {
			if m.Refused {
				got += "refused: "
			}
			if got += m.Why; m.Meant != "" {
				got += ", meant " + m.Meant
			}
			if m.Instead != "" {
				got += "; " + m.Instead
			}
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s, %s = %s: %q, want %q", c.name, c.key, c.value, got, c.want)
		}
		// What is not left out without a word, AWS refuses.
		a.Dropped = false
		for _, m := range c.of(a) {
			if c.key != KeySticky && !m.Refused {
				t.Errorf("%s, %s = %s: not refused", c.name, c.key, c.value)
			}
		}
		if list := c.of(Answered(map[string]string{c.key: c.value}, hop.Pos{File: "arn"})); len(list) > 0 {
			t.Errorf("%s, %s: %v of an account", c.name, c.key, fmt.Sprint(list))
		}
	}
}
