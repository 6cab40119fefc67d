package live

import (
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// BenchmarkFleet reads the fleet without any limit, with the double in the same process: for profiles. What wslint
// alone takes is measured by BenchmarkAudit of cmd/wslint.
func BenchmarkFleet(b *testing.B) {
	d := awstest.Fleet(me).Start(b)
	b.ReportAllocs()
	for b.Loop() {
		scope := hasty()
		scope.Progress = &Progress{}
		s, err := Fetch(b.Context(), d.Config("eu-west-1"), scope)
		if err != nil || s.Incomplete() || len(s.LoadBalancers) != 3000 {
			b.Fatalf("%v, %s", err, covered(s))
		}
		b.ReportMetric(float64(scope.Progress.Calls.Load()), "calls")
	}
}
