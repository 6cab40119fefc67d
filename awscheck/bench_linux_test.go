package awscheck

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/awstest"
)

// fleet is 3,000 load balancers over 5 regions: 450 ALBs, 120 NLBs and 30 Classic ELBs in each.
func fleet() *awstest.World {
	w := awstest.New(me)
	for _, region := range []string{"eu-central-1", "eu-west-1", "ap-south-1", "us-east-1", "us-west-2"} {
		for i := range 450 {
			w.ALB(me, region, fmt.Sprint("alb", i), "60")
		}
		for i := range 120 {
			w.NLB(me, region, fmt.Sprint("nlb", i), "TCP", "350")
		}
		for i := range 30 {
			w.CLB(me, region, fmt.Sprint("clb", i), 60)
		}
	}
	return w
}

// peak is the largest resident set of this process so far, in MB: the double is part of it.
func peak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kb) / 1024
		}
	}
	return 0
}

// cpu is the processor time of this process so far: on a machine that is shared the other clock says little.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFleet reads the fleet without any limit: what wslint itself costs.
func BenchmarkFleet(b *testing.B) {
	d := fleet().Start(b)
	before := cpu()
	for b.Loop() {
		scope := hasty()
		scope.AttemptTimeout, scope.Progress = time.Minute, &Progress{}
		s, err := Fetch(b.Context(), d.Config("eu-west-1"), scope)
		if err != nil || s.Incomplete() || len(s.LoadBalancers) != 3000 {
			b.Fatalf("%v, %s", err, covered(s))
		}
		b.ReportMetric(float64(scope.Progress.Calls.Load()), "calls")
	}
	b.ReportMetric((cpu()-before).Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(peak(), "MB")
}

// BenchmarkBucket reads 60 ALBs of a region behind AWS's documented limit, at the default rate: nothing is throttled.
func BenchmarkBucket(b *testing.B) {
	w := awstest.New(me)
	for i := range 60 {
		w.ALB(me, "eu-west-1", fmt.Sprint("alb", i), "60")
	}
	d := w.Start(b, awstest.Throttle, awstest.Slow(25*time.Millisecond))
	for b.Loop() {
		p := &Progress{}
		start := time.Now()
		s, err := Fetch(b.Context(), d.Config("eu-west-1"), Scope{Progress: p})
		if err != nil || s.Incomplete() || p.Throttled.Load() != 0 {
			b.Fatalf("%v, %s, %d throttled", err, covered(s), p.Throttled.Load())
		}
		// The least time that 8 calls a second after a burst of 30 can take for version 2 of the API.
		v2 := p.Calls.Load() - 2
		least := (float64(v2) - 30) / 8
		b.ReportMetric(100*least/time.Since(start).Seconds(), "%ofrate")
		b.ReportMetric(float64(p.Throttled.Load()), "throttled")
		time.Sleep(5 * time.Second) // the bucket fills again
	}
}
