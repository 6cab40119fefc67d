package check

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// special checks what one directive has of its own. Where it could be one of http as well as one of stream it is left
// alone.
func (c *checker) special(d *conf.Directive, u *usage, l, inner *level) {
	in := u.in
	if d.Is("error_log") {
		c.errorLog(d)
		return
	}
	switch {
	case in&^(conf.InMain|conf.InEvents) == 0:
		c.specialProcess(d)
	case in&^conf.OfHTTP == 0:
		c.specialHTTP(d, u, l, inner)
	case in&^conf.OfStream == 0:
		c.specialStream(d, u, l)
	case d.Is("upstream"):
		c.upstream(d, l)
	case d.Is("map"):
		c.mapBlock(d, false)
	case d.Is("server") && !d.HasBlock:
		c.upstreamServer(d, l, false) // http and stream differ only in what they want of the port
	}
}

// specialStream is special for the directives of stream.
func (c *checker) specialStream(d *conf.Directive, u *usage, l *level) {
	switch d.Name.Value {
	case "upstream":
		c.upstream(d, l)
	case "server":
		if !d.HasBlock {
			c.upstreamServer(d, l, true)
		}
	case "proxy_pass":
		c.streamPass(d)
	case "map":
		c.mapBlock(d, false)
	case "resolver":
		c.resolver(d)
	case "proxy_bind":
		c.bind(d)
	case "listen":
		for i, a := range d.Args {
			if _, text := listenParameter(a.Value); strings.HasPrefix(a.Value, "so_keepalive=") && text != "" {
				c.argument(d, i, text)
				return
			}
		}
	case "limit_conn_zone":
		c.limitZone(d, l)
	case "zone":
		c.upstreamZone(d, l)
	case "ssl_session_cache":
		c.sessionCache(d)
	case "set":
		if arg, text := variableName(d); text != "" {
			c.argument(d, arg, text)
		}
	case "access_log":
		if len(d.Args) == 1 && d.Arg(0) != "off" {
			c.argument(d, 0, "log format is not specified")
		}
	default:
		c.ownWords(d, u, l)
	}
}

// specialHTTP is special for the directives of http.
func (c *checker) specialHTTP(d *conf.Directive, u *usage, l, inner *level) {
	switch d.Name.Value {
	case "location":
		c.location(d, l, inner)
	case "proxy_pass":
		c.proxyPass(d, l)
	case "upstream":
		c.upstream(d, l)
	case "server":
		if !d.HasBlock {
			c.upstreamServer(d, l, false)
		}
	case "server_name":
		c.serverName(d)
	case "listen":
		c.listenOn(d, l)
	case "if":
		c.condition(d)
	case "rewrite":
		c.rewrite(d)
	case "return":
		c.returnCode(d)
	case "set":
		c.set(d)
	case "error_page":
		c.errorPage(d)
	case "map":
		c.mapBlock(d, true)
	case "log_format":
		c.formats[strings.ToLower(d.Arg(0))] = true
	case "access_log":
		c.accessLog(d)
	case "resolver":
		c.resolver(d)
	case "proxy_bind", "fastcgi_bind", "uwsgi_bind", "scgi_bind", "grpc_bind", "memcached_bind":
		c.bind(d)
	case "limit_req_zone", "limit_conn_zone":
		c.limitZone(d, l)
	case "proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path":
		c.cachePath(d)
	case "zone":
		c.upstreamZone(d, l)
	case "ssl_session_cache":
		c.sessionCache(d)
	case "connection_pool_size", "request_pool_size":
		c.pool(d)
	case "fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass", "grpc_pass":
		c.otherPass(d)
	default:
		c.ownWords(d, u, l)
	}
}

// ownWords checks words that have a grammar of their own, and the zone that they name.
func (c *checker) ownWords(d *conf.Directive, u *usage, l *level) {
	if u.words != nil {
		if arg, text := u.words(d); text != "" {
			c.argument(d, arg, text)
			return
		}
	}
	c.usesZone(d, l)
}

// serverName checks names given as regular expressions.
func (c *checker) serverName(d *conf.Directive) {
	for _, a := range d.Args {
		if p, ok := strings.CutPrefix(a.Value, "~"); ok {
			if text := brokenRegex(p); text != "" {
				c.problem(a.Pos(), text)
			}
		}
	}
}

// condition checks an if, step by step as nginx does.
func (c *checker) condition(d *conf.Directive) {
	args := words(d)
	if arg, text := conditionProblem(args); arg >= 0 {
		c.argument(d, arg, text)
	}
}

// cutParentheses takes the parentheses off the words of a condition and returns those in between, from cur to last.
// bad is the word that lacks one, or negative.
func cutParentheses(args []string) (cur, last, bad int) {
	last = len(args) - 1
	if !strings.HasPrefix(args[0], "(") {
		return 0, last, 0
	}
	if args[0] == "(" {
		cur = 1
	} else {
		args[0] = args[0][1:]
	}
	if !strings.HasSuffix(args[last], ")") {
		return cur, last, last
	}
	if args[last] == ")" {
		return cur, last - 1, -1
	}
	args[last] = strings.TrimSuffix(args[last], ")")
	return cur, last, -1
}

// conditionProblem says what is wrong with a condition and in which word; arg is negative when nothing is.
func conditionProblem(args []string) (arg int, text string) {
	invalid := func(arg int) (int, string) { return arg, fmt.Sprintf(`invalid condition "%s"`, args[arg]) }
	cur, last, bad := cutParentheses(args)
	if bad >= 0 {
		return invalid(bad)
	}
	if cur > last {
		return invalid(min(cur, len(args)-1))
	}
	first := args[cur]
	switch {
	case len(first) > 1 && first[0] == '$':
		if cur != last && cur+2 != last {
			return invalid(cur)
		}
		if cur == last {
			return -1, ""
		}
		switch args[cur+1] {
		case "=", "!=":
			return -1, ""
		case "~", "~*", "!~", "!~*":
			if text := brokenRegex(args[last]); text != "" {
				return last, text
			}
			return -1, ""
		}
		return cur + 1, fmt.Sprintf(`unexpected "%s" in condition`, args[cur+1])
	case len(first) == 2 && first[0] == '-', len(first) == 3 && first[:2] == "!-":
		if cur+1 == last && strings.IndexByte("fdex", first[len(first)-1]) >= 0 {
			return -1, ""
		}
	}
	return invalid(cur)
}

// rewrite checks the pattern, the replacement and the flag.
func (c *checker) rewrite(d *conf.Directive) {
	if d.Arg(1) == "" {
		c.argument(d, 1, "empty replacement")
		return
	}
	if text := brokenRegex(d.Arg(0)); text != "" {
		c.argument(d, 0, text)
		return
	}
	if len(d.Args) < 3 {
		return
	}
	switch d.Arg(2) {
	case "last", "break", "redirect", "permanent":
	default:
		c.argument(d, 2, fmt.Sprintf(`invalid parameter "%s"`, d.Arg(2)))
	}
}

// returnCode checks the code of a return.
func (c *checker) returnCode(d *conf.Directive) {
	code := d.Arg(0)
	if n, ok := conf.ParseNumber(code); ok && n <= 999 {
		return
	}
	if len(d.Args) == 1 && startsAsURL(code) {
		return
	}
	c.argument(d, 0, fmt.Sprintf(`invalid return code "%s"`, code))
}

// startsAsURL reports whether nginx takes s for the URL of a redirect.
func startsAsURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "$scheme")
}

// set checks the name of the variable.
func (c *checker) set(d *conf.Directive) {
	name, ok := strings.CutPrefix(d.Arg(0), "$")
	switch {
	case !ok || name == "":
		c.argument(d, 0, fmt.Sprintf(`invalid variable name "%s"`, d.Arg(0)))
	case conf.FixedVariable(name):
		c.argument(d, 0, fmt.Sprintf(`the duplicate "%s" variable`, name))
	}
}

// errorPage checks the codes.
func (c *checker) errorPage(d *conf.Directive) {
	codes := d.Args[:len(d.Args)-1]
	last := codes[len(codes)-1]
	if strings.HasPrefix(last.Value, "=") {
		if _, ok := conf.ParseNumber(last.Value[1:]); len(codes) == 1 || last.Value != "=" && !ok {
			c.problem(last.Pos(), fmt.Sprintf(`invalid value "%s"`, last.Value))
			return
		}
		codes = codes[:len(codes)-1]
	}
	for i, a := range codes {
		n, ok := conf.ParseNumber(a.Value)
		if !ok || n == 499 {
			c.argument(d, i, fmt.Sprintf(`invalid value "%s"`, a.Value))
			return
		}
		if n < 300 || n > 599 {
			c.argument(d, i, fmt.Sprintf(`value "%s" must be between 300 and 599`, a.Value))
			return
		}
	}
}
