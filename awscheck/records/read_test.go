package records

import (
	"bytes"
	"fmt"
	"testing"
)

// dump is what the CLI says of a number of load balancers, each with its attributes, its listener, its target group and
// that group's health in answers of their own.
func dump(n int) []byte {
	var b bytes.Buffer
	arn := func(kind string, i int) string {
		return fmt.Sprintf("arn:aws:elasticloadbalancing:eu-west-1:123456789012:%s/app/lb%d/%016x", kind, i, i)
	}
	for i := range n {
		lb, listener := arn("loadbalancer", i), arn("listener", i)+"/1"
		group := fmt.Sprintf("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/lb%d/%016x", i, i)
		fmt.Fprintf(&b, `{"LoadBalancers": [{"LoadBalancerArn": %q, "Type": "application"}]}
{"Listeners": [{"ListenerArn": %q, "LoadBalancerArn": %q, "Port": 80, "Protocol": "HTTP"}]}
{"TargetGroups": [{"TargetGroupArn": %q, "Protocol": "HTTP"}]}
{"LoadBalancerDescriptions": [{"LoadBalancerName": "c%d"}]}
`, lb, listener, lb, group, i)
	}
	for i := range n {
		group := fmt.Sprintf("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/lb%d/%016x", i, i)
		fmt.Fprintf(&b, `{"LoadBalancerArn": %q, "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "%d"}]}
{"ListenerArn": %q, "Attributes": [{"Key": "a", "Value": "%[2]d"}]}
{"TargetGroupArn": %[4]q, "Attributes": [{"Key": "b", "Value": "%[2]d"}]}
{"TargetGroupArn": %[4]q, "TargetHealthDescriptions": [{"TargetHealth": {"State": "s%[2]d"}}]}
{"LoadBalancerName": "c%[2]d", "LoadBalancerAttributes": {"ConnectionSettings": {"IdleTimeout": %[2]d}}}
`, arn("loadbalancer", i), i, arn("listener", i)+"/1", group)
	}
	return b.Bytes()
}

// TestAttach: every answer about one resource arrives at that one.
func TestAttach(t *testing.T) {
	const n = 50
	d, err := Read(dump(n))
	if err != nil || len(d.LoadBalancers) != n || len(d.Listeners) != n || len(d.TargetGroups) != n ||
		len(d.LoadBalancerDescriptions) != n {
		t.Fatalf("%v, %+v", err, d)
	}
	for i := range n {
		want := Scalar(fmt.Sprint(i))
		c := d.LoadBalancerDescriptions[i].LoadBalancerAttributes
		if d.LoadBalancers[i].Attributes[0].Value != want || d.Listeners[i].Attributes[0].Value != want ||
			d.TargetGroups[i].Attributes[0].Value != want ||
			d.TargetGroups[i].Health[0].TargetHealth.State != "s"+string(want) ||
			string(*c.ConnectionSettings.IdleTimeout) != string(want) {
			t.Errorf("load balancer %d has something of another: %+v, %+v, %+v, %+v", i, d.LoadBalancers[i], d.Listeners[i],
				d.TargetGroups[i], c)
		}
	}
	// Attributes alone tell of a load balancer, too, once.
	d, err = Read([]byte(`{"LoadBalancerArn": "a", "Attributes": [{"Key": "x", "Value": "1"}]}
{"LoadBalancerArn": "a", "Attributes": [{"Key": "x", "Value": "2"}]}`))
	if err != nil || len(d.LoadBalancers) != 1 || d.LoadBalancers[0].Attributes[0].Value != "2" {
		t.Errorf("%v, %+v", err, d.LoadBalancers)
	}
}

// BenchmarkRead reads dumps of ten times as many load balancers in about ten times the time.
func BenchmarkRead(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		src := dump(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := Read(src); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/balancer")
		})
	}
}
