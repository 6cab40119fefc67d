package oracle

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Options say how a configuration is taken into the lab.
type Options struct {
	// Main is the file that nginx starts with; "" means nginx.conf, or the only one.
	Main string
	// Shorten divides the timers; 0 and 1 leave them alone.
	Shorten float64
	// Apps says what listens at an original address ("10.0.0.5:8080", "unix:/run/app.sock"); an application that speaks
	// WebSocket where nothing is said.
	Apps map[string]App
	// Static are files under the roots, by their original absolute path: "/var/www/html/index.html".
	Static map[string]string
	// Unread are files that nginx reads, by the path that an include names, and that predictions know nothing of.
	Unread map[string]string
	// DropIncludes takes out includes of files that are not there, which nginx would refuse.
	DropIncludes bool
	// Master runs nginx with a master process, which a reload needs; without one it starts faster.
	Master bool
	// Behind is another lab, whose listeners are reached at their original addresses.
	Behind *Lab
	// Checks leaves the health checks of HAProxy's servers on, and gives them half a second before the first probe.
	Checks bool
}

// A Lab is a configuration made ready to run on loopback, with the applications behind it.
type Lab struct {
	Files     map[string]string // what nginx reads and predictions are made from, by path relative to Conf
	Main      string            // the key of the main file
	Unread    []string          // files that predictions know nothing of, by their full path
	Conf      string            // the directory where Files are written
	Listeners map[string]string // original listen address ("*:80", "[::]:443", "unix:/x") to lab address
	Apps      map[string]string // original upstream address ("app:3000") to lab address
	Unmapped  []string          // upstream addresses that depend on variables and were left as they are
	Longest   time.Duration     // the longest idle timer in Files, defaults included
	Master    bool

	checks     bool
	gates      map[string]bool // original addresses of the services behind gates
	usesStream bool
	dir        string
	cert       certificate
	stage      *stage
}

// Text is the main file as nginx reads it.
func (l *Lab) Text() string { return l.Files[l.Main] }

// Rewrite takes a configuration into the lab: listeners get free ports on loopback, upstreams lead to applications on
// loopback or back to listeners of the same configuration, timers are shortened, missing blocks are wrapped around
// fragments, paths lead into a directory of their own. It fails for text that does not parse. Everything ends with t.
func Rewrite(t testing.TB, files map[string]string, o Options) (*Lab, error) {
	dir, err := os.MkdirTemp("", "wso")
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	lab := &Lab{
		Files: map[string]string{}, Conf: filepath.Join(dir, "conf"), Listeners: map[string]string{},
		Apps:   map[string]string{},
		Master: o.Master, dir: dir, stage: &stage{},
	}
	if lab.cert, err = labCertificate(); err != nil {
		return nil, err
	}
	r := &rewriter{
		t: t, lab: lab, o: o, parsed: map[string][]*directive{}, edits: map[string]map[int]edit{},
		upstreams: map[string]bool{}, hostVars: map[string]hostVar{}, sets: map[*directive]map[string][]*directive{},
		seen: map[string]bool{},
	}
	files = maps.Clone(files)
	for name, text := range o.Unread {
		files[name] = text
		lab.Unread = append(lab.Unread, filepath.Join(lab.Conf, confPath(name)))
	}
	if err := r.load(files); err != nil {
		return nil, err
	}
	if err := r.rewrite(); err != nil {
		return nil, err
	}
	return lab, lab.write(o.Static)
}

func (l *Lab) write(static map[string]string) error {
	all := map[string]string{}
	for name, text := range l.Files {
		all[filepath.Join(l.Conf, name)] = text
	}
	for name, text := range static {
		all[filepath.Join(l.dir, "root", name)] = text
	}
	all[filepath.Join(l.dir, "cert.pem")] = l.cert.certPEM
	all[filepath.Join(l.dir, "key.pem")] = l.cert.keyPEM
	all[filepath.Join(l.dir, "htpasswd")] = "user:{PLAIN}secret\n"
	all[filepath.Join(l.dir, "tmp", "keep")] = ""
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(all[path]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// listener returns the lab address for an original listen address, and takes a new one at the first call.
func (r *rewriter) listener(original string) (string, error) {
	if a, ok := r.lab.Listeners[original]; ok {
		return a, nil
	}
	a, err := r.free(original)
	if err == nil {
		r.lab.Listeners[original] = a
	}
	return a, err
}

// application returns the lab address for an original upstream address, and starts the application at the first call.
func (r *rewriter) application(original string) (string, error) {
	if a, ok := r.lab.Apps[original]; ok {
		return a, nil
	}
	if r.o.Behind != nil && r.o.Behind.Listeners[original] != "" {
		return r.o.Behind.Listeners[original], nil
	}
	app := r.o.Apps[original]
	if app.Kind == Dead {
		a, err := r.free(original)
		if err == nil {
			r.lab.Apps[original] = a
		}
		return a, err
	}
	if app.Gate {
		if r.lab.gates == nil {
			r.lab.gates = map[string]bool{}
		}
		r.lab.gates[original] = true
	}
	a, err := r.lab.startApp(r.t, original, app)
	if err == nil {
		r.lab.Apps[original] = a
	}
	return a, err
}

// free is an address at which nothing listens and which nobody else will take.
func (r *rewriter) free(original string) (string, error) {
	if len(original) > 5 && original[:5] == "unix:" {
		return r.lab.socketPath(), nil
	}
	port, release, err := reserve()
	if err != nil {
		return "", err
	}
	r.t.Cleanup(release)
	return fmt.Sprintf("127.0.0.1:%d", port), nil
}

// socketPath invents the path of a unix socket; it is short because such paths may have 107 bytes only.
func (l *Lab) socketPath() string {
	return fmt.Sprintf("unix:%s/%d.sock", l.dir, len(l.Listeners)+len(l.Apps))
}
