package check

import (
	"fmt"
	"path"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A zoneUse is a directive that uses a shared memory zone.
type zoneUse struct {
	key  string // the directive that would define it, and its name
	zone string
	text string // how nginx says that nothing does
	word conf.Word
}

// zone notes the zone that d defines.
func (f *facts) zone(d *conf.Directive) {
	name := d.Name.Value
	prefix := "zone="
	switch {
	case name == "limit_req_zone", name == "limit_conn_zone":
	case strings.HasSuffix(name, "_cache_path"):
		prefix = "keys_zone="
	default:
		return
	}
	for _, a := range d.Args {
		if z, ok := strings.CutPrefix(a.Value, prefix); ok {
			z, _, _ = strings.Cut(z, ":")
			f.zones[name+" "+z] = true
			f.declared[z] = true
		}
	}
}

// usesZone notes the zone that d uses, if it is a directive that does.
func (c *checker) usesZone(d *conf.Directive, l *level) {
	note := func(definer, zone, text string, w conf.Word) {
		c.zoned = append(c.zoned, zoneUse{definer + " " + zone, zone, fmt.Sprintf(text, zone), w})
	}
	switch name := d.Name.Value; name {
	case "limit_req":
		for _, a := range d.Args {
			if z, ok := strings.CutPrefix(a.Value, "zone="); ok {
				note("limit_req_zone", z, `zero size shared memory zone "%s"`, a)
				c.sameZone(d, z, l)
			}
		}
	case "limit_conn":
		note("limit_conn_zone", d.Arg(0), `zero size shared memory zone "%s"`, d.Args[0])
		c.sameZone(d, d.Arg(0), l)
	case "proxy_cache", "fastcgi_cache", "uwsgi_cache", "scgi_cache":
		if zone := d.Arg(0); zone != "off" && !strings.Contains(zone, "$") {
			note(name+"_path", zone, `"`+name+`" zone "%s" is unknown`, d.Args[0])
		}
	}
}

// sameZone reports a second limit by one zone on a level.
func (c *checker) sameZone(d *conf.Directive, zone string, l *level) {
	key := d.Name.Value + " " + zone
	first := l.first[key]
	if first == nil {
		l.first[key] = d
	} else if l.owner != c.tree.Main || c.together(first, d) {
		c.problem(d.Name.Pos(), fmt.Sprintf("%q directive is duplicate", d.Name.Value), firstHere(first))
	}
}

// zones reports zones that nothing defines.
func (c *checker) zones() {
	if !c.complete() || c.facts.thirdParty["limit"] {
		return
	}
	for _, u := range c.zoned {
		switch {
		case c.facts.zones[u.key]:
		case c.facts.declared[u.zone]:
			c.problem(u.word.Pos(), fmt.Sprintf(`the shared memory zone "%s" is already declared for a different use`, u.zone))
		default:
			c.problem(u.word.Pos(), u.text)
		}
	}
}

// accessLog checks that the format of an access_log is defined, and so far: nginx reads from top to bottom.
func (c *checker) accessLog(d *conf.Directive) {
	if d.Arg(0) == "off" {
		if len(d.Args) > 1 {
			c.argument(d, 1, fmt.Sprintf(`invalid parameter "%s"`, d.Arg(1)))
		}
		return
	}
	if len(d.Args) < 2 || !c.complete() || c.facts.thirdParty["log"] || c.formats[strings.ToLower(d.Arg(1))] {
		return
	}
	c.argument(d, 1, fmt.Sprintf(`unknown log format "%s"`, d.Arg(1)))
}

// The least that nginx makes a zone of, of limits and upstreams, and of caches: eight and two pages of memory.
const (
	smallestZone  = 8 * 4096
	smallestCache = 2 * 4096
)

// zoneProblem says what is wrong with name:size, the value of a parameter; whole is the parameter. A name alone is
// fine where the zone may be another's.
func zoneProblem(value, whole, what string) string {
	name, text, sized := strings.Cut(value, ":")
	if !sized || name == "" {
		return fmt.Sprintf(`invalid %s size "%s"`, what, whole)
	}
	size, ok := conf.ParseSize(text)
	switch {
	case !ok:
		return fmt.Sprintf(`invalid %s size "%s"`, what, whole)
	case size < smallestZone && what == "zone", size < smallestCache:
		return fmt.Sprintf(`%s "%s" is too small`, what, whole)
	}
	return ""
}

// limitZone checks the zone of a limit, and the rate.
func (c *checker) limitZone(d *conf.Directive) {
	for i, a := range d.Args[1:] {
		text := ""
		if v, ok := strings.CutPrefix(a.Value, "zone="); ok {
			if strings.HasPrefix(v, ":") && d.Is("limit_conn_zone") {
				return // nginx has words of its own for that
			}
			text = zoneProblem(v, a.Value, "zone")
		} else if v, ok := strings.CutPrefix(a.Value, "rate="); ok && d.Is("limit_req_zone") {
			per := max(len(v)-len("r/s"), 0)
			n, number := conf.ParseNumber(v[:per])
			if !number || n == 0 || v[per:] != "r/s" && v[per:] != "r/m" {
				text = fmt.Sprintf(`invalid rate "%s"`, a.Value)
			}
		}
		if text != "" {
			c.argument(d, i+1, text)
			return
		}
	}
}

// cachePath checks the zone of a cache.
func (c *checker) cachePath(d *conf.Directive) {
	for i, a := range d.Args[1:] {
		if v, ok := strings.CutPrefix(a.Value, "keys_zone="); ok {
			if text := zoneProblem(v, a.Value, "keys zone"); text != "" {
				c.argument(d, i+1, text)
				return
			}
		}
	}
}

// upstreamZone checks the size of an upstream's zone. One without a size is another upstream's.
func (c *checker) upstreamZone(d *conf.Directive) {
	if len(d.Args) < 2 {
		return
	}
	size, ok := conf.ParseSize(d.Arg(1))
	switch {
	case !ok:
		c.argument(d, 1, fmt.Sprintf(`invalid zone size "%s"`, d.Arg(1)))
	case size < smallestZone:
		c.argument(d, 1, fmt.Sprintf(`zone "%s" is too small`, d.Arg(0)))
	}
}

// noEvents reports a complete configuration without an events block. Documentation and tests show http blocks that
// somebody puts more round, so this needs a file that is called nginx.conf and sets much of what belongs to the whole
// process.
func (c *checker) noEvents() {
	if c.tree.Context != "main" || c.facts.incomplete || c.facts.template || path.Base(c.tree.Name) != "nginx.conf" {
		return
	}
	var first *conf.Directive
	process := 0
	for _, d := range c.tree.Main.Block {
		switch d.Name.Value {
		case "events":
			return
		case "http", "stream":
			first = d
		case "worker_processes", "worker_rlimit_nofile", "pid", "user", "load_module":
			process++
		}
	}
	if first != nil && process > 1 {
		c.problem(first.Name.Pos(), `no "events" section in configuration`)
	}
}
