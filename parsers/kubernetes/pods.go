package kubernetes

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/container"
	"github.com/wslint/wslint/parsers/infra"
)

// A pod is the Pods of a workload with what is mounted into them.
type pod struct {
	workload
	s *set
	// taken are the entries of ConfigMaps and Secrets that are mounted, by "ConfigMap namespace/name key".
	taken map[string]bool
	files []string
}

// pods are the nginx and HAProxy whose configuration is mounted from objects of the files. The entries that they mount
// are read there and nowhere else: taken has them.
func (s *set) pods() (list []parsers.Nested, taken map[string]bool) {
	taken = map[string]bool{}
	for _, w := range s.cluster.workloads {
		for _, c := range w.containers() {
			p := &pod{workload: w, s: s, taken: map[string]bool{}, files: []string{w.Pos.File}}
			if n, ok := p.nested(c); ok {
				list = append(list, n)
				maps.Copy(taken, p.taken)
			}
		}
	}
	return list, taken
}

// nested is the configuration of a container; ok is false where it runs neither program, or with no configuration of
// these files.
func (p *pod) nested(c infra.Value) (n parsers.Nested, ok bool) {
	mounts := p.mounts(c)
	image := c.Get("image")
	x := container.Find(image.Text, image.Pos)
	if x.Program == "" {
		x.Program, x.Main = byMounts(mounts)
		x.Known = false
	}
	if x.Program == "" || image.Kind == infra.Unknown {
		return n, false
	}
	m := x.Machine(p.String()+", container "+c.Get("name").Text, p.files...)
	own := len(m.Places)
	m.Places = append(m.Places, mounts...)
	m.Define = environment(c)
	entry, args := words(c.Get("command")), words(c.Get("args"))
	all := slices.Concat(entry, args)
	container.Shell(m, strings.Join(all, " "), m.Define, c.Pos)
	flag := map[string]string{"nginx": "-c", "haproxy": "-f"}[x.Program]
	if i := slices.Index(all, flag); i >= 0 && i+1 < len(all) && path.IsAbs(all[i+1]) {
		m.Main = path.Clean(all[i+1])
	}
	if x.Renders && len(entry) == 0 && (len(args) == 0 || args[0] == "nginx") {
		container.Render(m, m.Define, func(dir string) bool {
			return slices.ContainsFunc(mounts, func(p parsers.Place) bool { return p.Path == dir && p.Gone })
		})
	}
	if !x.Judged(m, own) {
		return n, false
	}
	m.Network = p.s.cluster.reached(p.workload)
	return parsers.Nested{Format: x.Program, Found: parsers.Found{Name: m.Name, Machine: m, Version: x.Version}}, true
}

// byMounts guesses the program by a main file that is mounted where it looks for it.
func byMounts(mounts []parsers.Place) (program, main string) {
	for _, m := range mounts {
		switch {
		case m.Text == nil:
		case m.Path == "/etc/nginx/nginx.conf":
			return "nginx", m.Path
		case m.Path == "/usr/local/etc/haproxy/haproxy.cfg":
			return "haproxy", m.Path
		}
	}
	return "", ""
}

// environment are the variables of a container that are written down.
func environment(c infra.Value) map[string]string {
	all := map[string]string{}
	list, _ := c.Get("env").List()
	for _, e := range list {
		if v := e.Get("value"); v.Kind == infra.Scalar {
			all[e.Get("name").Text] = v.Text
		}
	}
	return all
}

// words are those of a command.
func words(v infra.Value) (list []string) {
	items, _ := v.List()
	for _, i := range items {
		list = append(list, i.Text)
	}
	return list
}

// mounts are the places of what a container has mounted.
func (p *pod) mounts(c infra.Value) (list []parsers.Place) {
	volumes := map[string]infra.Value{}
	all, _ := p.spec.Get("volumes").List()
	for _, v := range all {
		volumes[v.Get("name").Text] = v
	}
	mounts, _ := c.Get("volumeMounts").List()
	for _, m := range mounts {
		at, sub := path.Clean(m.Get("mountPath").Text), m.Get("subPath").Text
		if !path.IsAbs(at) {
			continue
		}
		list = append(list, p.mounted(volumes[m.Get("name").Text], at, sub)...)
	}
	for i := range list {
		list[i].Mount = true
	}
	return list
}

// mounted are the places of a volume that is mounted at a path: a directory with its files, or with subPath one file.
func (p *pod) mounted(volume infra.Value, at, sub string) (list []parsers.Place) {
	entries, why := p.entries(volume)
	if why != "" {
		return []parsers.Place{{Path: at, Unknown: why, Pos: volume.Pos}}
	}
	if sub == "" {
		list = append(list, parsers.Place{Path: at, Gone: true}) // it hides what the image has there
	}
	for _, e := range entries {
		place := parsers.Place{Path: path.Join(at, e.path), Text: e.text}
		rest, below := strings.CutPrefix(e.path, sub+"/")
		switch {
		case sub == "":
		case e.path == sub:
			place.Path = at
		case below:
			place.Path = path.Join(at, rest)
		default:
			continue
		}
		p.taken[e.key] = true
		list = append(list, place)
	}
	return list
}

// An entry is one file of a volume.
type entry struct {
	path, key string
	text      *parsers.Found
}

// entries are the files of a volume; why says that they are not known.
func (p *pod) entries(volume infra.Value) (list []entry, why string) {
	if sources := volume.Get("projected").Get("sources"); sources.Kind == infra.List {
		for _, v := range sources.Items {
			more, why := p.entries(v)
			if why != "" {
				return nil, why
			}
			list = append(list, more...)
		}
		return list, ""
	}
	kind, section, v := "ConfigMap", "data", volume.Get("configMap")
	name := v.Get("name")
	if v.Kind == infra.Null {
		kind, section, v = "Secret", "stringData", volume.Get("secret")
		if name = v.Get("secretName"); name.Kind == infra.Null {
			name = v.Get("name")
		}
	}
	if v.Kind != infra.Map {
		return nil, "volume " + volume.Get("name").Text + " is mounted there, whose files are not known"
	}
	o := p.s.holder(kind, name.Text, p.Object)
	if o == nil {
		return nil, kind + " " + name.Text + ", which is mounted there, is not among the files"
	}
	p.files = append(p.files, o.Pos.File)
	items, _ := v.Get("items").List()
	for _, f := range o.Get(section).Fields {
		at := f.Key
		if len(items) > 0 {
			i := slices.IndexFunc(items, func(i infra.Value) bool { return i.Get("key").Text == f.Key })
			if i < 0 {
				continue
			}
			at = path.Clean(items[i].Get("path").Text)
		}
		list = append(list, entry{at, o.String() + " " + f.Key, textOf(o, f)})
	}
	return list, ""
}

// textOf is an entry of an object as a file.
func textOf(o *Object, f infra.Field) *parsers.Found {
	t := newText()
	t.takeAll(f.Value)
	return t.file(o, f)
}

// holder is the ConfigMap or Secret that a workload means by a name; nil where there is none, or nobody knows which.
func (s *set) holder(kind, name string, by *Object) (found *Object) {
	for _, o := range s.index.names[objectKey{kind, by.Place(), name}] {
		if o.Group != "" || s.cluster.of(o) != s.cluster.of(by) {
			continue
		}
		if found != nil || o.Partial != "" {
			return nil
		}
		found = o
	}
	return found
}
