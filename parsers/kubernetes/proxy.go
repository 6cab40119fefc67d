package kubernetes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/nginx"
)

// A proxy is the nginx that a controller makes of Ingresses. It serves as the configuration does that the controller
// writes; its hops are called by the Ingress, and its settings by the annotations.
type proxy struct {
	*nginx.Config
	w       *ingressWriter
	literal map[string][]place // the paths without a pattern, as literals has them
	spoilt  []hop.Note         // why nothing of the configuration is known
	assumes string             // what its defaults hang on; "" when the controller's ConfigMap is among the files
}

// newProxy writes and reads the configuration; nil when it cannot be read. The problems are those of texts of people
// that went into it.
func (w *ingressWriter) newProxy(name string) (p *proxy, f *parsers.File, problems []parsers.Problem) {
	origin := w.out.origin()
	found := parsers.Found{Name: name, Src: w.out.src.Bytes(), Origin: origin}
	c, tree, err := nginx.Made(found, w.adds())
	if err != nil {
		return nil, nil, nil
	}
	spoilt := len(tree.Debug) > 0 // with what is not known in it, it is no configuration
	for _, x := range tree.Problems {
		theirs := w.out.isQuoted(x.Pos)
		if spoilt = spoilt || x.Incomplete || !theirs; theirs {
			problems = append(problems, x)
		}
	}
	if spoilt {
		if torn := w.out.torn(); len(torn) > 0 {
			problems = torn // whatever else is wrong comes of that
		}
	}
	p = &proxy{Config: c, w: w, literal: w.literals(), spoilt: tree.Debug}
	w.parts = w.objects()
	switch {
	case w.c.Name == nginxFabric:
		p.assumes = "a ProxySettingsPolicy that is not among the files may set another value"
	case w.ingresses[0].config != nil:
		p.assumes = "an annotation of an Ingress may set another value"
	case w.config == nil:
		p.assumes = fmt.Sprintf("the ConfigMap of %s is not among the files: it may set another value", w.c.Name)
	}
	return p, &parsers.File{Name: name, Src: found.Src, Origin: origin, Editable: true}, problems
}

// adds reports whether the controller's ConfigMap may add lines that are not here: zones and variables that snippets
// name.
func (w *ingressWriter) adds() bool {
	if w.config == nil || w.config.Partial != "" {
		return true
	}
	for _, key := range []string{"http-snippet", "main-snippet", "http-snippets", "main-snippets"} {
		if w.config.entry(key).Kind == infra.Unknown {
			return true
		}
	}
	return false
}

// Serve names hops and settings as people know them.
func (p *proxy) Serve(r hop.Request) []hop.Case {
	cases := p.Config.Serve(r)
	for i := range cases {
		h := cases[i].Hop
		cases[i].When = sayCanary(cases[i].When)
		if name := p.ResourceAt(h.Pos); name != "" {
			h.Name = name
		} else if rest, ok := strings.CutPrefix(h.Name, "nginx"); ok {
			h.Name = p.w.c.Name + rest
		}
		if h.Assumes == "" {
			h.Assumes = p.assumes
		}
		if s, ok := p.shadowed(h.Pos, r.Target); ok {
			h.Shadowed = append(slices.Clone(h.Shadowed), s)
		}
		h.SNI = hop.Setting[bool]{} // behind it are the pods of one service, which need no name to tell them apart
		for j := range h.Idle {
			h.Idle[j].Setting = p.called(h.Idle[j].Setting)
		}
		for j := range h.Life {
			h.Life[j].Setting = p.called(h.Life[j].Setting)
		}
		for j := range h.Zero {
			h.Zero[j] = p.called(h.Zero[j])
		}
	}
	return p.asWritten(cases)
}

// asWritten are cases with the condition that templates write the objects so that they come of, and one more in which
// they do not: nobody knows what is then.
func (p *proxy) asWritten(cases []hop.Case) []hop.Case {
	for i := range cases {
		h := cases[i].Hop
		o := p.w.hanging(p.w.at[spot(h.Pos)])
		if o == nil {
			continue
		}
		cases[i].When = append(slices.Clone(cases[i].When), o.hangs.Taken(true))
		if i == 0 {
			unknown := &hop.Hop{Name: h.Name, Pos: h.Pos, Answer: hop.Unknown[hop.Answer]("answer", o.Pos, o.Partial)}
			cases = append(cases, hop.Case{Hop: unknown, When: []hop.Condition{o.hangs.Taken(false)}})
		}
	}
	return cases
}

// hanging is the object that an answer hangs on, be it that a template writes it: the one that it is of, or one that
// the configuration is made of where it is of none of these. It is nil where nothing hangs on a template.
func (w *ingressWriter) hanging(of *Object) *Object {
	switch {
	case of != nil && of.hangs != nil:
		return of
	case w.config != nil && w.config.hangs != nil:
		return w.config
	case slices.Contains(w.ingresses, of):
		return nil
	}
	if i := slices.IndexFunc(w.ingresses, func(o *Object) bool { return o.hangs != nil }); i >= 0 {
		return w.ingresses[i]
	}
	return nil
}

// called is a timer under the name that it has as an annotation, and as a default where nobody wrote it.
func (p *proxy) called(s hop.Setting[time.Duration]) hop.Setting[time.Duration] {
	directive := s.Name
	key := strings.ReplaceAll(directive, "_", "-")
	if directive == "proxy_timeout" {
		key = "proxy-stream-timeout"
	}
	switch {
	case p.w.c.Name == nginxFabric:
		key = directive
	case p.w.c.Key(key, "Ingress") == nil && p.w.c.Key(key, "ConfigMap") == nil:
		return s
	}
	length, known := s.Get()
	out := s
	if why := p.w.why[key+spot(s.Pos).String()]; !known && why != "" {
		return hop.Unknown[time.Duration](key, s.Pos, why)
	}
	if known && p.w.defaults[directive+s.Pos.String()] {
		out = hop.Default(key, length, s.Pos)
		out.Set = s.Set
		if p.assumes != "" {
			out.As = hop.Documented
		}
		if key == "worker-shutdown-timeout" {
			out.As = hop.Documented // nobody here wrote it
		}
	}
	if p.w.ingresses[0].config != nil && p.w.c.reads(key, "Ingress") {
		out.As = hop.Documented // for all that is known
	}
	out.Name, out.Remove = key, nil
	return out
}

// ResourceAt is the object that a place belongs to: "Ingress default/chat".
func (p *proxy) ResourceAt(pos hop.Pos) string {
	if o := p.w.at[spot(pos)]; o != nil {
		return o.String()
	}
	for _, o := range p.w.parts {
		if o.Pos.File == pos.File && o.First <= pos.Line && pos.Line <= o.Last {
			return o.String()
		}
	}
	if c := p.w.config; c != nil && c.Pos.File == pos.File && c.First <= pos.Line && pos.Line <= c.Last {
		return c.String()
	}
	return ""
}

// proxies makes the nginx of every group of objects of a controller.
func (s *set) proxies(r *parsers.Reading) {
	done := map[*Object]bool{} // the settings that objects were judged with
	defer s.alone(r, done)
	for _, name := range []string{ingressNginx, nginxIngress, nginxFabric} {
		c := ControllerNamed(name)
		if c == nil {
			c = &Controller{Name: name} // it reads no annotations
		}
		groups, left := s.groups(name)
		for _, at := range left {
			text := fmt.Sprintf("more than %d Ingresses here are for one path or of one name: not all are checked", mostVariants)
			r.Unknown = append(r.Unknown, hop.Note{Pos: at, Text: text})
		}
		for i, g := range groups {
			if n := s.pathsOf(g.ingresses); n > mostPaths {
				text := fmt.Sprintf("%d paths make one configuration here, more than the %d that are checked", n, mostPaths)
				r.Unknown = append(r.Unknown, hop.Note{Pos: g.ingresses[0].Pos, Text: text})
				continue
			}
			if name == nginxFabric {
				r.Misfits = append(r.Misfits, s.unreadTimeouts(g.ingresses[0])...)
			}
			text := fmt.Sprintf("nginx.conf %d of %s", i+1, name)
			if s.from != "" {
				text += " in " + s.from
			}
			s.add(r, s.written(c, g, done), text)
		}
	}
}

// written is what a controller writes for a group, with each of the settings that it may have. done are the settings
// that went into any.
func (s *set) written(c *Controller, g *group, done map[*Object]bool) (list []*ingressWriter) {
	configs := s.settings(c, g.ingresses[0])
	for _, config := range configs {
		done[config] = true
	}
	configs = distinctSettings(c, configs)
	switch {
	case len(configs) == 0:
		configs = []*Object{nil}
	case len(configs) > mostSettings:
		configs = []*Object{undecidedSettings(configs)}
	}
	for _, config := range configs {
		done[config] = true
		w := s.writer(c, g.ingresses, config)
		_, _, sure := w.fronts(s.cluster.of(g.ingresses[0]))
		w.vague = len(configs) > 1 || !sure
		switch c.Name {
		case ingressNginx:
			w.writeIngressNginx()
		case nginxIngress:
			w.writeNginxIngress()
		default:
			w.writeFabric()
		}
		list = append(list, w)
	}
	return list
}

// writer writes what a controller with such settings makes of objects.
func (s *set) writer(c *Controller, of []*Object, config *Object) *ingressWriter {
	return &ingressWriter{
		s: s, c: c, ingresses: of, config: config, out: newText(),
		defaults: map[string]bool{}, at: map[hop.Pos]*Object{}, paths: map[hop.Pos]place{},
		upstreams: map[string]bool{}, why: map[string]string{}, chosen: map[hop.Pos]string{},
	}
}

// mostPaths bounds a configuration that is written for Ingresses: nginx looks for the location of each path among all.
const mostPaths = 3000

// pathsOf counts the paths of Ingresses.
func (s *set) pathsOf(list []*Object) (n int) {
	for _, o := range list {
		n += len(s.places(o))
	}
	return n
}

// add adds a proxy to a reading, with what paths can call it by. There are several writers where it is not known which
// settings the controller has.
func (s *set) add(r *parsers.Reading, writers []*ingressWriter, name string) {
	var all []*proxy
	var files []string
	for i, w := range writers {
		called := name
		if i > 0 {
			called += fmt.Sprintf(" with settings %d", i+1)
		}
		p, f, problems := w.newProxy(called)
		if p == nil {
			continue
		}
		if len(p.spoilt) > 0 && len(problems) == 0 && len(all) == 0 {
			text := fmt.Sprintf("what %s makes of %s is not known: a template opens a block in a snippet, or closes one (%s)",
				w.c.Name, w.ingresses[0], p.spoilt[0].Text)
			r.Unknown = append(r.Unknown, hop.Note{Pos: w.ingresses[0].Pos, Text: text})
		}
		r.Files = append(r.Files, f)
		for _, x := range problems {
			if !slices.ContainsFunc(r.Problems, func(y parsers.Problem) bool { return y.Pos == x.Pos && y.Text == x.Text }) {
				r.Problems = append(r.Problems, x)
			}
		}
		all = append(all, p)
		for _, f := range w.files() {
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	source, w := newVariants(all), all[0].w
	r.Sources = append(r.Sources, parsers.Source{Source: source, Name: files[0], Files: files, Machine: w.machine()})
	for _, o := range w.objects() {
		x := parsers.Resource{
			Source: source, ID: cmp.Or(o.overlay, o.Pos.File) + "#" + o.String(), Name: o.Name,
			Kinds: []string{strings.ToLower(o.Kind), prefix},
			File:  o.Pos.File, Other: []string{o.Place() + "/" + o.Name, o.String()},
		}
		if list := s.places(o); len(list) > 0 {
			x.Host = list[0].host
		}
		r.Resources = append(r.Resources, x)
	}
}

// objects are those that a proxy is made of: Ingresses, and what has a part of their servers or paths.
func (w *ingressWriter) objects() []*Object {
	list := slices.Clone(w.ingresses)
	for _, o := range w.ingresses {
		for _, p := range w.s.places(o) {
			for _, x := range []*Object{p.of, p.server()} {
				if !slices.Contains(list, x) {
					list = append(list, x)
				}
			}
		}
	}
	return list
}

// files are those that a proxy is made of.
func (w *ingressWriter) files() (names []string) {
	for _, o := range w.objects() {
		names = append(append(names, o.Pos.File), o.made...)
	}
	if w.config != nil {
		names = append(append(names, w.config.Pos.File), w.config.made...)
		if under := w.config.under; under != nil {
			names = append(append(names, under.Pos.File), under.made...)
		}
	}
	for at := range w.out.quoted {
		names = append(names, at.File)
	}
	first := names[0]
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == first })
	return append([]string{first}, names...)
}

// Distinct leaves nothing out: what shows an intention stands in Ingresses.
func (p *proxy) Distinct(func(*hop.Endpoint) bool) (list, others []hop.Endpoint, more int) {
	return p.Endpoints(), p.Everywhere(), 0
}
