package compose

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/container"
	"github.com/wslint/wslint/parsers/document"
)

// nested is the configuration of a service, where it runs one of nginx or HAProxy; ok is false where it does not, or
// where nothing of its configuration is in these files.
func (p *project) nested(s *service) (n parsers.Nested, ok bool) {
	x, ok := p.image(s)
	if !ok {
		return n, false
	}
	m := x.Machine(fmt.Sprintf("service %s of %s", s.name, p.file), p.file)
	own := len(m.Places)
	m.Places = append(m.Places, p.mounts(s)...)
	environment, unknown := p.environment(s)
	for name, v := range x.Env {
		if _, set := environment[name]; !set {
			environment[name] = v
		}
	}
	m.Define = environment
	p.starts(s, &x, m, unknown)
	m.Network = p.network(s)
	p.claims = append(p.claims, x.Changed()...)
	if !x.Judged(m, own) {
		p.unknown = append(p.unknown, x.Unread(m.Places)...)
		return n, false
	}
	v := x.Version
	if v.Number == "" {
		v = parsers.Version{}
	}
	return parsers.Nested{Format: x.Program, Found: parsers.Found{
		Name: m.Name, Machine: m, Version: v, Beside: p.beside,
	}}, true
}

// image is what the service runs; ok is false where it is neither nginx nor HAProxy as far as anybody can tell.
func (p *project) image(s *service) (x container.Image, ok bool) {
	if b, builds := s.last("build"); builds {
		if x, ok = p.built(b); ok {
			return x, true
		}
		x.Missing = "the image is built from what is not known"
	} else if ref := s.text("image"); ref.known() && ref.text != "" {
		x = container.Find(ref.text, ref.pos)
	} else if e, has := s.last("image"); has {
		// ${NGINX_TAG} of nginx:${NGINX_TAG} need not be known.
		name, _, _ := strings.Cut(e.Value, ":$")
		x = container.Find(name, e.Pos())
		x.Version = parsers.Version{}
	}
	if x.Program == "" {
		x.Program, x.Main = p.byMounts(s)
		x.Known = false
	}
	return x, x.Program != ""
}

// byMounts guesses the program by a main file that is mounted where it looks for it.
func (p *project) byMounts(s *service) (program, main string) {
	for _, m := range p.mounts(s) {
		switch {
		case m.Path == "/etc/nginx/nginx.conf" || m.Path == "/usr/local/openresty/nginx/conf/nginx.conf":
			return "nginx", m.Path
		case strings.HasSuffix(m.Path, "/haproxy.cfg"):
			return "haproxy", m.Path
		}
	}
	return "", ""
}

// built is the image of a Dockerfile.
func (p *project) built(b entry) (x container.Image, ok bool) {
	build := container.Build{Args: maps.Clone(b.env.given), Exists: p.exists}
	dir, file := b.env.of(b.Node), "Dockerfile"
	if build.Args == nil {
		build.Args = map[string]string{}
	}
	if b.Kind == document.Mapping {
		dir = b.env.of(b.Get("context"))
		if dir.text == "" {
			dir.text = "."
		}
		if f := b.env.of(b.Get("dockerfile")); f.text != "" {
			file = f.text
		}
		build.Target = b.env.of(b.Get("target")).text
		for name, v := range pairs(entry{b.Get("args"), b.dir, b.env}) {
			if v.known() {
				build.Args[name] = v.text
			}
		}
	}
	if !dir.known() || strings.Contains(dir.text, "://") {
		return x, false
	}
	build.Context = p.local(b.dir, dir.text)
	if inline := b.Get("dockerfile_inline"); b.Kind == document.Mapping && !inline.IsNull() {
		build.File, build.Src = p.file, []byte(b.env.of(inline).text)
		x, ok = build.Image()
		x.Files, x.Version.Pos = nil, inline.Pos()
		return x, ok
	}
	build.File = p.local(build.Context, file)
	src, err := p.o.ReadFile(build.File)
	if err != nil {
		return x, false
	}
	build.Src = src
	if x, ok = build.Image(); ok {
		p.claims = append(p.claims, build.File)
	}
	return x, ok
}

func (p *project) exists(name string) bool {
	_, err := p.o.Stat(name)
	return err == nil
}

// pairs are the entries of a mapping, or of a list of NAME=value; the value of a name alone is that of the variable.
func pairs(e entry) map[string]value {
	all := map[string]value{}
	if e.Node == nil {
		return all
	}
	for _, p := range e.Pairs {
		if p.Value.IsNull() {
			all[p.Key.Value] = e.env.variable(p.Key.Value)
			continue
		}
		all[p.Key.Value] = e.env.of(p.Value)
	}
	for _, i := range e.Items {
		name, _, assigned := strings.Cut(i.Value, "=")
		v := e.env.of(i)
		if !assigned {
			all[name] = e.env.variable(name)
			continue
		}
		_, v.text, _ = strings.Cut(v.text, "=")
		all[name] = v
	}
	return all
}

// environment is that of the container, as far as it is known: env_file first, environment over it. unknown says why
// there may be more.
func (p *project) environment(s *service) (all map[string]string, unknown string) {
	all = map[string]string{}
	for _, l := range s.layers {
		n := l.Get("env_file")
		if n.IsNull() {
			continue
		}
		list := n.Items
		if n.Kind != document.Sequence {
			list = []*document.Node{n}
		}
		for _, i := range list {
			if i.Kind == document.Mapping {
				i = i.Get("path")
			}
			v := l.env.of(i)
			values, ok := p.read(beside(l.dir, v.text))
			if !ok || !v.known() {
				unknown = "a file of variables was not found"
				continue
			}
			maps.Copy(all, values)
		}
	}
	for _, l := range s.layers {
		for name, v := range pairs(entry{l.Get("environment"), l.dir, l.env}) {
			if v.known() {
				all[name] = v.text
			} else {
				delete(all, name)
			}
		}
	}
	return all, unknown
}

// starts does what the container does before the program begins: templates are made configurations, and another
// command may begin with another file.
func (p *project) starts(s *service, x *container.Image, m *parsers.Machine, unknown string) {
	entry, own := words(s, "entrypoint")
	if !own && x.Entry != nil {
		entry, own = x.Entry, true
	}
	cmd, given := words(s, "command")
	if !given {
		cmd = x.Command
	}
	all := strings.Join(slices.Concat(entry, cmd), " ")
	script := strings.Contains(all, "envsubst") || strings.Contains(all, ">")
	if script {
		at := s.layers[0].Pos()
		if c, ok := s.last("command"); ok {
			at = c.Pos()
		}
		container.Shell(m, all, m.Define, at)
	}
	if file := option(cmd, map[string]string{"nginx": "-c", "haproxy": "-f"}[x.Program]); file != "" && path.IsAbs(file) {
		m.Main = path.Clean(file)
	}
	direct := len(cmd) == 0 || cmd[0] == "nginx" || cmd[0] == "nginx-debug"
	if x.Renders && !own && direct {
		why := container.Render(m, m.Define, func(dir string) bool { return p.readOnly(s, dir) })
		if why != "" {
			p.note(s.layers[0].Pos(), why)
		}
	}
	if unknown != "" {
		p.note(s.layers[0].Pos(), unknown)
	}
}

// words are a command, as a list or as a shell takes it apart; given says whether there is one.
func words(s *service, key string) (list []string, given bool) {
	e, ok := s.last(key)
	if !ok {
		return nil, false
	}
	if e.Kind == document.Sequence {
		for _, i := range e.Items {
			list = append(list, e.env.of(i).text)
		}
		return list, true
	}
	return container.Words(e.env.of(e.Node).text), true
}

// option is what follows a flag of a command.
func option(cmd []string, name string) string {
	i := slices.Index(cmd, name)
	if name == "" || i < 0 || i+1 >= len(cmd) {
		return ""
	}
	return cmd[i+1]
}

// config is a config that is mounted: by its name alone, or as source and target.
func (p *project) config(e entry) (place parsers.Place) {
	name, target := e.env.of(e.Node).text, ""
	if e.Kind == document.Mapping {
		name, target = e.env.of(e.Get("source")).text, e.env.of(e.Get("target")).text
	}
	if target == "" {
		target = "/" + name
	}
	if !path.IsAbs(target) {
		return place
	}
	place.Path, place.Pos = path.Clean(target), e.Pos()
	c, ok := p.configs[name]
	switch file := c.env; {
	case !ok:
		place.Unknown = "config " + name + " is not in the file"
	case !c.Get("file").IsNull():
		v := file.of(c.Get("file"))
		if place.Local = p.local(c.dir, v.text); !v.known() || !p.exists(place.Local) {
			place.Local, place.Unknown = "", "the file of config "+name+" was not found"
		}
	case !c.Get("content").IsNull():
		place.Text = p.content(c, name)
	default:
		place.Unknown = "config " + name + " is made elsewhere"
	}
	return place
}

// content is the text of a config, with its variables replaced as compose does. A $ that is meant for nginx has to be
// doubled there.
func (p *project) content(c entry, name string) *parsers.Found {
	n := c.Get("content")
	origin := n.Origin()
	f := &parsers.Found{Name: p.file + ": config " + name, Origin: &parsers.Origin{File: origin.File, Escape: doubled}}
	var out strings.Builder
	i := 0
	for line := range strings.Lines(n.Value) {
		at := origin.Lines[i]
		i++
		v := c.env.interpolate(line, 0)
		at.Start, at.Dropped = out.Len(), v.shifts
		if v.replaced {
			whole := hop.Pos{File: origin.File, Line: at.Line, Col: at.Col, EndCol: at.Col + len(strings.TrimRight(line, "\n"))}
			if at.Made != nil {
				whole = at.Made.At
			}
			at.Made, at.Dropped = &parsers.Maker{At: whole}, nil
			if !v.known() {
				p.note(whole, "compose replaces variables in content, and "+v.why+
					": a $ that is meant for the configuration is written $$")
			}
		}
		f.Origin.Lines = append(f.Origin.Lines, at)
		out.WriteString(v.text)
	}
	f.Src = []byte(out.String())
	f.Origin.Src = f.Src
	return f
}

// doubled writes a text as it stands in a compose file.
func doubled(text string) string { return strings.ReplaceAll(text, "$", "$$") }
