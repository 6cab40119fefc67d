package hop

import "time"

// A Kernel is what the operating system under the proxies does to connections. What nobody wrote has the default of
// Linux.
type Kernel struct {
	// WindowScaling is net.ipv4.tcp_window_scaling: windows beyond 64 kB.
	WindowScaling Setting[bool]
	// Keepalive is net.ipv4.tcp_keepalive_time: the silence after which a socket with TCP keepalive sends its first
	// probe.
	Keepalive Setting[time.Duration]
	// Ports is net.ipv4.ip_local_port_range: from where connections to other hosts are made.
	Ports Setting[PortRange]
	// Tracked is net.netfilter.nf_conntrack_tcp_timeout_established: the silence after which connection tracking forgets.
	Tracked Setting[time.Duration]
}

// A PortRange holds its first and its last port.
type PortRange struct{ First, Last int }

// Count is the number of ports.
func (r PortRange) Count() int { return r.Last - r.First + 1 }

// CutBy predicts whether t, which runs beside hop i without being one of its timers, ends a connection that carries
// only its pings.
func (p *Path) CutBy(i int, t Timer) (Cut, bool) {
	length, known := t.Get()
	silence, sure := p.silence(i, t)
	if !known || !sure {
		return Cut{}, false
	}
	cut, ends := ends(t, length, silence)
	cut.Hop = i
	return cut, ends
}
