//go:build unix

package oracle

import (
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
)

// A reply is what a proxy makes of the application's 101, and whether the browsers take it.
type reply struct {
	name            string
	ask             []string // subprotocols; the application chooses the first
	hide            []string // headers
	add             []Line
	early           bool // a 103 comes first
	chrome, firefox bool // it opens
}

// replies: laws B1, B2, B5, R1 to R3; hop.Path.Handshake; rules handshake-header-hidden, duplicate-handshake-header,
// early-hint-before-upgrade, handshake-request-mangled.
var replies = []reply{
	{"untouched", nil, nil, nil, false, true, true},
	{"no Upgrade", nil, []string{"Upgrade"}, nil, false, false, false},
	{"another Upgrade", nil, []string{"Upgrade"}, []Line{{"Upgrade", "h2c"}}, false, false, false},
	{"Upgrade in other letters", nil, []string{"Upgrade"}, []Line{{"Upgrade", "WebSocket"}}, false, true, true},
	{"two Upgrade lines", nil, nil, []Line{{"Upgrade", "websocket"}}, false, false, true},
	{"two Upgrade lines, one other", nil, nil, []Line{{"Upgrade", "h2c"}}, false, false, true},
	{"Upgrade lists two", nil, []string{"Upgrade"}, []Line{{"Upgrade", "h2c, websocket"}}, false, false, true},
	{"no Connection", nil, []string{"Connection"}, nil, false, false, false},
	{"another Connection", nil, []string{"Connection"}, []Line{{"Connection", "close"}}, false, false, false},
	{"two Connection lines", nil, nil, []Line{{"Connection", "Upgrade"}}, false, true, true},
	{"two Connection lines, one other", nil, nil, []Line{{"Connection", "close"}}, false, true, true},
	{"Connection lists two", nil, []string{"Connection"}, []Line{{"Connection", "keep-alive, Upgrade"}},
		false, true, true},
	{"no accept", nil, []string{"Sec-Websocket-Accept"}, nil, false, false, false},
	{"wrong accept", nil, []string{"Sec-Websocket-Accept"}, []Line{{"Sec-WebSocket-Accept", "x"}}, false, false, false},
	{"two accepts", nil, nil, []Line{{"Sec-WebSocket-Accept", "{accept}"}}, false, false, false},
	{"two accepts, one wrong", nil, nil, []Line{{"Sec-WebSocket-Accept", "x"}}, false, false, false},
	{"a subprotocol", []string{"a", "b"}, nil, nil, false, true, true},
	{"the second subprotocol", []string{"a", "b"}, []string{"Sec-Websocket-Protocol"},
		[]Line{{"Sec-WebSocket-Protocol", "b"}}, false, true, true},
	{"no subprotocol, though asked for", []string{"a"}, []string{"Sec-Websocket-Protocol"}, nil, false, false, true},
	{"another subprotocol", []string{"a"}, []string{"Sec-Websocket-Protocol"}, []Line{{"Sec-WebSocket-Protocol", "b"}},
		false, false, false},
	{"a subprotocol in other letters", []string{"a"}, []string{"Sec-Websocket-Protocol"},
		[]Line{{"Sec-WebSocket-Protocol", "A"}}, false, false, false},
	{"a subprotocol, though none was asked for", nil, nil, []Line{{"Sec-WebSocket-Protocol", "a"}}, false, false, true},
	{"two subprotocols, though none was asked for", nil, nil,
		[]Line{{"Sec-WebSocket-Protocol", "a"}, {"Sec-WebSocket-Protocol", "b"}}, false, false, true},
	{"two subprotocols", []string{"a", "b"}, nil, []Line{{"Sec-WebSocket-Protocol", "b"}}, false, false, false},
	{"a subprotocol twice", []string{"a"}, nil, []Line{{"Sec-WebSocket-Protocol", "a"}}, false, false, false},
	{"a list of subprotocols", []string{"a", "b"}, []string{"Sec-Websocket-Protocol"},
		[]Line{{"Sec-WebSocket-Protocol", "a, b"}}, false, false, false},
	{"an extension", nil, nil, []Line{{"Sec-WebSocket-Extensions", "permessage-deflate"}}, false, true, true},
	{"an extension twice", nil, nil, []Line{{"Sec-WebSocket-Extensions", "permessage-deflate"},
		{"Sec-WebSocket-Extensions", "permessage-deflate"}}, false, false, false},
	{"an extension that nobody asked for", nil, nil, []Line{{"Sec-WebSocket-Extensions", "x"}}, false, false, false},
	{"a 103 first", nil, nil, nil, true, false, true},
}

// replyCases are the replies for real browsers, and others that no proxy makes of a 101.
func replyCases() []browserCase {
	list := []browserCase{
		{name: "101 of HTTP/1.0", reply: strings.Replace(ok101, "/1.1", "/1.0", 1), then: "ws.close()",
			chrome: closed, firefox: failed},
		{name: "102 first", reply: "HTTP/1.1 102 Processing\n\n" + ok101, then: "ws.close()",
			chrome: failed, firefox: closed},
		{name: "100 first", reply: "HTTP/1.1 100 Continue\n\n" + ok101, then: "ws.close()",
			chrome: failed, firefox: closed},
	}
	sees := func(r reply, opens bool) string {
		if !opens {
			return failed
		}
		text := "open"
		if chosen := values(r.lines(), "Sec-WebSocket-Protocol"); len(chosen) > 0 && len(r.ask) > 0 {
			text += " " + chosen[0]
		}
		if len(values(r.lines(), "Sec-WebSocket-Extensions")) > 0 {
			text += " permessage-deflate"
		}
		return text + ", 1005 clean"
	}
	for _, r := range replies {
		c := browserCase{name: r.name, ask: r.ask, then: "ws.close()"}
		c.chrome, c.firefox = sees(r, r.chrome), sees(r, r.firefox)
		if r.early {
			c.reply = "HTTP/1.1 103 Early Hints\nLink: </a.css>; rel=preload; as=style\n\n"
		}
		c.reply += switching
		for _, l := range r.lines() {
			c.reply += l.Name + ": " + l.Value + "\n"
		}
		c.reply += "\n"
		list = append(list, c)
	}
	return list
}

// lines are those of the 101.
func (r reply) lines() []Line {
	list := []Line{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", "{accept}"}}
	if len(r.ask) > 0 {
		list = append(list, Line{"Sec-WebSocket-Protocol", r.ask[0]})
	}
	list = slices.DeleteFunc(list, func(l Line) bool {
		return slices.Contains(r.hide, textproto.CanonicalMIMEHeaderKey(l.Name))
	})
	return append(list, r.add...)
}

// TestReplies holds the prediction for each browser, and what the oracle's own client takes, against what real ones do:
// TestBrowsers.
func TestReplies(t *testing.T) {
	for _, r := range replies {
		for _, b := range lint.Browsers {
			opens := map[bool]bool{true: r.chrome, false: r.firefox}[b == "chrome"]
			q, err := lint.Handshake{URL: "ws://a/", Browser: b, Subprotocols: r.ask}.Request()
			if err != nil {
				t.Fatal(err)
			}
			h := hop.Hop{Name: "proxy", Next: q, Answer: hop.Written("", hop.Answer{}, hop.Pos{})}
			h.Reply.Added = map[string][]hop.Setting[string]{}
			for _, name := range r.hide {
				h.Reply.Hidden = append(h.Reply.Hidden, hop.Written(name, name, hop.Pos{}))
			}
			for _, l := range r.add {
				name, value := textproto.CanonicalMIMEHeaderKey(l.Name), l.Value
				h.Reply.Added[name] = append(h.Reply.Added[name], hop.Written(l.Name, value, hop.Pos{}))
			}
			if r.early {
				h.Reply.Early = append(h.Reply.Early, hop.Written("103", 103, hop.Pos{}))
			}
			p := &hop.Path{Browser: b, Request: q, Hops: []hop.Hop{h}}
			// What an application that compresses sends itself nobody knows.
			o := p.Handshake()
			if o.Kind != hop.Depends && (o.Kind == hop.Open) != opens || o.Kind == hop.Depends && r.name != "an extension" {
				t.Errorf("%s in %s: predicted %s (%s), opens: %t", r.name, b, o.Kind, o.Why, opens)
			}
			lines := r.lines()
			for i := range lines {
				lines[i].Value = strings.ReplaceAll(lines[i].Value, "{accept}", accept(key))
			}
			got := hop.Received{Proto: "1.1", Early: r.early, Header: map[string][]string{}, Accept: accept(key)}
			for _, l := range lines {
				name := textproto.CanonicalMIMEHeaderKey(l.Name)
				got.Header[name] = append(got.Header[name], l.Value)
			}
			if why := q.Refuses(b, got); (why == "") != opens {
				t.Errorf("%s in %s: of the 101 that arrives hop says %q, opens: %t", r.name, b, why, opens)
			}
			d := dial{protocols: r.ask, firefox: b != "chrome"}
			if why := d.check(lines); (why == "") != opens && !r.early {
				t.Errorf("%s in %s: the oracle's client says %q, opens: %t", r.name, b, why, opens)
			}
		}
	}
}
