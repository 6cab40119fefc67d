package haproxy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// fetchState evaluates what HAProxy remembers. Counters are first taken to be those of a client that comes for the
// first time, and servers to be up; what comes of it if they are not is asked.
func (r *run) fetchState(c conf.Call) (sample, bool) {
	name := c.Name
	switch {
	case name == "var":
		return r.variable(c.Arg(0)), true
	case name == "nbsrv" || name == "be_active":
		if p := r.c.Find(c.Arg(0)); p != nil &&
			!slices.ContainsFunc(p.Servers, func(s *conf.Server) bool { return s.Many }) {
			s := number(len(p.Usable()))
			for n := range len(p.Servers) + 1 {
				s.only = append(s.only, strconv.Itoa(n))
			}
			return r.counted(c, s), true
		}
	case strings.HasPrefix(name, "sc") && strings.Contains(name, "_"),
		strings.HasPrefix(name, "src_"),
		strings.HasPrefix(name, "table_"):
		if counts(name) {
			return r.counted(c, between(0, 1)), true
		}
	case name == "srv_is_up":
		if up, ok := r.isUp(c.Arg(0)); ok {
			s := truthSample(up)
			s.about, s.only = spelled(c), []string{"0", "1"}
			s.of = func(value string) sample { return truthSample(value == "1") }
			return r.chosen(s), true
		}
	case slices.Contains(loads, name):
		return r.counted(c, between(0, 1)), true
	case name == "fe_name":
		return texts(r.fe.Name), true
	case name == "env":
		return unknownSample("the environment variable " + c.Arg(0) + " is not known here"), true
	}
	return sample{}, false
}

// loads are fetches that say how busy something is.
var loads = []string{
	"fe_conn",
	"fe_req_rate",
	"fe_sess_rate",
	"be_conn",
	"be_sess_rate",
	"queue",
	"avg_queue",
	"srv_conn",
	"srv_queue",
}

// counts reports whether a fetch of a stick table is a number that grows.
func counts(name string) bool {
	return strings.HasSuffix(name, "_rate") || strings.HasSuffix(name, "_cnt") || strings.HasSuffix(name, "_cur")
}

// spelled is a fetch in the operator's words.
func spelled(c conf.Call) string {
	if len(c.Args) == 0 {
		return c.Name
	}
	return c.Name + "(" + strings.Join(c.Args, ",") + ")"
}

// counted is a number that time and other clients change; guess is what it is first taken to be.
func (r *run) counted(c conf.Call, guess sample) sample {
	guess.about = spelled(c)
	guess.of = func(value string) sample {
		n, err := strconv.Atoi(value)
		if err != nil {
			return sample{}
		}
		return number(n)
	}
	return r.chosen(guess)
}

// isUp reports whether a server, "backend/server" or one of the present backend, is in use at all; ok is false for
// one that is not known.
func (r *run) isUp(server string) (up, ok bool) {
	back, name, qualified := strings.Cut(server, "/")
	p := r.be
	if !qualified {
		name = back
	} else {
		p = r.c.Find(back)
	}
	if p == nil {
		return false, false
	}
	i := slices.IndexFunc(p.Servers, func(s *conf.Server) bool { return s.Name == name })
	return i >= 0 && !p.Servers[i].Disabled, i >= 0
}

// variable is a variable that rules have set. What scripts and agents may have set is asked.
func (r *run) variable(name string) sample {
	if r.answering && strings.HasPrefix(name, "req.") {
		return sample{} // it is gone with the request
	}
	if v, set := r.vars[name]; set {
		return v
	}
	by := r.scripted
	for _, p := range r.sections() {
		if len(p.Rules("filter", "spoe")) > 0 {
			by = "an agent of filter spoe"
		}
	}
	if by == "" {
		return sample{}
	}
	s := unknownSample(by + " may have set the variable " + name)
	s.about = "variable " + name
	s.of = func(value string) sample {
		if value == "" {
			return sample{}
		}
		return texts(value)
	}
	return r.chosen(s)
}
