package rules

import (
	"cmp"
	"strings"

	"github.com/wslint/wslint/hop"
)

// socketIO is what clients of Socket.IO ask for, and where its servers answer.
const socketIO = "/socket.io/"

// PathJoin is found where the part that proxy_pass puts in place of the location's name doubles or loses a slash.
// Measured: law L1.
var PathJoin = &Rule{
	Name:     "path-join",
	Summary:  "the path that the application gets has one slash too many or too few",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			got, _, _ := strings.Cut(p.Got(i).Target, "?")
			sent, _, _ := strings.Cut(h.Next.Target, "?")
			if h == p.Last() && strings.HasSuffix(got, socketIO) && sent == "/" {
				report(Finding{
					Pos:     cmp.Or(h.Join.Pos, h.Pos),
					Message: headline(h.Name, "turns %s into %s, which is not where Socket.IO answers", got, sent),
					Notes:   note("unless its option path says otherwise it answers 404, and " + reports1006),
				})
				continue
			}
			by, known := h.Join.Get()
			if h.Join.Name == "" || !known {
				continue
			}
			by, _, _ = strings.Cut(by, "?")
			rest := strings.TrimPrefix(got, h.Join.Prefix)
			what := ""
			switch {
			case h.Join.Every != "" && !strings.HasSuffix(h.Join.Every, socketIO): // which has no path below
				report(Finding{
					Pos: h.Join.Pos,
					Message: headline(
						h.Name,
						"sends every path below it as %s, because its proxy_pass has a variable and a path",
						sent,
					),
					Notes: note("most applications answer 404, and " + reports1006),
				})
				continue
			case h.Join.Prefix == "":
				// The websockify of noVNC takes a handshake at any path.
				if sent == got+"/" && !strings.HasSuffix(got, "/websockify") {
					what = "ends in a slash that the browser did not send"
				}
			case strings.Contains(sent, "//") && !strings.Contains(got, "//"):
				what = "has two slashes in a row"
			case strings.HasSuffix(h.Join.Prefix, "/") && !strings.HasSuffix(by, "/") && rest != "" && rest != got &&
				rest[0] != '/':
				what = "joins two names"
			}
			if what != "" {
				report(Finding{
					Pos:     h.Join.Pos,
					Message: headline(h.Name, "turns %s into %s, which %s", got, sent, what),
					Notes:   note("most applications answer 404, and " + reports1006),
				})
			}
		}
	},
}
