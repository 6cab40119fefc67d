package rules

import (
	"cmp"

	"github.com/wslint/wslint/hop"
)

// HTTP10ToBackend is found where a handshake reaches the application as HTTP/1.0. What comes of it is the
// application's affair: some accept it. Measured: law H1.
var HTTP10ToBackend = &Rule{
	Name:     "http-1.0-to-backend",
	Summary:  "the handshake reaches the application as HTTP/1.0, which some servers refuse",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) || !hop.Is(p.Final().Proto, "1.0") || hop.Is(p.Request.Proto, "1.0") {
			return
		}
		if k := p.Handshake().Kind; k != hop.Depends && k != hop.OutcomeUnknown {
			return // something worse is wrong with it, and reported
		}
		h := p.Last()
		for i := len(p.Hops) - 1; i > 0 && hop.Is(p.Got(i).Proto, "1.0"); i-- {
			h = &p.Hops[i-1]
		}
		proto := h.Next.Proto
		f := Finding{
			Pos:     proto.Pos,
			Message: headline(h.Name, "sends the handshake as HTTP/1.0 (%s)", origin(proto)),
			Notes:   note("some servers accept that, others answer 400, 426 or 505 and " + reports1006),
			Fix:     forward(h, "Proto"),
		}
		if proto.IsWritten() && proto.Set != nil {
			f.Fix = &Fix{Title: "set " + proto.Name + " to 1.1", Edits: proto.Set("1.1")}
		}
		if proto.IsDefault() && proto.As == hop.Unseen {
			f.Notes = append(f.Notes, unlessSet(h, proto.Name)...)
		}
		if why := cmp.Or(h.Assumes, h.Basis); why != "" && proto.IsDefault() {
			f.Notes = append(f.Notes, hop.Note{Text: why})
		}
		report(f)
	},
}
