package hop

import (
	"testing"
	"time"
)

// TestCounts: whose traffic and what kind of it restarts a timer, and how far TCP keepalive gets.
func TestCounts(t *testing.T) {
	timer := func(counts Unit, restart Side) Timer {
		return Timer{Setting: Written("t", time.Minute, Pos{}), Counts: counts, Restart: restart}
	}
	wire, proxy := Hop{
		Name: "nat",
		Idle: []Timer{timer(Packets, Either)},
	}, Hop{
		Name: "alb",
		Idle: []Timer{timer(Bytes, Either)},
	}
	silent := Hop{Name: "traefik"} // no timer: it ends connections all the same
	ping := func(moves Side, sends Unit) Ping { return Ping{Moves: moves, Sends: sends} }
	for _, tc := range []struct {
		name string
		hops []Hop
		ping Ping
		i    int
		want bool
	}{
		{"bytes of the client", []Hop{proxy}, ping(Client, Bytes), 0, true},
		{"bytes restart what counts packets", []Hop{wire}, ping(Client, Bytes), 0, true},
		{"packets do not restart what counts bytes", []Hop{proxy}, ping(Server, Packets), 0, false},
		{"packets from the server", []Hop{wire}, ping(Server, Packets), 0, true},
		{"packets through another that passes them on", []Hop{wire, wire}, ping(Server, Packets), 0, true},
		{"packets end at a proxy", []Hop{wire, proxy}, ping(Server, Packets), 0, false},
		{"and at one without timers", []Hop{wire, silent}, ping(Server, Packets), 0, false},
		{"packets of the client reach what is in front of it", []Hop{wire, proxy}, ping(Client, Packets), 0, true},
		{"and not what is behind it", []Hop{proxy, wire}, ping(Client, Packets), 1, false},
	} {
		p := Path{Hops: tc.hops}
		if got := p.Counts(tc.ping, tc.i, tc.hops[tc.i].Idle[0]); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
	p := Path{Hops: []Hop{proxy}}
	if p.Counts(ping(Client, Bytes), 0, timer(Bytes, Server)) {
		t.Error("bytes of the client restart a timer that counts those of the server")
	}
}

func TestStation(t *testing.T) {
	at := Pos{File: "f", Line: 1}
	p := Path{Hops: []Hop{{Name: "nginx", Pos: at}}}
	if name, pos := p.Station(1); name != "the application" || !pos.IsZero() {
		t.Errorf("%s at %s", name, pos)
	}
	p.Application = &App{Name: "daphne", Pos: at, Life: []Timer{{Setting: Default("websocket_timeout", time.Hour, at)}}}
	if name, pos := p.Station(1); name != "daphne" || pos != at {
		t.Errorf("%s at %s", name, pos)
	}
	if cuts := p.Cuts(); len(cuts) != 1 || cuts[0].Hop != 1 || cuts[0].After != time.Hour {
		t.Errorf("cuts %+v", cuts)
	}
	if name, _ := p.Station(0); name != "nginx" {
		t.Errorf("hop 0 is %s", name)
	}
}
