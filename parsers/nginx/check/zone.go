package check

import (
	"fmt"
	"path"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
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
	case name == "zone" && len(d.Args) == 2:
		f.zones["zone "+d.Arg(0)] = true
		return
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
func (c *checker) limitZone(d *conf.Directive, l *level) {
	zone := ""
	for i, a := range d.Args[1:] {
		text := ""
		name, v, _ := strings.Cut(a.Value, "=")
		switch {
		case name == "zone" && !strings.HasPrefix(v, ":"):
			text = zoneProblem(v, a.Value, "zone")
			zone = v
		case name == "zone": // one without a name is none
			if _, ok := conf.ParseSize(v[1:]); !ok {
				text = fmt.Sprintf(`invalid zone size "%s"`, a.Value)
			}
		case name == "rate" && d.Is("limit_req_zone"):
			per := max(len(v)-len("r/s"), 0)
			n, number := conf.ParseNumber(v[:per])
			if !number || n == 0 || v[per:] != "r/s" && v[per:] != "r/m" {
				text = fmt.Sprintf(`invalid rate "%s"`, a.Value)
			}
		case name != "sync": // of NGINX Plus
			text = fmt.Sprintf(`invalid parameter "%s"`, a.Value)
		}
		if text != "" {
			c.argument(d, i+1, text)
			return
		}
	}
	if zone == "" {
		c.problem(d.Name.Pos(), fmt.Sprintf(`"%s" must have "zone" parameter`, d.Name.Value))
		return
	}
	c.zoneAgain(d, zone, l)
}

// zoneAgain reports a zone of a limit that has a name which an earlier one has.
func (c *checker) zoneAgain(d *conf.Directive, zone string, l *level) {
	name, size, _ := strings.Cut(zone, ":")
	key := "zone " + name
	first := l.first[key]
	if first == nil || !c.together(first, d) {
		l.first[key] = d
		return
	}
	text := fmt.Sprintf(`%s "%s" is already bound to key "%s"`, d.Name.Value, name, first.Arg(0))
	if !first.Is(d.Name.Value) {
		text = fmt.Sprintf(`the shared memory zone "%s" is already declared for a different use`, name)
	} else if was, _ := conf.ParseSize(zoneSize(first)); was != 0 {
		if now, _ := conf.ParseSize(size); now != was {
			text = fmt.Sprintf(`the size %d of shared memory zone "%s" conflicts with already declared size %d`, now, name, was)
		}
	}
	c.problem(d.Name.Pos(), text, firstHere(first))
}

// zoneSize is the size that a limit's zone is given.
func zoneSize(d *conf.Directive) string {
	for _, a := range d.Args {
		if v, ok := strings.CutPrefix(a.Value, "zone="); ok {
			_, size, _ := strings.Cut(v, ":")
			return size
		}
	}
	return ""
}

// levels are how many letters the names of a cache's directories have: one to three of one or two.
var levels = lazyregexp.New(`^([12](:[12]){0,2})?$`)

// cachePath checks the parameters of a cache.
func (c *checker) cachePath(d *conf.Directive) {
	zone := false
	for i, a := range d.Args[1:] {
		text := ""
		if v, ok := strings.CutPrefix(a.Value, "keys_zone="); ok && !strings.HasPrefix(v, ":") {
			text, zone = zoneProblem(v, a.Value, "keys zone"), true
		} else if !ok {
			text = cacheParameter(a.Value)
		}
		if text != "" {
			c.argument(d, i+1, text)
			return
		}
	}
	if !zone {
		c.problem(d.Name.Pos(), fmt.Sprintf(`"%s" must have "keys_zone" parameter`, d.Name.Value))
	}
}

// cacheParameter says what is wrong with one parameter of a cache. Those that NGINX Plus or forks know are let pass.
func cacheParameter(p string) string {
	name, value, _ := strings.Cut(p, "=")
	fine := true
	switch name {
	case "levels":
		if !levels.MatchString(value) {
			return fmt.Sprintf(`invalid "levels" "%s"`, p)
		}
	case "use_temp_path":
		if value != "on" && value != "off" {
			return fmt.Sprintf(`invalid use_temp_path value "%s", it must be "on" or "off"`, p)
		}
	case "inactive":
		_, fine = conf.ParseSeconds(value)
	case "max_size", "min_free":
		_, fine = conf.ParseOffset(value)
	case "loader_files", "manager_files":
		_, fine = conf.ParseNumber(value)
	case "loader_sleep", "loader_threshold", "manager_sleep", "manager_threshold":
		_, fine = conf.ParseTime(value)
	}
	if fine {
		return ""
	}
	return fmt.Sprintf(`invalid %s value "%s"`, name, p)
}

// sessionCache checks where TLS sessions are kept.
func (c *checker) sessionCache(d *conf.Directive) {
	for i, a := range d.Args {
		text := fmt.Sprintf(`invalid session cache "%s"`, a.Value)
		kind, rest, _ := strings.Cut(a.Value, ":")
		switch {
		case a.Value == "off", a.Value == "none", a.Value == "builtin":
			continue
		case kind == "builtin":
			if _, ok := conf.ParseNumber(rest); ok {
				continue
			}
		case kind == "shared":
			zone, size, _ := strings.Cut(rest, ":")
			if n, ok := conf.ParseSize(size); ok && zone != "" {
				if n >= smallestZone {
					continue
				}
				text = fmt.Sprintf(`session cache "%s" is too small`, a.Value)
			}
		}
		c.argument(d, i, text)
		return
	}
}

// upstreamZone checks the name and the size of an upstream's zone. One without a size is another upstream's.
func (c *checker) upstreamZone(d *conf.Directive, l *level) {
	if d.Arg(0) == "" {
		c.argument(d, 0, `invalid zone name ""`)
		return
	}
	if len(d.Args) < 2 {
		c.sharesZone(d, l)
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

// sharesZone notes an upstream's zone that another upstream has to give a size.
func (c *checker) sharesZone(d *conf.Directive, l *level) {
	if l.owner.Is("upstream") {
		c.zoned = append(c.zoned, zoneUse{
			"zone " + d.Arg(0), "", fmt.Sprintf(`zero size shared memory zone "%s"`, d.Arg(0)), d.Args[0],
		})
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
