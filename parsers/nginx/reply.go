package nginx

import (
	"cmp"
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// reply notes what becomes of the 101 on its way back.
func (r *run) reply(h *conf.Handler) {
	out := &r.out.Reply
	if lines, why := r.request.Lines("Upgrade"); why == "" && len(lines) == 0 {
		// nginx opens a tunnel only for a client that asked for one; the 101 is then lost. Measured: law H3.
		out.Instead = append(out.Instead, hop.Written("no Upgrade header arrived here, so a 101 is not relayed",
			hop.Answer{Kind: hop.Hangs}, r.at.pos()))
	}
	if r.errStatus != 0 {
		out.Instead = append(out.Instead, hop.Written("error_page keeps the status",
			hop.Answer{Kind: hop.Answered, Status: wire(r.errStatus), Endless: true}, r.at.pos()))
	}
	r.hidden(h)
	r.added()
	r.hinted(h)
	r.swallowed(h)
}

// hinted is what early_hints does: nginx hands on an application's 103 where one of its values is neither empty nor 0
// and the client speaks HTTP/1.1. Whether the application sends one nobody says. Measured: law B5.
func (r *run) hinted(h *conf.Handler) {
	if h.Pass != "proxy_pass" || r.proto == "1.0" {
		return
	}
	list, _, listWhy := r.list(r.at, conf.EarlyHints)
	passes, why := false, listWhy
	for _, d := range list {
		for _, a := range d.Args {
			v := r.word(a)
			passes = passes || !v.unknown() && v.s != "" && v.s != "0"
			why = cmp.Or(why, v.why)
		}
	}
	if len(list) == 0 || !passes && why == "" {
		return
	}
	pos := list[0].Pos()
	q := hop.Question{
		Key: "a 103 from behind " + pos.String(), Pos: pos, Rare: true,
		Yes: "the application sends 103 Early Hints", No: "the application sends no 103",
	}
	if !passes || listWhy != "" {
		q.Yes, q.No, q.Why = "the application's 103 is handed on", "no 103 is handed on", why
	}
	if r.w.Ask(q) {
		r.out.Reply.Early = append(r.out.Reply.Early, hop.Written("early_hints", 103, pos))
	}
}

// hidden are proxy_hide_header less proxy_pass_header: two lists, each inherited only where the level has none.
// Measured: law R1.
func (r *run) hidden(h *conf.Handler) {
	hide, _, _ := r.list(r.at, h.HideHeader) // what may be hidden is said line by line
	pass, _, passWhy := r.list(r.at, h.PassHeader)
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
		if w := r.whyUnknown(d); w != "" || passWhy != "" && (name == "Upgrade" || strings.HasPrefix(name, "Sec-Websocket")) {
			s = hop.Unknown[string](d.Name.Value, d.Pos(), w+passWhy)
		}
		r.out.Reply.Hidden = append(r.out.Reply.Hidden, s)
	}
	if l := r.at.block(); insertable(l) && passWhy == "" {
		r.out.Reply.Reveal = func(name string) []hop.Edit {
			var lines []string
			if len(l.all(string(h.PassHeader))) == 0 {
				for _, d := range pass {
					lines = append(lines, d.Name.Value+" "+raw(d.Args[0])+";")
				}
			}
			return insert(l, append(lines, string(h.PassHeader)+" "+hop.Spelling(name)+";")...)
		}
	}
}

// added are add_header lines with always: without it none reaches a 101. Measured: law R3. A page gets its policies
// without it, too.
func (r *run) added() {
	list, _, _ := r.list(r.at, conf.AddHeader) // each line says for itself whether a template sets it
	page := r.forPage()
	for _, d := range list {
		always := len(d.Args) == 3 && (d.Arg(2) == "always" || d.Args[2].Template)
		name := textproto.CanonicalMIMEHeaderKey(d.Arg(0))
		if policy := page && name == policyHeader && !r.answersRewritten(); !always && !policy {
			continue
		}
		if d.Args[0].Template {
			name = "Upgrade" // any header, and so perhaps one that must not be there twice
		}
		v := r.word(d.Args[1])
		s := hop.Written("add_header "+d.Arg(0), v.s, d.Pos())
		if why := r.whyUnknown(d); why != "" || v.unknown() {
			s = hop.Unknown[string]("add_header "+d.Arg(0), d.Pos(), cmp.Or(why, v.why))
		} else if v.s == "" {
			continue
		} else if v.s == d.Arg(1) {
			s.Set = setArgument(d, 1)
		}
		if r.out.Reply.Added == nil {
			r.out.Reply.Added = map[string][]hop.Setting[string]{}
		}
		r.out.Reply.Added[name] = append(r.out.Reply.Added[name], s)
	}
}

const policyHeader = "Content-Security-Policy"

// forPage reports whether the request asks for a page: no handshake is without Upgrade.
func (r *run) forPage() bool {
	lines, why := r.request.Lines("Upgrade")
	return why == "" && len(lines) == 0
}

// answersRewritten reports whether a module that is not nginx's, or Lua, may change the headers of answers.
func (r *run) answersRewritten() bool {
	return slices.ContainsFunc(r.thirdParty(), func(d *conf.Directive) bool {
		return d.Is("more_set_headers") || d.Is("more_clear_headers") || strings.Contains(d.Name.Value, "header_filter")
	})
}

// head101 is about the size of the head of a 101, in bytes. Measured: law T9 (a rate of 100 bytes a second hangs, 250
// works).
const (
	head101Least = 120
	head101Most  = 240
)

// swallowed finds what keeps a 101 from being sent: ssi on for every type, a rate limit below its size, a buffer
// below its size. Measured: laws R4, T9.
func (r *run) swallowed(h *conf.Handler) {
	r.byInclusion()
	r.byRate()
	r.byBuffer(h)
}

// instead notes what the client gets in place of the 101.
func (r *run) instead(s hop.Setting[hop.Answer]) {
	r.out.Reply.Instead = append(r.out.Reply.Instead, s)
}

// byInclusion is what ssi does.
func (r *run) byInclusion() {
	ssi := get(r, r.at, conf.SSI)
	on, known := ssi.Get()
	if known && !on {
		return
	}
	list, _, _ := r.list(r.at, conf.SSITypes)
	for _, d := range list {
		for _, a := range d.Args {
			why := cmp.Or(ssi.Why(), r.whyUnknown(d))
			switch {
			case a.Value != "*" && !a.Template:
			case why != "":
				r.instead(hop.Unknown[hop.Answer](d.Name.Value, d.Pos(), why))
			default:
				r.instead(hop.Written("ssi_types *", hop.Answer{Kind: hop.Hangs, Cause: hop.Swallowed}, d.Pos()))
			}
		}
	}
}

// byRate is what limit_rate does.
func (r *run) byRate() {
	limit, after := get(r, r.at, conf.LimitRate), get(r, r.at, conf.LimitRateAfter)
	rate, why := r.sizeOf(limit)
	switch set, known := r.rate.Get(); {
	case r.rate.Name != "":
		limit.Name, limit.Pos = r.rate.Name, r.rate.Pos
		if rate, why = set, ""; !known {
			why = r.rate.Why()
		}
	case limit.IsDefault():
		return
	}
	start, afterWhy := r.sizeOf(after)
	switch {
	case why != "":
		r.instead(hop.Unknown[hop.Answer](limit.Name, limit.Pos, why))
	case rate <= 0 || rate >= head101Most:
	case afterWhy != "":
		r.instead(hop.Unknown[hop.Answer](after.Name, after.Pos, afterWhy))
	case rate+start < head101Least:
		r.instead(hop.Written(fmt.Sprintf("%s %d", limit.Name, rate), hop.Answer{Kind: hop.Hangs}, limit.Pos))
	case rate+start < head101Most:
		r.instead(hop.Unknown[hop.Answer](limit.Name, limit.Pos,
			fmt.Sprintf("the 101 may not fit into %s %d", limit.Name, rate)))
	}
}

// sizeOf evaluates a size with variables; one that nginx cannot read is none.
func (r *run) sizeOf(s hop.Setting[conf.Word]) (size int64, why string) {
	w, known := s.Get()
	if !known {
		return 0, s.Why()
	}
	v := r.word(w)
	size, _ = conf.ParseSize(v.s)
	return size, v.why
}

// The head of a 101, in bytes: the shortest that browsers take, without a reason behind the status; and what none but
// one with large cookies has.
const (
	shortest101 = 110
	roomy101    = 1024
)

// byBuffer is what a small buffer for the head of the answer does. Measured: law R4.
func (r *run) byBuffer(h *conf.Handler) {
	s := settable(r, r.at, h.BufferSize)
	if s.IsDefault() {
		return
	}
	r.out.Reply.Room = s
	size, known := s.Get()
	switch {
	case !known:
		r.instead(hop.Unknown[hop.Answer](s.Name, s.Pos, s.Why()))
	case size < shortest101:
		r.instead(hop.Written(fmt.Sprintf("%s %d", s.Name, size),
			hop.Answer{Kind: hop.Answered, Status: 502, Cause: hop.TooBig}, s.Pos))
	case size < roomy101:
		why := fmt.Sprintf("the head of the 101 may not fit into %s %d", s.Name, size)
		r.instead(hop.Unknown[hop.Answer](s.Name, s.Pos, why))
	}
}
