package oracle

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// confPath is where a file of the configuration lies in the lab, relative to the main file.
func confPath(name string) string {
	for _, prefix := range []string{"/etc/nginx/", "/usr/local/nginx/conf/", "/usr/local/etc/nginx/"} {
		name = strings.TrimPrefix(name, prefix)
	}
	return strings.TrimPrefix(path.Clean(name), "/")
}

// included lists the files that an include names, and supplies stock ones that are missing.
func (r *rewriter) included(pattern string) []string {
	pattern = confPath(pattern)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.lab.Files)) {
		if ok, _ := path.Match(pattern, name); ok {
			if _, ok := r.parsed[name]; !ok {
				r.parsed[name], r.err = parse(name, r.lab.Files[name])
			}
			names = append(names, name)
		}
	}
	if text, ok := stock[path.Base(pattern)]; ok && len(names) == 0 {
		r.lab.Files[pattern] = text
		r.parsed[pattern], r.err = parse(pattern, text)
		names = append(names, pattern)
	}
	return names
}

// httpOnly are directives that show that a fragment belongs into http{}.
var httpOnly = []string{
	"server",
	"upstream",
	"map",
	"geo",
	"split_clients",
	"log_format",
	"proxy_cache_path",
	"limit_req_zone",
	"limit_conn_zone",
}

// wrap puts the blocks around a fragment that it needs; its text stays on the same lines.
func (r *rewriter) wrap() error {
	has := map[string]bool{}
	tcp := false
	for _, d := range r.parsed[r.lab.Main] {
		has[d.name.value] = true
		for _, inner := range append(d.block, d) {
			tcp = tcp || inner.name.value == "proxy_pass" && !strings.ContainsAny(inner.arg(0), "/$")
		}
	}
	var before string
	switch {
	case has["http"] || has["stream"] || has["events"] || has["mail"]:
	case tcp && has["server"]:
		before = "stream { "
	case has["include"] && !has["location"] || slices.ContainsFunc(httpOnly, func(name string) bool { return has[name] }):
		before = "http { "
	case has["location"] || has["listen"] || has["server_name"] || has["ssl_certificate"] || has["ssl_ciphers"] ||
		has["ssl_protocols"]:
		before = "http { server { "
	default:
		before = "http { server { location / { "
	}
	if !has["events"] {
		before = "events {} " + before
	}
	text := before + r.lab.Files[r.lab.Main] + "\n" + strings.Repeat(
		"}",
		strings.Count(before, "{")-strings.Count(before, "{}"),
	)
	list, err := parse(r.lab.Main, text)
	r.lab.Files[r.lab.Main], r.parsed[r.lab.Main] = text, list
	return err
}

// A part is one file of a dump.
type part struct{ name, text string }

// splitDump takes the output of nginx -T apart; nil when text is no such output.
func splitDump(text string) (parts []part) {
	const mark = "# configuration file "
	if !strings.HasPrefix(text, mark) && !strings.Contains(text, "\n"+mark) {
		return nil
	}
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, mark); ok {
			parts = append(parts, part{name: confPath(strings.TrimSuffix(strings.TrimSpace(name), ":"))})
		} else if len(parts) > 0 {
			parts[len(parts)-1].text += line
		}
	}
	return parts
}
