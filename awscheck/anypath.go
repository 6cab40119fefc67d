package awscheck

import (
	"fmt"
	"iter"
	"net"
	"strconv"

	"github.com/wslint/wslint/hop"
)

// AnyPath yields handshakes for whatever may be asked of an Application Load Balancer: one that meets each rule of its
// listeners, and one for none. Others answer nothing by themselves. No place is left out for others that fare alike.
func (lb *LoadBalancer) AnyPath() iter.Seq2[hop.Endpoint, int] {
	return func(yield func(hop.Endpoint, int) bool) {
		if lb.Kind != Application {
			return
		}
		for i := range lb.Listeners {
			l := &lb.Listeners[i]
			base := hop.Request{
				Host: lb.hostName(), Target: "/", TLS: l.terminatesTLS(), Client: someClient,
				Addr: net.JoinHostPort(lb.hostName(), strconv.Itoa(l.Port)),
			}
			asked := []hop.Request{base}
			for _, rule := range l.Rules {
				asked = append(asked, sample(base, rule))
			}
			for _, q := range asked {
				e := hop.Endpoint{
					Name: fmt.Sprintf("%s, port %d, %s", lb.title(), l.Port, q.Target), Pos: lb.Pos,
					Requests: []hop.Request{q}, Confidence: hop.Unlikely, Why: "is a path of the listener",
				}
				if !yield(e, 0) {
					return
				}
			}
		}
	}
}
