package awscheck

import (
	"fmt"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/awstest"
)

// BenchmarkFleet reads the fleet without any limit, with the double in the same process: for profiles. What wslint alone takes is measured
// by BenchmarkAudit of cmd/wslint.
func BenchmarkFleet(b *testing.B) {
	d := awstest.Fleet(me).Start(b)
	b.ReportAllocs()
	for b.Loop() {
		scope := hasty()
		scope.AttemptTimeout, scope.Progress = time.Minute, &Progress{}
		s, err := Fetch(b.Context(), d.Config("eu-west-1"), scope)
		if err != nil || s.Incomplete() || len(s.LoadBalancers) != 3000 {
			b.Fatalf("%v, %s", err, covered(s))
		}
		b.ReportMetric(float64(scope.Progress.Calls.Load()), "calls")
	}
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
