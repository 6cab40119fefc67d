package rules

import "github.com/wslint/wslint/hop"

// ProxyLoop is found where proxies pass a handshake round in circles. Measured: "Seen in re-created incidents".
var ProxyLoop = &Rule{
	Name:     "proxy-loop",
	Summary:  "proxies send the handshake in circles",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.InCircles {
			return
		}
		f := Finding{Pos: h.Answer.Pos}
		f.Message, f.Notes = because(headline(h.Name, "sends the handshake in circles"), h.Answer.Name)
		for _, x := range p.Hops[:len(p.Hops)-1] {
			f.Notes = append(f.Notes, hop.Note{Pos: x.Answer.Pos, Text: x.Name + " proxies it"})
		}
		f.Notes = append(f.Notes, note("it ends when connections run out, in 500, 502 or 504: %s", reports1006)...)
		report(f)
	},
}
