package rules

import (
	"github.com/wslint/wslint/hop"
)

// KernelWindowScalingOff is found where a sysctl file turns TCP window scaling off.
var KernelWindowScalingOff = &Rule{
	Name:     "kernel-window-scaling-off",
	Summary:  "TCP windows stay below 64 kB, and middleboxes have dropped such connections",
	Severity: Warning,
	Seen:     UnderLoad,
	Needs:    onKernel,
	Check: func(p *hop.Path, report func(Finding)) {
		if !hop.Is(p.Kernel.WindowScaling, false) {
			return
		}
		s := p.Kernel.WindowScaling
		report(Finding{
			Pos:     s.Pos,
			Message: s.Name + " is off: at most 64 kB can be in flight",
			Notes:   note("a load balancer has been seen to drop clients that sent more than was negotiated: " + reports1006),
			Fix:     kernelFix(s, "1"),
		})
	},
}

// kernelFix writes another value for a kernel setting. It concerns everything on the host, so that it is never safe.
func kernelFix[T any](s hop.Setting[T], value string) *Fix {
	if s.Set == nil {
		return nil
	}
	return &Fix{Title: "set " + s.Name + " to " + value, Edits: s.Set(value)}
}
