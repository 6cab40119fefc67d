package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// wordCheck says what is wrong with the words of a directive, and with which of them; text is "" when nothing is.
type wordCheck func(d *conf.Directive) (arg int, text string)

// wordChecks are those of directives of http whose words have a grammar of their own. Parameters that later versions or
// forks add to are let pass where they are written as NAME=VALUE.
var wordChecks = map[string]wordCheck{
	"proxy_redirect":      alone("off", "default"),
	"proxy_cookie_domain": alone("off"),
	"proxy_cookie_path":   alone("off"),
	"proxy_cookie_flags":  alone("off"),
	"disable_symlinks":    symlinks,
	"expires":             expiry,
	"aio":                 asynchronous,
	"directio":            directOver,
	"keepalive":           connectionsKept,
	"limit_req":           requestRate,
	"hash":                consistency,
	"open_file_cache":     fileCache,
	"proxy_cache_valid":   cacheTime, "fastcgi_cache_valid": cacheTime, "uwsgi_cache_valid": cacheTime,
	"scgi_cache_valid": cacheTime,
	"auth_request_set": variableName,
}

func parameter(d *conf.Directive, i int) (int, string) {
	return i, fmt.Sprintf(`invalid parameter "%s"`, d.Arg(i))
}

func value(d *conf.Directive, i int) (int, string) {
	return i, fmt.Sprintf(`"%s" directive invalid value`, d.Name.Value)
}

// alone is for directives with two values, in the place of which one of some words may stand.
func alone(words ...string) wordCheck {
	return func(d *conf.Directive) (int, string) {
		if len(d.Args) == 1 && !slices.Contains(words, d.Arg(0)) {
			return parameter(d, 0)
		}
		return 0, ""
	}
}

func symlinks(d *conf.Directive) (int, string) {
	for i, a := range d.Args {
		if !strings.HasPrefix(a.Value, "from=") && !slices.Contains([]string{"off", "on", "if_not_owner"}, a.Value) {
			return parameter(d, i)
		}
	}
	return 0, ""
}

// expiry reads what expires takes: [modified] TIME, @TIME, epoch, max or off.
func expiry(d *conf.Directive) (int, string) {
	last := len(d.Args) - 1
	if last == 1 && d.Arg(0) != "modified" {
		return value(d, 0)
	}
	text := d.Arg(last)
	if conf.HasVariable(text) || slices.Contains([]string{"epoch", "max", "off"}, text) && last == 0 {
		return 0, ""
	}
	text = strings.TrimPrefix(text, "@")
	text, minus := strings.CutPrefix(text, "-")
	if !minus {
		text = strings.TrimPrefix(text, "+")
	}
	if _, ok := conf.ParseSeconds(text); !ok {
		return value(d, last)
	}
	return 0, ""
}

func asynchronous(d *conf.Directive) (int, string) {
	text := d.Arg(0)
	if text != "on" && text != "off" && text != "threads" && !strings.HasPrefix(text, "threads=") {
		return value(d, 0)
	}
	return 0, ""
}

func directOver(d *conf.Directive) (int, string) {
	if _, ok := conf.ParseOffset(d.Arg(0)); !ok && d.Arg(0) != "off" {
		return value(d, 0)
	}
	return 0, ""
}

// connectionsKept lets 0 pass, which nginx takes since 1.29.7.
func connectionsKept(d *conf.Directive) (int, string) {
	if _, ok := conf.ParseNumber(d.Arg(0)); !ok {
		return 0, fmt.Sprintf(`invalid value "%s" in "keepalive" directive`, d.Arg(0))
	}
	return 0, ""
}

func requestRate(d *conf.Directive) (int, string) {
	zone := false
	for i, a := range d.Args {
		name, n, assigned := strings.Cut(a.Value, "=")
		switch {
		case assigned && name == "zone":
			zone = true
		case assigned && (name == "burst" || name == "delay"):
			if v, ok := conf.ParseNumber(n); !ok || v == 0 {
				return i, fmt.Sprintf(`invalid %s value "%s"`, name, a.Value)
			}
		case a.Value != "nodelay":
			return parameter(d, i)
		}
	}
	if !zone {
		return 0, `"limit_req" must have "zone" parameter`
	}
	return 0, ""
}

func consistency(d *conf.Directive) (int, string) {
	if len(d.Args) == 2 && d.Arg(1) != "consistent" {
		return parameter(d, 1)
	}
	return 0, ""
}

func fileCache(d *conf.Directive) (int, string) {
	bounded := false
	for i, a := range d.Args {
		name, n, assigned := strings.Cut(a.Value, "=")
		fine := a.Value == "off"
		switch {
		case assigned && name == "max":
			v, ok := conf.ParseNumber(n)
			fine = ok && v != 0
			bounded = true
		case assigned && name == "inactive":
			_, fine = conf.ParseSeconds(n)
		}
		if !fine {
			return i, fmt.Sprintf(`invalid "open_file_cache" parameter "%s"`, a.Value)
		}
		bounded = bounded || a.Value == "off"
	}
	if !bounded {
		return 0, `"open_file_cache" must have the "max" parameter`
	}
	return 0, ""
}

// cacheTime: the last word is a time, those before it are codes.
func cacheTime(d *conf.Directive) (int, string) {
	last := len(d.Args) - 1
	if _, ok := conf.ParseSeconds(d.Arg(last)); !ok {
		return last, fmt.Sprintf(`invalid time value "%s"`, d.Arg(last))
	}
	for i := range last {
		n, ok := conf.ParseNumber(d.Arg(i))
		if d.Arg(i) != "any" && (!ok || n < 100 || n > 599) {
			return i, fmt.Sprintf(`invalid status "%s"`, d.Arg(i))
		}
	}
	return 0, ""
}

func variableName(d *conf.Directive) (int, string) {
	if name, ok := strings.CutPrefix(d.Arg(0), "$"); !ok || name == "" {
		return 0, fmt.Sprintf(`invalid variable name "%s"`, d.Arg(0))
	}
	return 0, ""
}

// otherPass checks where a handler other than proxy_pass passes requests on to: none has a usual port.
func (c *checker) otherPass(d *conf.Directive) {
	address := d.Arg(0)
	if strings.Contains(address, "$") {
		return
	}
	if scheme, rest, ok := strings.Cut(address, "://"); ok {
		if !slices.Contains([]string{"grpc", "grpcs", "uwsgi", "suwsgi"}, strings.ToLower(scheme)) {
			return
		}
		address = rest
	}
	if u, text := readURL(address, false); text == "" && u.host != "" && u.port == 0 && !u.unix && c.complete() &&
		c.facts.upstreams[family(false, u.host)] == nil {
		c.argument(d, 0, fmt.Sprintf(`no port in upstream "%s"`, address))
	}
}
