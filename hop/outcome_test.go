package hop

import (
	"fmt"
	"testing"
	"time"
)

// said writes an outcome: "answered 502 by 0 after 1m: nginx: proxy_read_timeout".
func said(o Outcome) string {
	s := o.Kind.String()
	if o.Status != 0 {
		s += fmt.Sprintf(" %d", o.Status)
	}
	s += fmt.Sprintf(" by %d", o.By)
	if o.After != 0 {
		s += " after " + FormatDuration(o.After)
	}
	if o.Why != "" {
		s += ": " + o.Why
	}
	return s
}

// lines is a change that sends these lines of a header and no others.
func lines(name string, values ...string) func(*Request) {
	return func(r *Request) {
		delete(r.Header, name)
		for _, v := range values {
			r.Header[name] = append(r.Header[name], fact(v))
		}
	}
}

// open is a change that leaves a header open.
func open(name, why string) func(*Request) {
	return func(r *Request) { r.Header[name] = []Setting[string]{Unknown[string](name, Pos{}, why)} }
}

// passing is a hop that sends on the handshake of a browser, changed.
func passing(name string, change func(*Request)) Hop {
	return Hop{Name: name, Answer: fact(Answer{Kind: PassedOn}), Next: handshake(change)}
}

// TestVerdictReasons: the application refuses for these reasons, or it depends on it, or that is not known.
func TestVerdictReasons(t *testing.T) {
	const refuses = "refused by 1: the application refuses the handshake: "
	for _, c := range []struct {
		name   string
		change func(*Request)
		want   string
	}{
		{"as it is", nil, "open by 1"},
		{"method", func(r *Request) { r.Method = "POST" }, refuses + "the method is POST, a handshake is a GET"},
		{"blank", func(r *Request) { r.Target = "/a b" }, refuses + "the request target contains a space"},
		{"PROXY header", func(r *Request) { r.ProxyProtocol = true },
			"unknown by 1: the connection begins with a PROXY protocol header, and nothing says whether the application " +
				"expects one"},
		{"version not known",
			func(r *Request) { r.Proto = Unknown[string]("proxy_http_version", Pos{}, "a template sets it") },
			"unknown by 1: a template sets it"},
		{"1.0", func(r *Request) { r.Proto = fact("1.0") },
			"depends by 1: the request is HTTP/1.0: some servers accept that, some answer 400, 426 or 505"},
		{"2", func(r *Request) { r.Proto = fact("2") }, refuses + "the request is HTTP/2, which has no Upgrade"},
		{"no Upgrade", lines("Upgrade"), refuses + "there is no Upgrade header"},
		{"another Upgrade", lines("Upgrade", "h2c"), refuses + `Upgrade is "h2c", not websocket`},
		{"two Upgrades", lines("Upgrade", "websocket", "websocket"),
			"depends by 1: there are two Upgrade lines, which about half of all servers refuse"},
		{"two others", lines("Upgrade", "a", "b"), refuses + `Upgrade is "a" and "b", not websocket`},
		{"an open Upgrade", open("Upgrade", "Lua sets it"), "unknown by 1: Lua sets it"},
		{"Connection", lines("Connection", "close"), refuses + `Connection is "close", not upgrade`},
		{"no Connection", lines("Connection"), refuses + "there is no Connection header"},
		{"an open Connection", open("Connection", "Lua sets it"), "unknown by 1: Lua sets it"},
		{"no key", lines("Sec-Websocket-Key"), refuses + "there is no Sec-WebSocket-Key header"},
		{"an empty key", lines("Sec-Websocket-Key", ""), refuses + `Sec-WebSocket-Key is "", not one key`},
		{"two keys", lines("Sec-Websocket-Key", "a", "b"), refuses + `Sec-WebSocket-Key is "a" and "b", not one key`},
		{"no version", lines("Sec-Websocket-Version"), refuses + "there is no Sec-WebSocket-Version header"},
		{"another version", lines("Sec-Websocket-Version", "8"), refuses + `Sec-WebSocket-Version is "8", not 13`},
		{"two versions", lines("Sec-Websocket-Version", "13", "13"),
			refuses + `Sec-WebSocket-Version is "13" and "13", not 13`},
		{"two Hosts", lines("Host", "a", "b"),
			"depends by 1: there are two Host lines: Go's net/http answers 400, ws on Node accepts that"},
		{"no Host", lines("Host"), refuses + "there is no Host header, which HTTP/1.1 requires"},
		{"no Host in 1.0", func(r *Request) { lines("Host")(r); r.Proto = fact("1.0") },
			"depends by 1: the request is HTTP/1.0: some servers accept that, some answer 400, 426 or 505"},
		{"a body", func(r *Request) { r.HasBody = true },
			"depends by 1: the request has a body, which some servers refuse in a handshake"},
		{"refused outweighs unknown", func(r *Request) { open("Upgrade", "Lua")(r); lines("Connection")(r) },
			refuses + "there is no Connection header"},
		{"unknown outweighs depends", func(r *Request) { open("Upgrade", "Lua")(r); r.HasBody = true }, "unknown by 1: Lua"},
		{"the first reason counts", func(r *Request) { lines("Upgrade")(r); lines("Connection")(r) },
			refuses + "there is no Upgrade header"},
		{"others may be sent", func(r *Request) { lines("Upgrade")(r); r.Rest = "more_set_headers" },
			"unknown by 1: more_set_headers"},
	} {
		p := &Path{Browser: "chrome", Request: handshake(nil), Hops: []Hop{passing("nginx", c.change)}}
		if got := said(p.Handshake()); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		ok, sure := p.Final().IsUpgrade()
		if kind := p.Final().verdict().kind; ok != (kind == Open) || sure != (kind != OutcomeUnknown) {
			t.Errorf("%s: IsUpgrade says %v, %v", c.name, ok, sure)
		}
	}
}

// TestReplies: what becomes of the 101 on its way back through two hops, by whom and why.
func TestReplies(t *testing.T) {
	hidden := func(name string) Reply { return Reply{Hidden: []Setting[string]{fact(name)}} }
	added := func(name string, s ...Setting[string]) Reply {
		return Reply{Added: map[string][]Setting[string]{name: s}}
	}
	unsure := Unknown[string]("add_header", Pos{}, "$x is not known")
	asks := func(list ...string) func(*Request) { return lines("Sec-Websocket-Protocol", list...) }
	none := func(*Request) {}
	for _, c := range []struct {
		name         string
		sent, passed func(*Request) // of the browser; of both hops
		front, back  Reply
		browser      string
		want         string
	}{
		{"untouched", none, none, Reply{}, Reply{}, "chrome", "open by 2"},
		{"the inner hop hides", none, none, Reply{}, hidden("Upgrade"), "chrome",
			"refused by 1: back hides Upgrade in the 101"},
		{"the outer hop hides", none, none, hidden("Sec-Websocket-Accept"), Reply{}, "chrome",
			"refused by 0: front hides Sec-WebSocket-Accept in the 101"},
		{"hidden and set again", none, none, added("Upgrade", fact("websocket")), hidden("Upgrade"), "chrome", "open by 2"},
		{"another Upgrade", none, none, added("Upgrade", fact("h2c")), hidden("Upgrade"), "chrome",
			"refused by 0: front gives the 101 another Upgrade"},
		{"another accept", none, none, added("Sec-Websocket-Accept", fact("x")), hidden("Sec-Websocket-Accept"), "chrome",
			"refused by 0: front gives the 101 another Sec-WebSocket-Accept"},
		{"a second accept", none, none, Reply{}, added("Sec-Websocket-Accept", fact("x")), "chrome",
			"refused by 1: back adds a second Sec-WebSocket-Accept to the 101"},
		{"an empty line is none", none, none, Reply{}, added("Upgrade", fact("")), "chrome", "open by 2"},
		{"Connection hidden", none, none, Reply{}, hidden("Connection"), "chrome",
			"refused by 1: back leaves no upgrade in the Connection of the 101"},
		{"Connection beside another", none, none, Reply{}, added("Connection", fact("close")), "chrome", "open by 2"},
		{"an extension", none, none, added("Sec-Websocket-Extensions", fact("x")), Reply{}, "chrome",
			"refused by 0: front adds Sec-WebSocket-Extensions to the 101"},
		{"an open line", none, none, Reply{}, added("Upgrade", unsure), "chrome", "unknown by 1: $x is not known"},
		{"an open line that is hidden", none, none, hidden("Upgrade"), added("Upgrade", unsure), "chrome",
			"refused by 0: front hides Upgrade in the 101"},
		{"a header of an open name", none, none, Reply{Hidden: []Setting[string]{unsure}}, Reply{}, "chrome",
			"unknown by 0: $x is not known"},
		{"a fault outweighs that", none, none, Reply{Hidden: []Setting[string]{unsure}}, hidden("Upgrade"), "chrome",
			"refused by 1: back hides Upgrade in the 101"},

		{"a subprotocol", asks("a, b"), asks("a, b"), Reply{}, Reply{}, "chrome", "open by 2"},
		{"the application is asked for another", asks("a"), asks("b"), Reply{}, Reply{}, "chrome",
			"refused by 2: the application names a Sec-WebSocket-Protocol in the 101 that the client does not ask for"},
		{"the second of two", asks("a", "b"), asks("b"), Reply{}, Reply{}, "chrome", "open by 2"},
		{"it is never asked", asks("a"), none, Reply{}, Reply{}, "chrome",
			"refused by 2: the client asks for a subprotocol and the application is never asked, so its 101 names none"},
		{"and Firefox does not mind", asks("a"), none, Reply{}, Reply{}, "firefox", "open by 2"},
		{"hidden", asks("a"), asks("a"), Reply{}, hidden("Sec-Websocket-Protocol"), "chrome",
			"refused by 1: back hides Sec-WebSocket-Protocol in the 101"},
		{"hidden and named again", asks("a"), asks("a"), added("Sec-Websocket-Protocol", fact("a")),
			hidden("Sec-Websocket-Protocol"), "chrome", "open by 2"},
		{"two", asks("a"), asks("a"), added("Sec-Websocket-Protocol", fact("a")), Reply{}, "chrome",
			"refused by 0: front adds a second Sec-WebSocket-Protocol to the 101"},
		{"one that nobody asked for", none, none, added("Sec-Websocket-Protocol", fact("a")), Reply{}, "chrome",
			"refused by 0: front names a Sec-WebSocket-Protocol in the 101 that the client does not ask for"},
		{"and Firefox does not mind that", none, none, added("Sec-Websocket-Protocol", fact("a")), Reply{}, "firefox-115",
			"open by 2"},
		{"two Upgrade lines", none, none, added("Upgrade", fact("h2c")), Reply{}, "chrome",
			"refused by 0: front adds a second Upgrade to the 101"},
		{"of which Firefox wants one", none, none, added("Upgrade", fact("h2c")), Reply{}, "firefox", "open by 2"},
		{"and not another alone", none, none, added("Upgrade", fact("h2c")), hidden("Upgrade"), "firefox",
			"refused by 0: front gives the 101 another Upgrade"},
		{"the browser's own extension", asks("a"), asks("a"), added("Sec-Websocket-Extensions", fact("permessage-deflate")),
			Reply{}, "chrome", "refused by 0: front adds Sec-WebSocket-Extensions to the 101"},
		{"asked for by Lua", asks("a"), open("Sec-Websocket-Protocol", "Lua"), Reply{}, Reply{}, "chrome",
			"unknown by 2: Lua"},
		{"named by Lua", asks("a"), asks("a"), Reply{}, added("Sec-Websocket-Protocol", unsure), "chrome",
			"unknown by 2: $x is not known"},
		{"named by Lua, and nobody asked", none, none, Reply{}, added("Sec-Websocket-Protocol", unsure), "chrome",
			"unknown by 1: $x is not known"},
		{"a spaced list", asks(" a ,\tb"), asks("b"), Reply{}, Reply{}, "chrome", "open by 2"},

		{"another key", none, lines("Sec-Websocket-Key", "x"), Reply{}, Reply{}, "chrome",
			"refused by 2: the Sec-WebSocket-Key that arrives is not the client's, so the Sec-WebSocket-Accept of the 101 is " +
				"wrong for it"},
		{"an open key", none, open("Sec-Websocket-Key", "Lua"), Reply{}, Reply{}, "chrome", "unknown by 2: Lua"},
		{"502 instead", none, none, Reply{},
			Reply{Instead: []Setting[Answer]{Written("proxy_buffer_size", Answer{Kind: Answered, Status: 502}, Pos{})}},
			"chrome",
			"answered 502 by 1: back: proxy_buffer_size"},
		{"perhaps something instead", none, none, Reply{},
			Reply{Instead: []Setting[Answer]{Unknown[Answer]("ssi", Pos{}, "the type is open")}}, "chrome",
			"unknown by 1: the type is open"},
		{"depends, and comes back intact", none, func(r *Request) { r.HasBody = true }, Reply{}, Reply{}, "chrome",
			"depends by 2: the request has a body, which some servers refuse in a handshake"},
		{"depends, and is mangled on the way back", none, func(r *Request) { r.HasBody = true }, hidden("Upgrade"), Reply{},
			"chrome",
			"refused by 0: front hides Upgrade in the 101"},
	} {
		front, back := passing("front", c.passed), passing("back", c.passed)
		front.Reply, back.Reply = c.front, c.back
		p := &Path{Browser: c.browser, Request: handshake(c.sent), Hops: []Hop{front, back}}
		if got := said(p.Handshake()); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestRelayed: what a hop in front makes of an answer, a closed connection or silence further back.
func TestRelayed(t *testing.T) {
	relay := func(h Hop, answers map[int]Setting[Answer]) Hop {
		h.Relay = func(status int) Setting[Answer] {
			if a, ok := answers[status]; ok {
				return a
			}
			return Written("as it came", Answer{Kind: Answered, Status: status}, Pos{})
		}
		return h
	}
	wait := func(h Hop, d time.Duration) Hop {
		h.Wait = Written("proxy_read_timeout", d, Pos{})
		return h
	}
	status := func(name string, n int) Setting[Answer] {
		return Written(name, Answer{Kind: Answered, Status: n}, Pos{})
	}
	front, middle := passing("front", nil), passing("middle", nil)
	is := func(a Answer) Hop { return Hop{Name: "last", Answer: Written("return", a, Pos{})} }
	denies, closes, hangs := is(Answer{Kind: Answered, Status: 403}), is(Answer{Kind: Closed}), is(Answer{Kind: Hangs})
	for _, c := range []struct {
		name string
		hops []Hop
		want string
	}{
		{"nobody is in front", []Hop{denies}, "answered 403 by 0: last: return"},
		{"a hop that passes bytes on", []Hop{front, denies}, "answered 403 by 1: last: return"},
		{"a status that stays", []Hop{relay(front, nil), denies}, "answered 403 by 1: last: return"},
		{"an error page", []Hop{relay(front, map[int]Setting[Answer]{403: status("error_page", 200)}), denies},
			"answered 200 by 0: front: error_page"},
		{"a page of the same status", []Hop{relay(front, map[int]Setting[Answer]{403: status("error_page", 403)}), denies},
			"answered 403 by 1: last: return"},
		{"one that is not known",
			[]Hop{relay(front, map[int]Setting[Answer]{403: Unknown[Answer]("error_page", Pos{}, "a template")}), denies},
			"unknown by 0: a template"},
		{"two pages", []Hop{relay(front, map[int]Setting[Answer]{502: status("outer", 503)}),
			relay(middle, map[int]Setting[Answer]{403: status("inner", 502)}), denies},
			"answered 503 by 0: front: outer"},
		{"a status is not known", []Hop{relay(front, map[int]Setting[Answer]{0: status("wrong", 500)}),
			is(Answer{Kind: Answered})}, "answered by 1: last: return"},
		{"closed", []Hop{front, closes}, "closed by 1: last: return"},
		{"closed behind a proxy", []Hop{relay(front, map[int]Setting[Answer]{Closes: status("upstream", 502)}), closes},
			"answered 502 by 0: front: upstream"},
		{"silent", []Hop{hangs}, "hangs by 0: last: return"},
		{"silent behind one that waits for ever",
			[]Hop{relay(front, map[int]Setting[Answer]{Silent: status("upstream", 504)}), hangs}, "hangs by 1: last: return"},
		{"silent behind one that waits for 0",
			[]Hop{wait(relay(front, map[int]Setting[Answer]{Silent: status("upstream", 504)}), 0), hangs},
			"hangs by 1: last: return"},
		{"silent behind one that waits", []Hop{wait(relay(front, map[int]Setting[Answer]{Silent: status("upstream", 504)}),
			time.Minute), hangs},
			"answered 504 by 0 after 60s: front: upstream"},
		{"silent behind one that only passes bytes on", []Hop{wait(front, time.Minute), hangs},
			"closed by 0 after 60s: front: proxy_read_timeout"},
		{"which then is closed for the next", []Hop{relay(front, map[int]Setting[Answer]{Closes: status("upstream", 502)}),
			wait(middle, time.Minute), hangs},
			"answered 502 by 0 after 60s: front: upstream"},
		{"silent for a time that is not known", []Hop{func() Hop {
			h := relay(front, nil)
			h.Wait = Unknown[time.Duration]("proxy_read_timeout", Pos{}, "a template")
			return h
		}(), hangs}, "unknown by 0: a template"},
	} {
		p := &Path{Browser: "chrome", Request: handshake(nil), Hops: c.hops}
		if got := said(p.Handshake()); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestEndless: the head of an answer whose body is a tunnel gets through a hop that does not wait for the body.
func TestEndless(t *testing.T) {
	asIs := func(status int) Setting[Answer] { return fact(Answer{Kind: Answered, Status: status}) }
	page := func(int) Setting[Answer] { return fact(Answer{Kind: Answered, Status: 410}) }
	for name, c := range map[string]struct {
		relay func(int) Setting[Answer]
		holds Setting[bool]
		want  Outcome
	}{
		"held":          {asIs, fact(true), Outcome{Kind: HangsForever}},
		"not held":      {asIs, fact(false), Outcome{Kind: AnsweredByProxy, Status: 404, By: 1}},
		"nothing holds": {asIs, Setting[bool]{}, Outcome{Kind: AnsweredByProxy, Status: 404, By: 1}},
		"not known":     {asIs, Unknown[bool]("proxy_buffering", Pos{}, "a template"), Outcome{Kind: OutcomeUnknown}},
		"replaced":      {page, fact(true), Outcome{Kind: AnsweredByProxy, Status: 410}},
	} {
		front, back := passing("front", nil), passing("back", nil)
		front.Relay, front.HoldsHead = c.relay, c.holds
		front.HoldsHead.Name = map[bool]string{true: "", false: "proxy_buffering"}[name == "nothing holds"]
		back.Reply.Instead = []Setting[Answer]{fact(Answer{Kind: Answered, Status: 404, Endless: true})}
		p := &Path{Browser: "chrome", Request: handshake(nil), Hops: []Hop{front, back}}
		o := p.Handshake()
		if o.Kind != c.want.Kind || o.Status != c.want.Status || o.By != c.want.By {
			t.Errorf("%s: %+v, want %+v", name, o, c.want)
		}
	}
}
