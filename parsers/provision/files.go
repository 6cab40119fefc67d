package provision

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// A file is a text that is written on a machine.
type file struct {
	path string
	text *document.Node
	part bool // it is put into a file that has more
}

// writtenBy are the files that a document writes, those of one machine together: all of cloud-init's, and those of
// each play.
func writtenBy(d *document.Node, cloud bool) [][]file {
	if cloud {
		var list []file
		if n := d.Get("write_files"); n != nil {
			for _, w := range n.Items {
				// Other encodings are not read; one that comes later is written after packages are installed, and is
				// the same file.
				if e := w.Text("encoding"); e == "" || e == "text/plain" {
					list = append(list, file{w.Text("path"), w.Get("content"), w.Text("append") == "true"})
				}
			}
		}
		return [][]file{list}
	}
	if d.Kind != document.Sequence {
		return nil
	}
	var plays [][]file
	var tasks []file
	for _, i := range d.Items {
		if i.Get("hosts") != nil {
			plays = append(plays, tasksIn(i, nil, 0))
		} else {
			tasks = tasksIn(i, tasks, 0)
		}
	}
	return append(plays, tasks)
}

// deepestBlock is how far blocks of tasks may be within others.
const deepestBlock = 20

// tasksIn adds the files that the tasks in a play, a block or a task write.
func tasksIn(n *document.Node, list []file, depth int) []file {
	if n.Kind != document.Mapping || depth > deepestBlock {
		return list
	}
	for _, p := range n.Pairs {
		key := strings.TrimPrefix(strings.TrimPrefix(p.Key.Value, "ansible.builtin."), "ansible.legacy.")
		switch key {
		case "copy":
			list = append(list, file{p.Value.Text("dest"), p.Value.Get("content"), false})
		case "blockinfile":
			for _, name := range []string{"path", "dest", "destfile", "name"} {
				if to := p.Value.Text(name); to != "" {
					list = append(list, file{to, p.Value.Get("block"), true})
					break
				}
			}
		case "tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always":
			for _, i := range p.Value.Items {
				list = tasksIn(i, list, depth+1)
			}
		}
	}
	return list
}

// The places of nginx's packages, and what the main file of these is as far as it matters to a WebSocket: neither that
// of nginx.org nor that of Debian sets a timer of a proxy.
const (
	dir   = "/etc/nginx/"
	main  = dir + "nginx.conf"
	frame = `events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    include /etc/nginx/conf.d/*.conf;
    include /etc/nginx/sites-enabled/*;
}
`
)

// nginxText are lines that only nginx's configuration has.
var nginxText = lazyregexp.New(
	`(?m)^[ \t]*(?:server|location\s[^;{]+|upstream\s+\S+|http|events|map\s+\S+\s+\$\S+)\s*\{|` +
		`^[ \t]*proxy_(?:pass|set_header|read_timeout|send_timeout|http_version)\s`,
)

// isNginx reports whether a file is nginx's: by its place, and by what is in it.
func (f file) isNginx() bool {
	return f.hasText() && strings.Contains(strings.ToLower(f.path), "nginx") && nginxText.MatchString(f.text.Value) &&
		!strings.HasPrefix(f.text.Value, "#!")
}

func (f file) hasText() bool { return f.path != "" && f.text != nil && f.text.Kind == document.Scalar }

// UserData are the configurations that user data of cloud-init writes which stands in a file of another format, on a
// machine of somebody's. Texts that are filled only later are left out.
func UserData(name, of string, d *document.Node, filled func(text string) bool) (out []parsers.Nested) {
	for _, list := range writtenBy(d, true) {
		list = slices.DeleteFunc(list, func(f file) bool { return f.text != nil && filled(f.text.Value) })
		out = append(out, nested(name, name+", "+of, list)...)
	}
	return out
}

// embedded is the text as a file of a machine, which two of one document may have.
func (f file) embedded(format, name, of string) (parsers.Nested, bool) {
	if of == name {
		return f.text.Embedded(format, f.path)
	}
	return f.text.Embedded(format, of+": "+f.path)
}

// nested are the configurations that files make on one machine of somebody's: those of nginx together, below its own
// main file or that of its package, and what lies elsewhere by itself.
func nested(name, of string, list []file) (out []parsers.Nested) {
	var system []file
	for _, f := range list {
		switch {
		case f.hasText() && path.Base(f.path) == "haproxy.cfg" && !f.part:
			if x, ok := f.embedded("haproxy", name, of); ok {
				out = append(out, x)
			}
		case !f.isNginx():
		case !f.part && strings.HasPrefix(f.path, dir) && !strings.Contains(f.path, "{{"):
			f.path = path.Clean(f.path)
			system = append(system, f)
		default:
			if x, ok := f.embedded("nginx", name, of); ok {
				out = append(out, x)
			}
		}
	}
	for n := 1; len(system) > 0; n++ {
		var these, later []file // a file that is written twice is of two machines, or under two conditions
		for _, f := range system {
			if slices.ContainsFunc(these, func(g file) bool { return g.path == f.path }) {
				later = append(later, f)
			} else {
				these = append(these, f)
			}
		}
		out = append(out, machine(name, of, n, these)...)
		system = later
	}
	return out
}

// machine is the configuration of nginx on one machine; where nothing brings the files in, each is one of its own.
func machine(name, of string, n int, list []file) (out []parsers.Nested) {
	m := &parsers.Machine{
		Name: "machine of " + of, Files: []string{name}, Main: main,
		Missing: "only what " + of + " writes is known of the machine",
	}
	if n > 1 {
		m.Name = fmt.Sprintf("machine %d of %s", n, of)
	}
	m.Places = []parsers.Place{{Path: main, Text: &parsers.Found{Name: m.Name + ": " + main, Src: []byte(frame)}}}
	for _, at := range []string{"conf.d", "sites-enabled"} {
		m.Places = append(m.Places, parsers.Place{Path: dir + at, Gone: true}) // what is written there counts alone
	}
	included := false
	for _, f := range list {
		x, ok := f.embedded("nginx", name, strings.TrimPrefix(m.Name, "machine of "))
		if !ok {
			continue
		}
		out = append(out, x)
		at := strings.Replace(f.path, "/sites-available/", "/sites-enabled/", 1)
		m.Places = append(m.Places, parsers.Place{Path: at, Text: &x.Found})
		included = included || at == main || strings.HasPrefix(at, dir+"sites-enabled/") ||
			strings.HasPrefix(at, dir+"conf.d/") && strings.HasSuffix(at, ".conf")
	}
	if !included {
		return out
	}
	return []parsers.Nested{{Format: "nginx", Found: parsers.Found{Name: m.Name, Machine: m}}}
}
