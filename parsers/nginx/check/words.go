package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// wordCheck says what is wrong with the words of a directive, and with which of them; text is "" when nothing is.
type wordCheck func(d *conf.Directive) (arg int, text string)

// wordChecks are those of directives of http and stream whose words have a grammar of their own. Parameters that later
// versions or forks add to are let pass where they are written as NAME=VALUE.
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
	"scgi_cache_valid":   cacheTime,
	"auth_request_set":   variableName,
	"proxy_store_access": access, "fastcgi_store_access": access, "uwsgi_store_access": access,
	"scgi_store_access": access, "dav_access": access,
	"proxy_temp_path": nameLengths, "fastcgi_temp_path": nameLengths, "uwsgi_temp_path": nameLengths,
	"scgi_temp_path":        nameLengths,
	"client_body_temp_path": nameLengths,
	"userid_mark":           mark,
	"userid_expires":        cookieAge,
	"gzip_hash":             powers(128<<10, "512, 1k, 2k, 4k, 8k, 16k, 32k, 64k, or 128k"),
	"gzip_window":           powers(32<<10, "512, 1k, 2k, 4k, 8k, 16k, or 32k"),
	"ssl_ocsp_cache":        answersKept,
	"limit_conn":            connections,
	"limit_except":          methods,
	"random":                choice,
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

// access reads who may do what with files: user:rw group:r all:r.
func access(d *conf.Directive) (int, string) {
	for i, a := range d.Args {
		who, what, _ := strings.Cut(a.Value, ":")
		if !slices.Contains([]string{"user", "group", "all"}, who) || what != "r" && what != "rw" {
			return i, fmt.Sprintf(`invalid value "%s"`, a.Value)
		}
	}
	return 0, ""
}

// nameLengths reads how long the names of the directories below a path are.
func nameLengths(d *conf.Directive) (int, string) {
	var sum int64
	for i := range d.Args[1:] {
		n, ok := conf.ParseNumber(d.Arg(i + 1))
		if sum += n; !ok || n == 0 || sum > 10 {
			return value(d, i+1)
		}
	}
	return 0, ""
}

// mark reads what userid_mark takes.
func mark(d *conf.Directive) (int, string) {
	s := d.Arg(0)
	if s == "off" || s == "=" || len(s) == 1 && conf.IsNameByte(s[0]) && s != "_" {
		return 0, ""
	}
	return 0, `"userid_mark" directive value must be "off" or a single letter, digit or "="`
}

func cookieAge(d *conf.Directive) (int, string) {
	if _, ok := conf.ParseSeconds(d.Arg(0)); !ok && d.Arg(0) != "max" && d.Arg(0) != "off" {
		return value(d, 0)
	}
	return 0, ""
}

// powers is for sizes that are powers of two from 512 on, up to the last of some, which are shown.
func powers(most int64, shown string) wordCheck {
	return func(d *conf.Directive) (int, string) {
		n, ok := conf.ParseSize(d.Arg(0))
		if ok && (n < 512 || n > most || n&(n-1) != 0) {
			return 0, fmt.Sprintf(`"%s" directive must be %s`, d.Name.Value, shown)
		}
		return 0, ""
	}
}

// answersKept reads off or shared:NAME:SIZE.
func answersKept(d *conf.Directive) (int, string) {
	s := d.Arg(0)
	if s == "off" {
		return 0, ""
	}
	name, size, _ := strings.Cut(strings.TrimPrefix(s, "shared:"), ":")
	n, ok := conf.ParseSize(size)
	switch {
	case !strings.HasPrefix(s, "shared:") || name == "" || !ok:
		return 0, fmt.Sprintf(`invalid OCSP cache "%s"`, s)
	case n < smallestZone:
		return 0, fmt.Sprintf(`OCSP cache "%s" is too small`, s)
	}
	return 0, ""
}

func methods(d *conf.Directive) (int, string) {
	known := strings.Fields("GET HEAD POST PUT DELETE MKCOL COPY MOVE OPTIONS PROPFIND PROPPATCH LOCK UNLOCK PATCH")
	for i, a := range d.Args {
		if !slices.Contains(known, strings.ToUpper(a.Value)) {
			return i, fmt.Sprintf(`invalid method "%s"`, a.Value)
		}
	}
	return 0, ""
}

// choice reads two and how one of the two is chosen; least_time is of NGINX Plus.
func choice(d *conf.Directive) (int, string) {
	switch {
	case len(d.Args) > 0 && d.Arg(0) != "two":
		return parameter(d, 0)
	case len(d.Args) > 1 && d.Arg(1) != "least_conn" && !strings.HasPrefix(d.Arg(1), "least_time="):
		return parameter(d, 1)
	}
	return 0, ""
}

func connections(d *conf.Directive) (int, string) {
	switch n, ok := conf.ParseNumber(d.Arg(1)); {
	case !ok || n == 0:
		return 1, fmt.Sprintf(`invalid number of connections "%s"`, d.Arg(1))
	case n > 65535:
		return 1, "connection limit must be less 65536"
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
