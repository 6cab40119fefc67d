package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// TestLoadEdges: limits, capacity, ports, sessions.
func TestLoadEdges(t *testing.T) {
	limit, capacity, ports := rules.ConnectionLimit, rules.TunnelCapacity, rules.LocalPortsExhausted
	limits := func(n int, perClient bool) change {
		return onlyHop(func(h *hop.Hop) {
			h.Limits = []hop.Limit{{Setting: editable(written("limit_conn", n, 35)), PerClient: perClient}}
		})
	}
	room := func(n int) change {
		return onlyHop(func(h *hop.Hop) { h.Capacity = editable(written("worker_connections", n, 36)) })
	}
	range10 := func(servers int) change {
		return func(p *hop.Path) {
			p.Kernel = &hop.Kernel{Ports: editable(written("ip_local_port_range", hop.PortRange{First: 2000, Last: 2009}, 37))}
			p.Hops[0].Servers = servers
		}
	}
	holdEdges(t, []edge{
		{limit, "19 a client", list(limits(19, true)), "warning 35 raise it to 100"},
		{limit, "20 a client", list(limits(20, true)), ""},
		{limit, "as many as are declared", list(limits(100, false), clients(100)), ""},
		{limit, "one too few", list(limits(100, false), clients(101)), "warning 35 raise it to 121"},
		{limit, "nothing is declared", list(limits(1, false)), ""},
		{limit, "of a client it does not matter", list(limits(20, true), clients(100)), ""},
		{limit, "one that is not known, and another", list(onlyHop(func(h *hop.Hop) {
			h.Limits = []hop.Limit{
				{Setting: unsure[int]("a", 34), PerClient: true},
				{Setting: written("b", 1, 35), PerClient: true},
			}
		})), "warning 35"},
		{limit, "a handshake that fails", list(limits(1, true), sends("Upgrade")), ""},

		{capacity, "two each fit", list(room(1024), clients(512)), ""},
		{capacity, "one more does not", list(room(1024), clients(513)), "warning 36 raise it to 2048"},
		{capacity, "a round number", list(room(1000), clients(2048)), "warning 36 raise it to 5120"},
		{
			capacity,
			"a hop without one, and one with",
			list(room(1024), clients(513), behind("alb")),
			"warning 36 raise it to 2048",
		},
		{
			capacity,
			"one that is not known",
			list(onlyHop(func(h *hop.Hop) { h.Capacity = unsure[int]("worker_connections", 36) }), clients(513)),
			"",
		},
		{capacity, "nothing is declared", list(room(1)), ""},
		{capacity, "a handshake that fails", list(room(1024), clients(513), sends("Upgrade")), ""},

		{ports, "they fit", list(range10(1), clients(10)), ""},
		{ports, "one more does not", list(range10(1), clients(11)), "warning 37 set ip_local_port_range to 1024 65535"},
		{ports, "two servers", list(range10(2), clients(20)), ""},
		{ports, "one more does not", list(range10(2), clients(21)), "warning 37 set ip_local_port_range to 1024 65535"},
		{
			ports,
			"as many as there can be",
			list(range10(1), clients(64512)),
			"warning 37 set ip_local_port_range to 1024 65535",
		},
		{ports, "more than there can be", list(range10(1), clients(64513)), "warning 37"},
		{ports, "how many servers is not known", list(range10(0), clients(100)), ""},
		{
			ports,
			"a unix socket",
			list(range10(1), clients(11), func(p *hop.Path) { p.Hops[0].Next.Addr = "unix:/run/a" }),
			"",
		},
		{ports, "by default, at the path", list(range10(1), clients(11), func(p *hop.Path) {
			p.Pos = at(99)
			p.Kernel.Ports = unset("ip_local_port_range", hop.PortRange{First: 2000, Last: 2009}, 0)
		}), "warning 99"},
		{
			ports,
			"not known",
			list(range10(1), clients(11), func(p *hop.Path) { p.Kernel.Ports = unsure[hop.PortRange]("x", 37) }),
			"",
		},
		{
			ports,
			"only the first hop",
			list(range10(1), clients(11), behind("alb"), atHop(0, func(h *hop.Hop) { h.Servers = 1 })),
			"warning 37 set ip_local_port_range to 1024 65535",
		},
		{ports, "a handshake that fails", list(range10(1), clients(11), sends("Upgrade")), ""},
	})
	waits := func(waits bool) string {
		return noteTexts(
			run1(t, limit, limits(100, false), clients(101), atHop(0, func(h *hop.Hop) { h.Limits[0].Waits = waits })),
		)
	}
	if a, b := waits(false), waits(true); !strings.Contains(a, "503") || !strings.Contains(b, "wait") {
		t.Errorf("%q, %q", a, b)
	}
	relays := func(status int) change {
		return atHop(0, func(h *hop.Hop) {
			h.Relay = func(int) hop.Setting[hop.Answer] {
				return written("relay", hop.Answer{Kind: hop.Answered, Status: status}, 38)
			}
		})
	}
	if a, b := noteTexts(run1(t, ports, range10(1), clients(11))),
		noteTexts(run1(t, ports, range10(1), clients(11), relays(503))); !strings.HasSuffix(
		a,
		"fail",
	) ||
		!strings.HasSuffix(b, "get 503") {
		t.Errorf("%q, %q", a, b)
	}
}

// run1 is the one finding of a rule.
func run1(t *testing.T, rule *rules.Rule, changes ...change) rules.Finding {
	t.Helper()
	list := rules.Run([]*rules.Rule{rule}, slices.Values([][]*hop.Path{{socket(changes...)}}))
	if len(list) != 1 {
		t.Fatalf("%s: %d findings", rule.Name, len(list))
	}
	return list[0]
}

// TestSessionEdges: groups of servers, health checks, caches, subrequests, connections that are used again.
func TestSessionEdges(t *testing.T) {
	group := func(sticky string, open bool, fails ...int) change {
		return onlyHop(func(h *hop.Hop) {
			h.Upstream = &hop.Upstream{Name: "upstream app", Pos: at(39), Sticky: sticky, Open: open}
			for i, f := range fails {
				h.Upstream.Peers = append(h.Upstream.Peers, hop.Peer{Pos: at(40 + i), MaxFails: f})
			}
		})
	}
	sessions := func(p *hop.Path) { p.Application = &hop.App{Name: "socket.io", Sticky: "polling"} }
	none, lost := rules.NoSessionAffinity, rules.AffinityLostOnPeerFailure
	keeps := func(front, back time.Duration) []change {
		return list(behind("alb"), func(p *hop.Path) {
			p.Hops[0].UpstreamKeepAlive, p.Hops[1].ClientKeepAlive = written(
				"idle_timeout",
				front,
				41,
			), editable(
				written("keepalive_timeout", back, 42),
			)
		})
	}
	stale, cache, auth := rules.StaleConnectionReused, rules.HandshakeAnsweredFromCache, rules.AuthSubrequestUpgrade
	cached := onlyHop(func(h *hop.Hop) { h.Cache = editable(written("proxy_cache", "zone", 43)) })
	asks := func(r hop.Request) change {
		return onlyHop(func(h *hop.Hop) {
			h.Subrequests = []hop.Subrequest{
				{
					By:    written("auth_request", "/auth", 44),
					Next:  r,
					Pos:   at(45),
					Clear: func() []hop.Edit { return []hop.Edit{{}} },
				},
			}
		})
	}
	without := func(name string) hop.Request {
		r := sent()
		delete(r.Header, name)
		return r
	}
	holdEdges(t, []edge{
		{none, "two servers", list(group("", false, 1, 1), sessions), "warning 39"},
		{none, "one server", list(group("", false, 1), sessions), ""},
		{none, "affinity", list(group("ip_hash", false, 1, 1), sessions), ""},
		{none, "perhaps others", list(group("", true, 1, 1), sessions), ""},
		{none, "no sessions", list(group("", false, 1, 1)), ""},
		{none, "no group", list(sessions), ""},
		{none, "a handshake that fails", list(group("", false, 1, 1), sessions, sends("Upgrade")), ""},
		{lost, "one failure", list(group("ip_hash", false, 0, 1, 1), sessions), "info 41"},
		{lost, "two failures", list(group("ip_hash", false, 2, 3), sessions), ""},
		{lost, "one server", list(group("ip_hash", false, 1), sessions), ""},
		{lost, "no affinity", list(group("", false, 1, 1), sessions), ""},

		{stale, "as long", keeps(60*time.Second, 60*time.Second), "info 42 set keepalive_timeout to 70s"},
		{stale, "longer", keeps(60*time.Second, 61*time.Second), ""},
		{stale, "shorter", keeps(60*time.Second, 5*time.Second), "info 42 set keepalive_timeout to 70s"},
		{
			stale,
			"not known",
			list(behind("alb"), atHop(0, func(h *hop.Hop) { h.UpstreamKeepAlive = written("idle_timeout", time.Minute, 41) })),
			"",
		},
		{stale, "a handshake that fails", append(keeps(60*time.Second, 5*time.Second), sends("Upgrade")), ""},

		{cache, "a cache", list(cached), "warning 43 switch proxy_cache off here"},
		{cache, "on a guess", list(cached, confidence(hop.Likely)), "warning 43 switch proxy_cache off here"},
		{cache, "on a mere possibility", list(cached, confidence(hop.Possible)), ""},
		{cache, "none", nil, ""},
		{cache, "a handshake that fails", list(cached, sends("Upgrade")), ""},

		{auth, "both headers", list(asks(sent())), "warning 45 send the subrequest without Upgrade and Connection"},
		{auth, "no Upgrade", list(asks(without("Upgrade"))), ""},
		{auth, "no Connection", list(asks(without("Connection"))), ""},
		{
			auth,
			"nobody asked for an upgrade",
			list(asks(sent()), func(p *hop.Path) { delete(p.Request.Header, "Upgrade") }),
			"",
		},
		{auth, "it is answered", list(asks(sent()), answers(hop.Answer{Kind: hop.Answered, Status: 403})), ""},
		{
			auth,
			"nobody knows what becomes of it",
			list(asks(sent()), func(p *hop.Path) { p.Last().Answer = unsure[hop.Answer]("x", 3) }),
			"warning 45 send the subrequest without Upgrade and Connection",
		},

		{rules.HealthCheckOnWebSocketPath, "it fails", list(behind("alb"), atHop(0, func(h *hop.Hop) {
			h.Failing = &hop.HealthCheck{
				Setting: written("path", "/ws", 46),
				Of:      "target group app",
				Wants:   "200",
				Got:     "426",
				Servers: 2,
				Failed:  2,
			}
		})), "warning 46"},
		{rules.HealthCheckOnWebSocketPath, "none", nil, ""},
	})
}

// TestKernelEdges: what the kernel does to quiet connections.
func TestKernelEdges(t *testing.T) {
	tracked := func(d time.Duration) change {
		return kernel(func(k *hop.Kernel) { k.Tracked = editable(written("nf_conntrack_tcp_timeout_established", d, 47)) })
	}
	alive := func(d time.Duration) change {
		return kernel(func(k *hop.Kernel) { k.Keepalive = editable(written("tcp_keepalive_time", d, 48)) })
	}
	nat := func(p *hop.Path) {
		behind("nat")(p)
		p.Hops[0].Idle = []hop.Timer{
			{Setting: unset("idle timeout", 350*time.Second, 0), Restart: hop.Either, Counts: hop.Packets, Expiry: hop.RST},
		}
	}
	forgets, rare, scaling := rules.ConntrackForgetsFirst, rules.TCPKeepaliveTooRare, rules.KernelWindowScalingOff
	s := time.Second
	window := func(on bool) change {
		return kernel(func(k *hop.Kernel) { k.WindowScaling = editable(written("tcp_window_scaling", on, 49)) })
	}
	holdEdges(t, []edge{
		{
			forgets,
			"first",
			list(timers(idle(301*s, 7)), tracked(300*s)),
			"warning 47 set nf_conntrack_tcp_timeout_established to 432000",
		},
		{forgets, "at the same time", list(timers(idle(300*s, 7)), tracked(300*s)), ""},
		{forgets, "after a proxy", list(timers(idle(60*s, 7)), tracked(300*s)), ""},
		{
			forgets,
			"and no proxy closes it",
			list(tracked(300 * s)),
			"warning 47 set nf_conntrack_tcp_timeout_established to 432000",
		},
		{forgets, "a ping", list(timers(idle(3600*s, 7)), tracked(300*s), pings(60*s)), ""},
		{forgets, "a default", list(kernel(func(k *hop.Kernel) { k.Tracked = unset("x", 300*s, 0) })), ""},
		{forgets, "a handshake that fails", list(tracked(300*s), sends("Upgrade")), ""},

		{rare, "too late", list(nat, alive(351*s)), "warning 48 set tcp_keepalive_time to 116"},
		{rare, "at the same time", list(nat, alive(350*s)), "warning 48 set tcp_keepalive_time to 116"},
		{rare, "in time", list(nat, alive(349*s)), ""},
		{rare, "no hop counts packets", list(timers(idle(60*s, 7)), alive(7200*s)), ""},
		{rare, "only once", list(nat, nat, alive(7200*s)), "warning 48 set tcp_keepalive_time to 116"},
		{rare, "a default", list(nat, kernel(func(k *hop.Kernel) { k.Keepalive = unset("x", 7200*s, 0) })), ""},
		{rare, "a handshake that fails", list(nat, alive(7200*s), sends("Upgrade")), ""},

		{scaling, "off", list(window(false)), "warning 49 set tcp_window_scaling to 1"},
		{scaling, "on", list(window(true)), ""},
	})
}

// TestIneffectiveEdges: a timeout of another module.
func TestIneffectiveEdges(t *testing.T) {
	other := func(name string, d time.Duration, forName string) change {
		return onlyHop(func(h *hop.Hop) {
			h.Ineffective = []hop.Ineffective{{Setting: written(name, d, 50), For: forName}}
		})
	}
	byDefault := func(d time.Duration) change {
		timer := idle(d, 7)
		timer.Setting = editable(unset("proxy_read_timeout", d, 7))
		return timers(timer)
	}
	rule, s := rules.TimeoutForWrongModule, time.Second
	holdEdges(t, []edge{
		{
			rule,
			"longer than what counts",
			list(byDefault(60*s), other("fastcgi_read_timeout", 61*s, "proxy_read_timeout")),
			"warning 50 set proxy_read_timeout to 61s (safe)",
		},
		{rule, "as long", list(byDefault(60*s), other("fastcgi_read_timeout", 60*s, "proxy_read_timeout")), ""},
		{rule, "in place of another", list(byDefault(60*s), other("fastcgi_read_timeout", 61*s, "uwsgi_read_timeout")), ""},
		{
			rule,
			"what counts is written",
			list(timers(idle(60*s, 7)), other("fastcgi_read_timeout", 61*s, "proxy_read_timeout")),
			"",
		},
		{rule, "not known", list(byDefault(60*s), onlyHop(func(h *hop.Hop) {
			h.Ineffective = []hop.Ineffective{{Setting: unsure[time.Duration]("x", 50), For: "proxy_read_timeout"}}
		})), ""},
		{
			rule,
			"a timer of the application",
			list(func(p *hop.Path) { p.Application = &hop.App{Name: "a", Idle: []hop.Timer{idle(30*s, 8)}} }, byDefault(60*s),
				other("fastcgi_read_timeout", 61*s, "proxy_read_timeout")),
			"warning 50 set proxy_read_timeout to 61s (safe)",
		},
		{
			rule,
			"a handshake that fails",
			list(byDefault(60*s), other("fastcgi_read_timeout", 61*s, "proxy_read_timeout"), sends("Upgrade")),
			"",
		},
	})
}
