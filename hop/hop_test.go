package hop

import (
	"testing"
	"time"
)

func fact[T any](v T) Setting[T] { return Written("test", v, Pos{}) }

// TestCuts holds the arithmetic of law T4: a ping counts only where it moves the expiry by the timer's laziness.
func TestCuts(t *testing.T) {
	const lazy, s, ms = 300 * time.Millisecond, time.Second, time.Millisecond
	every := func(d time.Duration, moves Side) []Ping { return []Ping{{Every: fact(d), Moves: moves}} }
	for _, c := range []struct {
		name   string
		length time.Duration
		watch  Side
		lazy   time.Duration
		pings  []Ping
		after  time.Duration // 0: never
		race   bool
	}{
		{"no pings", 60 * s, Either, lazy, nil, 60 * s, false},
		{"ping in time", 60 * s, Either, lazy, every(25*s, Either), 0, false},
		{"ping too late", 60 * s, Either, lazy, every(75*s, Either), 60 * s, false},
		{"ping when due", 60 * s, Either, lazy, every(60*s, Either), 60 * s, true},
		{"just in time", 60 * s, Either, lazy, every(60*s-ms, Either), 0, false},
		{"one side is enough", 60 * s, Either, lazy, every(25*s, Client), 0, false},
		{"the wrong side", 60 * s, Server, 0, every(25*s, Client), 60 * s, false},
		{"the right side", 60 * s, Server, 0, every(25*s, Either), 0, false},
		{"the quicker of two, first", 60 * s, Either, lazy, append(every(20*s, Client), every(90*s, Server)...), 0, false},
		{"the quicker of two", 60 * s, Either, lazy, append(every(90*s, Server), every(20*s, Client)...), 0, false},
		{"every second ping counts", 500 * ms, Either, lazy, every(200*ms, Either), 0, false},
		{"and that one is late", 350 * ms, Either, lazy, every(200*ms, Either), 350 * ms, false},
		{"and that one is due", 400 * ms, Either, lazy, every(200*ms, Either), 400 * ms, true},
		{"lazier than long", 300 * ms, Either, lazy, every(50*ms, Either), 300 * ms, false},
		{"a timer without laziness", 300 * ms, Either, 0, every(50*ms, Either), 0, false},
		{"a lifetime", 2 * time.Hour, 0, 0, every(25*s, Either), 2 * time.Hour, false},
	} {
		timer := Timer{Setting: fact(c.length), Restart: c.watch, Lazy: c.lazy}
		p := &Path{Hops: []Hop{{Idle: []Timer{timer}}}, Pings: c.pings}
		cuts := p.Cuts()
		switch {
		case c.after == 0 && len(cuts) > 0:
			t.Errorf("%s: cut after %s, want never", c.name, cuts[0].After)
		case c.after > 0 && (len(cuts) != 1 || cuts[0].After != c.after || cuts[0].Race != c.race):
			t.Errorf("%s: got %+v, want a cut after %s, race %t", c.name, cuts, c.after, c.race)
		}
		if list := p.UnknownTimers(); len(list) > 0 {
			t.Errorf("%s: unknown timers %v", c.name, list)
		}
	}
}

func TestUnknownTimers(t *testing.T) {
	length := Timer{Setting: Unknown[time.Duration]("proxy_read_timeout", Pos{}, "a template"), Restart: Either}
	ping := Ping{Every: Unknown[time.Duration]("ping", Pos{}, "an application nobody knows"), Moves: Either}
	for name, p := range map[string]*Path{
		"length": {Hops: []Hop{{Idle: []Timer{length}}}},
		"ping":   {Hops: []Hop{{Idle: []Timer{{Setting: fact(time.Minute), Restart: Either}}}}, Pings: []Ping{ping}},
	} {
		if len(p.Cuts()) != 0 || len(p.UnknownTimers()) != 1 {
			t.Errorf("%s: cuts %v, unknown %v", name, p.Cuts(), p.UnknownTimers())
		}
	}
}

// handshake is a request as a browser sends it, changed by change.
func handshake(change func(*Request)) Request {
	line := func(v string) []Setting[string] { return []Setting[string]{fact(v)} }
	r := Request{Method: "GET", Target: "/ws", Proto: fact("1.1"), Header: map[string][]Setting[string]{
		"Host": line(
			"a",
		), "Upgrade": line("websocket"), "Connection": line("Upgrade"),
		"Sec-Websocket-Key": line("dGhlIHNhbXBsZSBub25jZQ=="), "Sec-Websocket-Version": line("13"),
	}}
	if change != nil {
		change(&r)
	}
	return r
}

// TestHandshake holds what servers make of a request (laws H1, H2, Q1) and what becomes of their 101 (R1 to R3).
func TestHandshake(t *testing.T) {
	set := func(name string, values ...string) func(*Request) {
		return func(r *Request) {
			delete(r.Header, name)
			for _, v := range values {
				r.Header[name] = append(r.Header[name], fact(v))
			}
		}
	}
	hide := func(name string) Reply { return Reply{Hidden: []Setting[string]{fact(name)}} }
	asks := set("Sec-Websocket-Protocol", "chat")
	for _, c := range []struct {
		name    string
		sent    func(*Request) // of the browser's
		arrives func(*Request) // of what the hop sends on
		reply   Reply
		want    OutcomeKind
	}{
		{"as sent", nil, nil, Reply{}, Open},
		{"Firefox's Connection", nil, set("Connection", "keep-alive, Upgrade"), Reply{}, Open},
		{"upgrade among lines", nil, set("Connection", "close", "upgrade"), Reply{}, Open},
		{"no Upgrade", nil, set("Upgrade"), Reply{}, Refused},
		{"h2c too", nil, set("Upgrade", "h2c, websocket"), Reply{}, Open},
		{"two Upgrade lines", nil, set("Upgrade", "websocket", "websocket"), Reply{}, Depends},
		{"upgraded is another word", nil, set("Connection", "upgraded"), Reply{}, Refused},
		{"two Host lines", nil, set("Host", "a", "b"), Reply{}, Depends},
		{"no Host", nil, set("Host"), Reply{}, Refused},
		{"a POST", nil, func(r *Request) { r.Method = "POST" }, Reply{}, Refused},
		{"HTTP/1.0", nil, func(r *Request) { r.Proto = fact("1.0") }, Reply{}, Depends},
		{"HTTP/2", nil, func(r *Request) { r.Proto = fact("2") }, Reply{}, Refused},
		{"HTTP/1.0 without Upgrade", nil, func(r *Request) { r.Proto = fact("1.0"); delete(r.Header, "Upgrade") }, Reply{},
			Refused},
		{"unknown Connection", nil, func(r *Request) {
			r.Header["Connection"] = []Setting[string]{Unknown[string]("Connection", Pos{}, "Lua")}
		}, Reply{}, OutcomeUnknown},
		{"unknown beside a fault", nil, func(r *Request) {
			r.Header["Connection"] = []Setting[string]{Unknown[string]("Connection", Pos{}, "Lua")}
			delete(r.Header, "Upgrade")
		}, Reply{}, Refused},
		{"a constant key", nil, set("Sec-Websocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="), Reply{}, Refused},
		{"no key", nil, set("Sec-Websocket-Key"), Reply{}, Refused},
		{"no extensions", nil, set("Sec-Websocket-Extensions"), Reply{}, Open},
		{"hidden Upgrade", nil, nil, hide("Upgrade"), Refused},
		{"hidden Accept", nil, nil, hide("Sec-Websocket-Accept"), Refused},
		{"hidden Server", nil, nil, hide("Server"), Open},
		{"hidden protocol, none asked for", nil, nil, hide("Sec-Websocket-Protocol"), Open},
		{"hidden protocol", asks, asks, hide("Sec-Websocket-Protocol"), Refused},
		{"protocol lost on the way", asks, nil, Reply{}, Refused},
		{"a second Upgrade in the 101", nil, nil, Reply{Added: map[string][]Setting[string]{"Upgrade": {fact("websocket")}}},
			Refused},
		{"502 instead", nil, nil, Reply{Instead: []Setting[Answer]{fact(Answer{Kind: Answered, Status: 502})}},
			AnsweredByProxy},
		{"nothing instead", nil, nil, Reply{Instead: []Setting[Answer]{fact(Answer{Kind: Hangs})}}, HangsForever},
	} {
		p := &Path{Browser: "chrome", Request: handshake(c.sent)}
		p.Hops = []Hop{{Name: "hop", Answer: fact(Answer{Kind: PassedOn}), Next: handshake(c.arrives), Reply: c.reply}}
		if got := p.Handshake(); got.Kind != c.want {
			t.Errorf("%s: %s (%s), want %s", c.name, got.Kind, got.Why, c.want)
		}
	}
}

// TestAnswers holds that the first hop that does not pass the handshake on decides.
func TestAnswers(t *testing.T) {
	pass := Hop{Answer: fact(Answer{Kind: PassedOn}), Next: handshake(nil)}
	redirect := Hop{Answer: fact(Answer{Kind: Answered, Status: 301})}
	lost := Hop{Answer: Unknown[Answer]("auth_request", Pos{}, "a service decides")}
	for _, c := range []struct {
		hops   []Hop
		want   OutcomeKind
		status int
		by     int
	}{
		{[]Hop{redirect}, AnsweredByProxy, 301, 0},
		{[]Hop{pass, redirect}, AnsweredByProxy, 301, 1},
		{[]Hop{lost}, OutcomeUnknown, 0, 0},
		{[]Hop{pass, pass}, Open, 0, 2},
		{[]Hop{{Answer: fact(Answer{Kind: Closed})}}, ClosedByProxy, 0, 0},
	} {
		p := &Path{Browser: "chrome", Request: handshake(nil), Hops: c.hops}
		if got := p.Handshake(); got.Kind != c.want || got.Status != c.status || got.By != c.by {
			t.Errorf("got %+v, want %s %d by %d", got, c.want, c.status, c.by)
		}
	}
}
