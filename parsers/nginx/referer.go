package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// invalidReferer is $invalid_referer: empty where valid_referers takes the Referer, else 1.
func (r *run) invalidReferer() text {
	lines, _, why := r.list(r.at, conf.ValidReferers)
	if len(lines) == 0 || why != "" {
		return text{why: why}
	}
	var names []string
	for _, d := range lines {
		for _, a := range d.Args {
			names = append(names, a.Value)
		}
	}
	valid := func(sent string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return r.takesReferer(name, sent) })
	}
	sent := r.header("referer")
	var is bool
	switch {
	case sent.literal():
		is = valid(sent.s)
	case sent.of != "":
		q := hop.Matches(sent.of, "$http_referer", "valid_referers "+strings.Join(names, " "), lines[0].Pos(), valid)
		q.Yes, q.No = "valid_referers takes the Referer", "valid_referers does not take the Referer"
		is = r.asks(sent, q)
	default:
		return sent
	}
	if is {
		return known("")
	}
	return known("1")
}

// takesReferer reports whether one of the words of valid_referers takes a Referer (ngx_http_referer_variable).
func (r *run) takesReferer(name, sent string) bool {
	rest, isURL := cutFold(sent, "http://")
	if !isURL {
		rest, isURL = cutFold(sent, "https://")
	}
	pattern, isPattern := strings.CutPrefix(name, "~")
	switch {
	case name == "none":
		return sent == ""
	case sent == "" || name == "blocked":
		return sent != "" && !isURL && name == "blocked"
	case !isURL:
		return false
	case isPattern:
		groups, why := r.c.pattern(pattern, true).match(rest)
		return why == "" && groups != nil
	}
	host, uri := rest, ""
	if i := strings.IndexAny(rest, "/:"); i >= 0 {
		host = rest[:i]
	}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		uri = rest[i:]
	}
	if name == "server_names" {
		return slices.ContainsFunc(
			r.server.names,
			func(n serverName) bool { return n.re == nil && !n.templated() && takesHost(n.text, host) },
		)
	}
	wanted := ""
	if i := strings.IndexByte(name, '/'); i >= 0 {
		name, wanted = name[:i], name[i:]
	}
	return takesHost(name, host) && strings.HasPrefix(uri, wanted)
}

// takesHost reports whether a name, perhaps with a star before or behind it, is that of a host.
func takesHost(name, host string) bool {
	name, host = strings.ToLower(name), strings.ToLower(host)
	if end, ok := strings.CutPrefix(name, "*."); ok {
		return strings.HasSuffix(host, "."+end)
	}
	if end, ok := strings.CutPrefix(name, "."); ok {
		return host == end || strings.HasSuffix(host, name)
	}
	if begin, ok := strings.CutSuffix(name, ".*"); ok {
		return strings.HasPrefix(host, begin+".")
	}
	return name == host
}

// cutFold is strings.CutPrefix regardless of case.
func cutFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// secureLink is $secure_link: empty where the request has no link that could be right, else what the hash and the
// time decide.
func (r *run) secureLink() text {
	secret := get(r, r.at, conf.SecureLinkSecret)
	link := get(r, r.at, conf.SecureLink)
	decides := unknownText("secure_link decides")
	switch {
	case !secret.IsDefault():
		return r.choice("$secure_link", decides)
	case link.IsDefault():
		return known("")
	}
	v := r.valueOf(link)
	hash, _, _ := strings.Cut(v.s, ",")
	// 16 bytes in base64url are 22 characters, 24 with the padding.
	if v.literal() && (len(hash) < 22 || len(hash) > 24) {
		return known("")
	}
	return r.choice("$secure_link", decides)
}
