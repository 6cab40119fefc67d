package check

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// firstUpstream points to an upstream block.
func firstUpstream(d *conf.Directive) hop.Note {
	return hop.Note{Pos: d.Pos(), Text: "the upstream is defined here"}
}

// upstream checks an upstream block: its name, and that it has servers.
func (c *checker) upstream(d *conf.Directive, l *level) {
	key := "upstream " + strings.ToLower(d.Arg(0))
	if first := l.first[key]; first != nil && c.together(first, d) {
		c.problem(d.Name.Pos(), fmt.Sprintf(`duplicate upstream "%s"`, d.Arg(0)), firstHere(first))
		return
	}
	l.first[key] = d
	for _, child := range d.Block {
		// A module's directive may bring the servers: state and service discovery do. In a zone, NGINX Plus has them by its
		// API.
		known := child.Known()
		if child.Is("server") || child.Is("zone") || !known || child.Unknown != "" || child.Maybe || child.Name.Template {
			return
		}
	}
	c.problem(d.Name.Pos(), "no servers are inside upstream")
}

// upstreamServer checks one server of an upstream block. Those of stream need a port.
func (c *checker) upstreamServer(d *conf.Directive, l *level, stream bool) {
	for i, a := range d.Args[1:] {
		if a.Value == "resolve" && c.parameter(d, i+1, conf.Version{Major: 1, Minor: 27, Patch: 3}) {
			return
		}
		text := serverParameter(a.Value, d, l)
		if next := swallowed(d); next != nil && next.Value == a.Value {
			text = fmt.Sprintf(`invalid parameter "%s"`, a.Value)
		}
		if text != "" {
			c.argument(d, i+1, text)
			return
		}
	}
	u, text := readURL(d.Arg(0), false)
	if stream && text == "" && u.host != "" && u.port == 0 && !u.unix &&
		!strings.Contains(strings.Join(words(d), " "), "service=") {
		text = "no port"
	}
	if text != "" {
		c.argument(d, 0, fmt.Sprintf(`%s in upstream "%s"`, text, d.Arg(0)))
	}
}

// words are the values of the arguments of d.
func words(d *conf.Directive) []string {
	w := make([]string, len(d.Args))
	for i, a := range d.Args {
		w[i] = a.Value
	}
	return w
}

// streamPass checks the address of a proxy_pass of stream: one without a port must name an upstream.
func (c *checker) streamPass(d *conf.Directive) {
	address := d.Arg(0)
	if strings.Contains(address, "$") {
		return
	}
	u, text := readURL(address, false)
	if text == "" && u.host != "" && u.port == 0 && !u.unix && c.complete() &&
		c.facts.upstreams[family(true, u.host)] == nil {
		text = "no port"
	}
	if text != "" {
		c.argument(d, 0, fmt.Sprintf(`%s in upstream "%s"`, text, address))
	}
}

// serverParameter says what is wrong with one parameter of a server. Parameters that later versions, NGINX Plus or
// forks know are let pass.
func serverParameter(p string, d *conf.Directive, l *level) string {
	name, value, assigned := strings.Cut(p, "=")
	fine := true
	switch {
	case assigned && name == "weight":
		n, ok := conf.ParseNumber(value)
		fine = ok && n != 0
	case assigned && (name == "max_conns" || name == "max_fails"):
		_, fine = conf.ParseNumber(value)
	case assigned && name == "fail_timeout":
		_, fine = conf.ParseSeconds(value)
	case p == "backup":
		for _, other := range l.owner.Block {
			if other == d {
				break
			}
			if (other.Is("ip_hash") || other.Is("hash") || other.Is("random")) && !other.Maybe {
				return `balancing method does not support parameter "backup"`
			}
		}
	case assigned:
		fine = name != "max_fail" && name != "fails_timeout" && name != "fail_timeouts" && name != "max_conn"
	}
	if fine {
		return ""
	}
	return fmt.Sprintf(`invalid parameter "%s"`, p)
}
