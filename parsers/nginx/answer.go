package nginx

import (
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// finish ends the run with an answer.
func (r *run) finish(a hop.Answer, name string, pos hop.Pos) {
	r.done = true
	if a.Kind != hop.PassedOn {
		a.Cause = r.cause
	}
	if s, ok := r.turned(); ok && a.Kind != hop.PassedOn && pos == r.at.pos() {
		// No line of the block that answers decides that, but the one that led there.
		name, pos = s.Text+": "+name, s.Pos
	}
	if a.Status == 200 && r.at != nil && r.forPage() {
		r.added()
	}
	r.out.Answer = hop.Written(name, a, pos)
	r.place()
}

// need is the value of a directive in force on a level, on which hangs what becomes of the request. Where it is not
// known, the request ends there: its answer is unknown, for that reason.
func need[T any](r *run, at *scope, k conf.Scalar[T]) (value T, ok bool) {
	s := get(r, at, k)
	if value, ok = s.Get(); !ok {
		r.unknown(s.Name, s.Why())
	}
	return value, ok
}

// unknown ends the run without one.
func (r *run) unknown(name, why string) {
	r.done = true
	pos := r.server.scope.pos()
	if r.at != nil {
		pos = r.at.pos()
	}
	r.out.Answer = hop.Unknown[hop.Answer](name, pos, why)
	r.place()
}

// place names the hop after the block that handles the request.
func (r *run) place() {
	if a, known := r.out.Answer.Get(); known && a.Kind != hop.PassedOn && r.chosen != nil {
		r.out.Shadowed = append(r.server.locations().rivals(r, r.chosen, r.chosenFor), r.lost()...)
	}
	r.out.Steps = r.steps
	if r.at != nil {
		r.out.Effective = r.block()
	}
	if r.loc != nil && r.loc.scope.kind == locationScope {
		r.out.Name = "nginx " + r.loc.String()
		r.out.Pos = r.loc.scope.pos()
		return
	}
	r.out.Name = "nginx server"
	if len(r.server.names) > 0 && r.server.names[0].text != "" && r.server.names[0].text != "_" {
		r.out.Name += " " + r.server.names[0].text
	}
	r.out.Pos = r.server.scope.pos()
}

// send answers without error pages, as handlers that write a response do.
func (r *run) send(status int, name string, pos hop.Pos) {
	if r.errStatus != 0 {
		status = r.errStatus
	}
	r.finish(hop.Answer{Kind: hop.Answered, Status: wire(status)}, name, pos)
}

// redirect answers with a Location.
func (r *run) redirect(status int, name string, pos hop.Pos, location string) {
	r.specialWith(status, name, pos, location)
}

// special ends the request with a status that error_page may replace (ngx_http_special_response_handler).
func (r *run) special(status int, name string, pos hop.Pos) { r.specialWith(status, name, pos, "") }

func (r *run) specialWith(status int, name string, pos hop.Pos, location string) {
	if status == 444 {
		r.finish(hop.Answer{Kind: hop.Closed}, name, pos)
		return
	}
	r.errStatus = status
	if !r.errorPage && r.uriChanges != 0 {
		page, overwrite, why := r.errorPageFor(status)
		if why == "" && page != nil && r.errorPageWhy != "" {
			why = r.errorPageWhy
		}
		if why != "" {
			r.unknown(string(conf.ErrorPage), why)
			return
		}
		if page != nil {
			recursive := get(r, r.at, conf.RecursiveErrorPages)
			again, known := recursive.Get()
			r.errorPage, r.errorPageWhy = known && !again, recursive.Why()
			r.sendErrorPage(page, overwrite)
			return
		}
	}
	r.finish(hop.Answer{Kind: hop.Answered, Status: wire(status), Location: location}, name, pos)
}

// wire is the status that goes out for nginx's own codes.
func wire(status int) int {
	switch status {
	case 494, 495, 496, 497:
		return 400
	case 499:
		return 499
	}
	return status
}

// errorPageFor finds the error_page in force for a status; overwrite is -1 when the status is kept, 0 when that of
// the page is taken. why says why that cannot be known.
func (r *run) errorPageFor(status int) (page *conf.Directive, overwrite int, why string) {
	pages, at, _ := r.list(r.at, conf.ErrorPage)
	for _, d := range pages {
		if len(d.Args) < 2 {
			continue
		}
		codes := d.Args[:len(d.Args)-1]
		overwrite = -1
		if last := codes[len(codes)-1]; strings.HasPrefix(last.Value, "=") && !last.Template {
			overwrite, _ = strconv.Atoi(last.Value[1:])
			codes = codes[:len(codes)-1]
		}
		for _, c := range codes {
			n, err := strconv.Atoi(c.Value)
			if err == nil && n != status {
				continue
			}
			if perhaps(d) || c.Template {
				return nil, 0, r.whyUnknown(d)
			}
			if overwrite < 0 && status >= 494 && status <= 497 {
				overwrite = 400
			}
			if err == nil {
				return d, overwrite, ""
			}
		}
	}
	if at != nil && status >= 400 {
		why = at.unknown
	}
	return nil, 0, why
}

func (r *run) sendErrorPage(d *conf.Directive, overwrite int) {
	if overwrite >= 0 {
		r.errStatus = overwrite
	}
	to := r.word(d.Args[len(d.Args)-1])
	switch {
	case to.unknown():
		r.unknown("error_page", to.why)
	case strings.HasPrefix(to.s, "/"):
		path, args, _ := strings.Cut(to.s, "?")
		r.mark(mark{kind: errorPageUsed, d: d, path: to.s})
		if r.request.Method != "HEAD" {
			r.request.Method = "GET"
		}
		r.ownArgs = r.ownArgs || !keepsArgs(d.Args[len(d.Args)-1].Value)
		r.internalRedirect(path, args)
	case strings.HasPrefix(to.s, "@"):
		r.mark(mark{kind: errorPageUsed, d: d, path: to.s})
		r.named(to.s, d.Pos())
	default:
		switch overwrite {
		case 301, 302, 303, 307, 308:
		default:
			r.errStatus = 302
		}
		r.finish(hop.Answer{Kind: hop.Answered, Status: r.errStatus, Location: to.s}, "error_page", d.Pos())
	}
}
