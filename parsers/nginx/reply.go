package nginx

import (
	"net/textproto"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// reply notes what becomes of the 101 on its way back.
func (r *run) reply(prefix string) {
	out := &r.out.Reply
	if lines, why := r.request.Lines("Upgrade"); why == "" && len(lines) == 0 {
		// nginx opens a tunnel only for a client that asked for one; the 101 is then lost. Measured: law H3.
		out.Instead = append(out.Instead, hop.Written("no Upgrade header arrived here, so a 101 is not relayed", hop.Answer{Kind: hop.Hangs}, r.at.pos()))
	}
	if r.errStatus != 0 {
		out.Instead = append(out.Instead, hop.Written("error_page keeps the status", hop.Answer{Kind: hop.Answered, Status: wire(r.errStatus)}, r.at.pos()))
	}
	r.hidden(prefix)
	r.added()
	r.swallowed(prefix)
}

// hidden are proxy_hide_header less proxy_pass_header: two lists, each inherited only where the level has none. Measured: law R1.
func (r *run) hidden(prefix string) {
	hide, _, why := r.at.array(prefix + "_hide_header")
	pass, _, passWhy := r.at.array(prefix + "_pass_header")
	passed := map[string]bool{}
	for _, d := range pass {
		passed[textproto.CanonicalMIMEHeaderKey(d.Arg(0))] = true
	}
	for _, d := range hide {
		name := textproto.CanonicalMIMEHeaderKey(d.Arg(0))
		if passed[name] || name == "Connection" {
			continue // nginx writes its own Connection
		}
		s := hop.Written(d.Name.Value+" "+d.Arg(0), name, d.Pos())
		if w := doubt(d); w != "" || passWhy != "" && len(pass) == 0 && strings.HasPrefix(name, "Sec-Websocket") {
			s = hop.Unknown[string](d.Name.Value, d.Pos(), w+passWhy)
		}
		r.out.Reply.Hidden = append(r.out.Reply.Hidden, s)
	}
	_ = why // an unread include that hides the handshake's headers is not assumed
	if l := r.block(); insertable(l) && passWhy == "" {
		r.out.Reply.Reveal = func(name string) []hop.Edit {
			var lines []string
			if len(l.all(prefix+"_pass_header")) == 0 {
				for _, d := range pass {
					lines = append(lines, d.Name.Value+" "+raw(d.Args[0])+";")
				}
			}
			return insert(l, append(lines, prefix+"_pass_header "+hop.Spelling(name)+";")...)
		}
	}
}

// added are add_header lines with always: without it none reaches a 101. Measured: law R3.
func (r *run) added() {
	list, _, _ := r.at.array("add_header")
	for _, d := range list {
		if len(d.Args) != 3 || d.Arg(2) != "always" {
			continue
		}
		v := r.word(d.Args[1])
		name := textproto.CanonicalMIMEHeaderKey(d.Arg(0))
		s := hop.Written("add_header "+d.Arg(0), v.s, d.Pos())
		if v.unknown() {
			s = hop.Unknown[string]("add_header "+d.Arg(0), d.Pos(), v.why)
		} else if v.s == "" {
			continue
		}
		if r.out.Reply.Added == nil {
			r.out.Reply.Added = map[string][]hop.Setting[string]{}
		}
		r.out.Reply.Added[name] = append(r.out.Reply.Added[name], s)
	}
}

// head101 is about the size of the head of a 101, in bytes. Measured: law T9 (a rate of 100 bytes a second hangs, 250 works).
const (
	head101Least = 120
	head101Most  = 240
)

// swallowed finds what keeps a 101 from being sent: ssi on for every type, a rate limit below its size, a buffer below its size.
// Measured: laws R4, T9.
func (r *run) swallowed(prefix string) {
	out := &r.out.Reply
	if on, _ := r.at.flag("ssi", false); on {
		if types, _ := r.at.scalar("ssi_types"); types != nil {
			for _, a := range types.Args {
				if a.Value == "*" {
					out.Instead = append(out.Instead, hop.Written("ssi_types *", hop.Answer{Kind: hop.Hangs, Cause: hop.Swallowed}, types.Pos()))
				}
			}
		}
	}
	if d, _ := r.at.scalar("limit_rate"); d != nil {
		v := r.word(d.Args[0])
		rate, ok := conf.ParseSize(v.s)
		after := max(r.size("limit_rate_after", 0), 0)
		switch {
		case v.unknown() || !ok || rate == 0:
		case rate+after < head101Least:
			out.Instead = append(out.Instead, hop.Written("limit_rate "+d.Arg(0), hop.Answer{Kind: hop.Hangs}, d.Pos()))
		case rate+after < head101Most:
			out.Instead = append(out.Instead, hop.Unknown[hop.Answer]("limit_rate", d.Pos(), "the 101 may not fit into limit_rate "+d.Arg(0)))
		}
	}
	if d, _ := r.at.scalar(prefix + "_buffer_size"); d != nil {
		switch n, ok := conf.ParseSize(d.Arg(0)); {
		case !ok:
		case n < head101Least:
			out.Instead = append(out.Instead, hop.Written(d.Name.Value+" "+d.Arg(0), hop.Answer{Kind: hop.Answered, Status: 502}, d.Pos()))
		case n < 1024:
			out.Instead = append(out.Instead, hop.Unknown[hop.Answer](d.Name.Value, d.Pos(), "the head of the 101 may not fit into "+d.Name.Value+" "+d.Arg(0)))
		}
	}
}
