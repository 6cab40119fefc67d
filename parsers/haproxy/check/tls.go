package check

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// checkTLS finds listeners without a certificate, and those and servers that are to verify the other side's without an
// authority. What is measured: the last word on verify counts, ca-base and crt-base name no file by themselves.
func (c *configuration) checkTLS(p *conf.Proxy) {
	for _, l := range p.Lines {
		if l.Is("bind") && p.Frontend() && l.Maybe == "" && !strings.Contains(l.Arg(1), "quic") {
			c.checkBindTLS(p, l)
		}
	}
	if slices.ContainsFunc(p.Levels(), func(p *conf.Proxy) bool { return p.Fragment }) || len(c.Global) == 0 {
		return // that of another file may have ssl-server-verify
	}
	for _, level := range p.Levels() {
		if slices.ContainsFunc(level.Lines, func(l *conf.Line) bool { return l.Is("disabled") }) {
			return // HAProxy does not look at its servers
		}
	}
	for _, s := range p.Servers {
		secured := s.TLS || last(s.Line, "check-ssl", "no-check-ssl") == "check-ssl"
		if secured && s.Line.Maybe == "" && !s.Line.Is("dispatch") {
			c.checkServerTLS(p, s)
		}
	}
}

func (c *configuration) checkBindTLS(p *conf.Proxy, l *conf.Line) {
	ssl, other := tlsWords([]*conf.Line{l})
	if ssl == nil || other {
		return
	}
	strict := func(l *conf.Line) bool {
		return l.Is("ssl-default-bind-options") && (mentions(l, "strict-sni") || slices.ContainsFunc(l.Words, unknown))
	}
	if !mentions(l, "crt", "crt-list", "default-crt", "strict-sni") && !slices.ContainsFunc(c.Global, strict) &&
		!slices.ContainsFunc(p.Lines, func(l *conf.Line) bool { return l.Is("ssl-f-use") }) && !c.tlsBeside(true) {
		c.problem(ssl.Pos(), "no SSL certificate specified for bind '%s' (use 'crt').", l.Arg(1))
		return
	}
	verify := valueOf([]*conf.Line{l}, "verify")
	if (verify == "optional" || verify == "required") && !mentions(l, "ca-file", "ca-verify-file") {
		c.problem(ssl.Pos(), "verify is enabled but no CA file specified for bind '%s'.", l.Arg(1))
	}
}

func (c *configuration) checkServerTLS(p *conf.Proxy, s *conf.Server) {
	lines := append(p.ServerDefaults(s.Line), s.Line)
	_, other := tlsWords(lines)
	if other || slices.ContainsFunc(lines, func(l *conf.Line) bool { return mentions(l, "ca-file") }) {
		return
	}
	text := "verify is enabled but no CA file specified."
	switch valueOf(lines, "verify") {
	case "none":
		return
	case "":
		text = "verify is enabled by default but no CA file specified."
		for _, l := range c.Global {
			if l.Is("ssl-server-verify") && l.Arg(1) != "required" {
				return
			}
		}
	}
	if c.tlsBeside(p.Base != nil) {
		return
	}
	c.problems = append(c.problems, parsers.Problem{
		Pos: s.Pos(), Text: "'server " + p.Name + "/" + s.Name + "' : " + text,
		Notes: []hop.Note{
			{Pos: s.Pos(), Text: "ca-file @system-ca trusts what the system trusts, verify none any certificate"},
		},
	})
}

// tlsBeside reports whether a file near the configuration, which HAProxy may take together with it, sets what
// certificates are needed: for the whole process or, unless the proxies have defaults, for their servers.
func (c *configuration) tlsBeside(defaults bool) bool {
	set, known := c.tlsSet[defaults]
	if !known {
		set = c.LineBeside(func(words []string) bool {
			if len(words) < 2 {
				return false
			}
			return words[0] == "ssl-server-verify" ||
				words[0] == "ssl-default-bind-options" && slices.Contains(words, "strict-sni") ||
				words[0] == "default-server" && !defaults &&
					(slices.Contains(words, "verify") || slices.Contains(words, "ca-file"))
		})
		c.tlsSet[defaults] = set
	}
	return set
}

// tlsWords finds the last ssl of some lines; other says that something may count that is not known here.
func tlsWords(lines []*conf.Line) (ssl *conf.Word, other bool) {
	for _, l := range lines {
		for p, value := range l.Parameters() {
			if p.Value == "ssl" {
				ssl = p
			}
			other = other || l.Maybe != "" || unknown(*p) || unknown(value)
		}
	}
	return ssl, other
}

// valueOf is what follows the last of a parameter in some lines, "" without one.
func valueOf(lines []*conf.Line, name string) (v string) {
	for _, l := range lines {
		for p, value := range l.Parameters() {
			if p.Value == name {
				v = value.Value
			}
		}
	}
	return v
}

// last is the last of some parameters that a line has, "" without one.
func last(l *conf.Line, names ...string) (name string) {
	for p := range l.Parameters() {
		if slices.Contains(names, p.Value) {
			name = p.Value
		}
	}
	return name
}

// mentions reports whether a line has one of some parameters.
func mentions(l *conf.Line, names ...string) bool { return last(l, names...) != "" }
