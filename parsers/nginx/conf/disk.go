package conf

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stockDirs are where nginx installations keep their configuration.
var stockDirs = []string{"/etc/nginx", "/usr/local/nginx/conf", "/usr/local/etc/nginx", "/opt/nginx/conf"}

// A disk finds included files among the files of this machine.
//
// Relative includes start from the directory of the main file (or --prefix), also those in files of other
// directories. Absolute ones are looked up as --root and --map say. Without these two, an absolute include is looked
// for
//
//  1. if it is below /etc/nginx or another of stockDirs and the main file is not: beside the main file, since a
//     repository holds nginx.conf and conf.d/ side by side where the machine has /etc/nginx/nginx.conf and
//     /etc/nginx/conf.d/;
//  2. if the main file seems to lie in a copy of a machine's tree (X/etc/nginx/nginx.conf, or X/config/nginx/nginx.conf
//     for the include /config/nginx/ssl.conf): below X;
//  3. only if neither place has the directory at all: at the absolute path.
type disk struct {
	reader *reader
	bases  []string // local directories that relative includes start from, the likeliest first
	main   string   // absolute directory of the main file; "" for standard input
	found  map[string]lookup
	sites  enabledSites
}

// newDisk makes the disk for a main file or a fragment. The conf prefix of a fragment is not known: a directory above
// may be it.
func newDisk(r *reader, name string, above ...string) *disk {
	d := &disk{reader: r, found: map[string]lookup{}, sites: r.enabled[name]}
	if name == stdinName {
		d.bases = []string{"."}
	} else {
		d.bases = []string{filepath.Dir(name)}
		d.main = r.options.Locator.Absolute(d.bases[0])
	}
	d.bases = append(d.bases, above...)
	if p := r.options.Prefix; p != "" {
		if mapped, ok := r.options.mapped(p); ok {
			p = mapped
		}
		d.bases = []string{p}
	}
	return d
}

// find looks an include up: the files it names, or for a missing one the place it was expected at.
func (d *disk) find(path string, pattern bool) lookup {
	if pattern != hasMeta(path) { // in geo
		return d.search(path, pattern)
	}
	l, known := d.found[path]
	if !known {
		l = d.search(path, pattern)
		if path != "" && d.sites.include == path {
			l.names, l.here = d.sites.names, true
		}
		d.found[path] = l
	}
	return l
}

func (d *disk) search(path string, pattern bool) lookup {
	places := d.places(path)
	l := lookup{path: places[0]}
	if strings.HasPrefix(path, "/") {
		l.path, l.absolute = path, true
	}
	for _, place := range places {
		if pattern {
			l.names = glob(place, d.reader.options.Locator)
			l.here = l.here || isDir(fixedDir(place))
		} else if _, err := os.Lstat(place); !os.IsNotExist(err) {
			l.names = []string{place}
		}
		if len(l.names) > 0 {
			break
		}
	}
	if !pattern && len(l.names) == 0 {
		l.names = places[:1]
	}
	for i := range l.names {
		l.names[i] = tidy(l.names[i])
	}
	return l
}

// places lists the local paths where an include path may be, the first choice first.
func (d *disk) places(path string) []string {
	if !strings.HasPrefix(path, "/") {
		var places []string
		for _, b := range d.bases {
			places = append(places, join(b, path))
		}
		return places
	}
	if local, ok := d.reader.options.mapped(path); ok {
		return []string{local}
	}
	if d.reader.options.maps() {
		return []string{path}
	}
	var places []string
	for _, stock := range stockDirs {
		if rest, ok := strings.CutPrefix(path, stock+"/"); ok && !below(d.main, stock) {
			for _, b := range d.bases {
				places = append(places, join(b, rest))
			}
		}
	}
	if x, ok := d.machine(path); ok {
		places = append(places, x+path)
	}
	if !slices.ContainsFunc(places, func(p string) bool { return isDir(fixedDir(p)) }) {
		return []string{path}
	}
	return places
}

// machine returns X when the main file lies in X/etc/nginx or, for the include path /config/nginx/ssl.conf, in
// X/config/…, and X has the directory that path names.
func (d *disk) machine(path string) (x string, ok bool) {
	for _, stock := range stockDirs {
		if x, ok := strings.CutSuffix(d.main, stock); ok && x != "" && isDir(fixedDir(x+path)) {
			return d.near(x), true
		}
	}
	first, _, ok := strings.Cut(path[1:], "/")
	if !ok || first == "" {
		return "", false
	}
	for rest := d.main + "/"; ; {
		i := strings.LastIndex(rest, "/"+first+"/")
		if i <= 0 {
			return "", false
		}
		if x := rest[:i]; isDir(fixedDir(x + path)) {
			return d.near(x), true
		}
		rest = rest[:i+1]
	}
}

// near writes an absolute directory above the main file the way the main file's own name is written.
func (d *disk) near(x string) string {
	base := d.bases[0]
	if filepath.IsAbs(base) {
		return x
	}
	rel, err := filepath.Rel(d.main, x)
	if err != nil {
		return x
	}
	return filepath.Join(base, rel)
}

func (d *disk) load(name string) *parsed { return d.reader.load(name, d) }

// mapped applies --map and --root to an absolute path.
func (o *Options) mapped(path string) (local string, ok bool) {
	if !strings.HasPrefix(path, "/") {
		return "", false
	}
	for _, m := range o.Map {
		from := strings.TrimSuffix(m[0], "/")
		if rest, ok := strings.CutPrefix(path, from); ok && (rest == "" || rest[0] == '/') {
			return strings.TrimSuffix(m[1], "/") + rest, true
		}
	}
	if o.Root != "" {
		return strings.TrimSuffix(o.Root, "/") + path, true
	}
	return "", false
}

// maps reports whether the user said where absolute paths are.
func (o *Options) maps() bool { return o.Root != "" || len(o.Map) > 0 }

// local is Tree.Root: where a path of a directive such as root is on this machine. Relative paths start from the
// prefix nginx was compiled with, which is not the directory of the configuration: only --prefix tells it.
func (d *disk) local(path string) (string, bool) {
	if !strings.HasPrefix(path, "/") {
		if d.reader.options.Prefix == "" {
			return "", false
		}
		return join(d.bases[0], path), true
	}
	if local, ok := d.reader.options.mapped(path); ok {
		return local, true
	}
	if d.reader.options.maps() || d.main == "" {
		return "", false
	}
	for _, stock := range stockDirs {
		if below(d.main, stock) {
			return path, true // the configuration of this very machine
		}
	}
	return "", false
}

// join puts a relative path behind a directory as nginx does, by their bytes, but for the "./" of the current
// directory.
func join(dir, path string) string {
	if dir == "." && path != "" {
		return path
	}
	return strings.TrimSuffix(dir, "/") + "/" + path
}

// tidy takes "..", "." and doubled slashes out of a name if that leaves the same file, which symlinks can prevent.
func tidy(name string) string {
	clean := filepath.Clean(name)
	if clean == name {
		return name
	}
	a, err := os.Stat(name)
	if err != nil || a.IsDir() {
		return name
	}
	if b, err := os.Stat(clean); err == nil && os.SameFile(a, b) {
		return clean
	}
	return name
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// below reports whether a directory is another or lies in it.
func below(dir, top string) bool { return dir == top || strings.HasPrefix(dir, top+"/") }
