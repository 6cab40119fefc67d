package haproxy

import (
	"fmt"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

func (c *Config) problem(pos hop.Pos, format string, args ...any) {
	c.Problems = append(c.Problems, Problem{Pos: pos, Text: fmt.Sprintf(format, args...)})
}

// check finds what every HAProxy refuses to start with. What depends on the version, on the machine or on files is not looked for.
func (c *Config) check() {
	for _, p := range c.proxies {
		for _, l := range p.lines {
			if l.maybe == "" {
				c.checkLine(p, l)
			}
		}
		for b := p.base; b != nil; b = b.base {
			for _, l := range b.lines {
				if l.maybe == "" && l.is("timeout") {
					c.checkTimeout(l)
				}
			}
		}
	}
	slices.SortStableFunc(c.Problems, func(a, b Problem) int { return a.Pos.Line - b.Pos.Line })
	c.Problems = slices.Compact(c.Problems)
}

func (c *Config) checkLine(p *proxy, l *line) {
	switch l.arg(0) {
	case "timeout":
		c.checkTimeout(l)
	case "default_backend":
		if p.frontend() && len(l.words) > 1 && l.words[1].Why == "" {
			c.checkTarget(p, l, "default_backend", l.words[1])
		}
	case "use_backend":
		if args, _ := (rule{p, l}).condition(1); p.frontend() && len(args) == 1 && args[0].Why == "" && !slices.Contains([]byte(args[0].Value), '%') {
			c.checkTarget(p, l, "use_backend", args[0])
		}
		c.checkCondition(p, l)
	case "http-request", "http-response", "redirect", "tcp-request", "tcp-response", "use-server":
		c.checkCondition(p, l)
	}
}

// timeouts are the names that timeout takes in HAProxy 2.6.
var timeouts = []string{"client", "server", "connect", "check", "queue", "http-keep-alive", "http-request", "tunnel", "tarpit", "client-fin", "server-fin"}

func (c *Config) checkTimeout(l *line) {
	name := l.arg(1)
	if !slices.Contains(timeouts, name) {
		return // a newer HAProxy may know it
	}
	switch {
	case len(l.words) < 3:
		c.problem(l.pos(), "'timeout %s' expects an integer value (in milliseconds)", name)
	case l.words[2].Why != "":
	default:
		if _, ok := parseTime(l.arg(2), time.Millisecond); !ok {
			c.problem(l.words[2].Pos(), "'%s' is not a time for 'timeout %s'", l.arg(2), name)
		} else if len(l.words) > 3 {
			c.problem(l.words[3].Pos(), "'timeout %s' : unexpected extra argument '%s' after value '%s'.", name, l.arg(3), l.arg(2))
		}
	}
}

// checkTarget compares the modes of a frontend and the backend that it names.
func (c *Config) checkTarget(p *proxy, l *line, keyword string, w Word) {
	target := c.find(w.Value)
	if target == nil {
		return // another file may have it: HAProxy takes several
	}
	from, why := p.mode()
	to, why2 := target.mode()
	if from == "http" && to == "tcp" && why == "" && why2 == "" {
		c.problem(w.Pos(), "http frontend '%s' tries to use incompatible tcp backend '%s' (mode tcp) in a '%s' rule.", p.name, target.name, keyword)
	}
}

// checkCondition looks for ACLs that nothing defines and for braces that do not close.
func (c *Config) checkCondition(p *proxy, l *line) {
	_, cond := rule{p, l}.condition(1)
	if cond == nil {
		return
	}
	suites, missing := cond.terms()
	if missing {
		c.problem(l.pos(), "missing closing '}' in condition")
		return
	}
	for _, s := range suites {
		for _, t := range s {
			if t.inline != nil || t.name.Why != "" {
				continue
			}
			if _, ok := predefined[t.name.Value]; !ok && p.acls[t.name.Value] == nil {
				c.problem(t.name.Pos(), "no such ACL : '%s'.", t.name.Value)
			}
		}
	}
}
