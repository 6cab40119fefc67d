package parsers

import (
	"cmp"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/wslint/wslint/hop"
)

// A Machine is what a configuration runs on where its files are elsewhere than here: a container, made of an image and
// of what is copied and mounted into it.
type Machine struct {
	// Name is what reports call it: "service web of compose.yaml". No two of a run are called alike.
	Name string
	// Files are those of this computer that say so, the first one first.
	Files []string
	// Main is where the configuration begins, an absolute path: "/etc/nginx/nginx.conf".
	Main string
	// Places are what is known of its files; of two with one path the later one counts.
	Places []Place
	// Missing says why a path that none of Places covers may exist all the same; "" where it does not.
	Missing string
	// Define is the environment of the program.
	Define map[string]string
	// Network is how others reach it; nil where nothing is known of that.
	Network *Network
}

// A Place is one file or directory of a Machine.
type Place struct {
	Path  string // absolute, cleaned, with slashes
	Local string // the file or directory of this computer that is there; "" for none
	// Text is a file that is nowhere on the disk here: its name, text and origin; nil for none.
	Text *Found
	// Unknown says why nobody knows what is there, a volume for example; Gone that nothing is.
	Unknown string
	Gone    bool
	// Pos is the line that says what is there, where Unknown has one.
	Pos hop.Pos
	// Mount says that it hides what the image has there.
	Mount bool
	// Template says that the machine replaces variables in the file by what Define has for them.
	Template bool
	Define   map[string]string
}

// A Network is how machines reach each other and are reached.
type Network struct {
	// Of is what says that there is such a network: names of one file mean nothing to another.
	Of string
	// Names are those that its neighbours reach it by, Networks those that it is on. Own says that it uses the addresses
	// of the host instead.
	Names, Networks []string
	Own             bool
	// Ports are those that are published on the host.
	Ports []Port
	// Services stand before it, with names and ports of their own.
	Services []Service
	// Beyond are the Services that it reaches by their names, whatever is behind them. A port is "" where it is not known
	// which one the servers have.
	Beyond []Service
}

// Behind is the port that the servers have behind an address of this network; "" for one that is not known. ok is false
// where the address is no Service's: its port is theirs, as far as anybody knows.
func (n *Network) Behind(host, port string) (at string, ok bool) {
	if n == nil {
		return "", false
	}
	for _, s := range n.Beyond {
		if slices.Contains(s.Names, host) && slices.Contains(n.Networks, s.Network) {
			return s.Ports[port], true
		}
	}
	return "", false
}

// A Service is how Kubernetes reaches machines by a name: what arrives at one of its ports goes on to one of theirs.
type Service struct {
	Names   []string
	Network string            // on which these names mean it
	Ports   map[string]string // those of the machine, by those of the Service
}

// Port is the port of the machine that an address means to another one; ok is false where it means something else.
func (n *Network) Port(from *Network, host, port string) (at string, ok bool) {
	if n == nil || from == nil || from.Of != n.Of {
		return "", false
	}
	onOne := func(name string) bool { return slices.Contains(from.Networks, name) }
	if slices.Contains(n.Names, strings.ToLower(host)) && slices.ContainsFunc(n.Networks, onOne) {
		return port, true
	}
	for _, s := range n.Services {
		if at := s.Ports[port]; at != "" && slices.Contains(s.Names, host) && onOne(s.Network) {
			return at, true
		}
	}
	return "", false
}

// A Port is one of a machine that the host passes on to.
type Port struct {
	Host     string // the address on the host; "" for all
	From, To int    // on the host, and of the machine
	Pos      hop.Pos
}

// A Seen is what stands at a path of a Machine: a Place, with the file of this computer or the text.
type Seen struct {
	Place
	Dir bool
	// Err is why there is nothing: an errno.
	Err error
}

// At is what stands at an absolute path.
func (m *Machine) At(file string) Seen {
	file = path.Clean(file)
	if p, ok := m.mounted(file); ok {
		return m.see(p, strings.TrimPrefix(file, p.Path))
	}
	for _, p := range slices.Backward(m.Places) {
		if p.Mount || !covers(p, file) {
			continue
		}
		if s := m.see(p, strings.TrimPrefix(file, p.Path)); s.Err == nil || p.Gone {
			return s
		}
	}
	for _, p := range m.Places {
		if strings.HasPrefix(p.Path, slashed(file)) && !p.Gone {
			return Seen{Place: Place{Path: file, Unknown: m.Missing}, Dir: true}
		}
	}
	return Seen{Place: Place{Path: file, Unknown: m.Missing}, Err: syscall.ENOENT}
}

// mounted is the mount that a path lies in, the innermost; what an image has there is hidden.
func (m *Machine) mounted(file string) (best Place, ok bool) {
	for _, p := range m.Places {
		if p.Mount && covers(p, file) && (!ok || len(p.Path) >= len(best.Path)) {
			best, ok = p, true
		}
	}
	return best, ok
}

// covers reports whether a place is at a path, or a directory above it.
func covers(p Place, file string) bool {
	return p.Path == file || p.Text == nil && strings.HasPrefix(file, slashed(p.Path))
}

// slashed is a directory with the slash that what lies in it begins with.
func slashed(dir string) string { return strings.TrimSuffix(dir, "/") + "/" }

// see looks at what is below a place.
func (m *Machine) see(p Place, below string) Seen {
	s := Seen{Place: p}
	s.Path = path.Join(p.Path, below)
	switch {
	case p.Gone:
		s.Err, s.Unknown = syscall.ENOENT, ""
		return s
	case p.Unknown != "" || p.Text != nil:
		return s
	}
	s.Local = tidyLocal(p.Local, below)
	info, err := os.Stat(s.Local)
	if err != nil {
		s.Err = errno(err)
		return s
	}
	s.Dir = info.IsDir()
	return s
}

// tidyLocal is what lies below a file of this computer, named as that is.
func tidyLocal(local, below string) string {
	if strings.Trim(below, "/") == "" {
		return local
	}
	return filepath.Join(local, filepath.FromSlash(below))
}

// errno is the reason of the system; an error without one stays what it is.
func errno(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}

// maxListed bounds how many names of a directory are looked at.
const maxListed = 20_000

// List is the names in a directory, in order, and why there may be others.
func (m *Machine) List(dir string) (names []string, why string) {
	dir = path.Clean(dir)
	mount, mounted := m.mounted(dir)
	gone := map[string]bool{}
	why = m.Missing
	if mounted {
		names, why = listed(m.see(mount, strings.TrimPrefix(dir, mount.Path)))
	}
	for _, p := range m.Places {
		rest, below := strings.CutPrefix(p.Path, slashed(dir))
		switch {
		case mounted && (!p.Mount || len(p.Path) <= len(mount.Path)):
		case below:
			first, _, deeper := strings.Cut(rest, "/")
			names = append(names, first)
			gone[first] = p.Gone && !deeper
		case !p.Mount && p.Gone && covers(p, dir):
			names, why = nil, "" // what was there, and what comes later is named
		case !p.Mount && covers(p, dir):
			more, unknown := listed(m.see(p, strings.TrimPrefix(dir, p.Path)))
			names, why = append(names, more...), cmp.Or(unknown, why)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return gone[name] }), why
}

// Told is the line that says why other files may be in a directory; zero where none does.
func (m *Machine) Told(dir, why string) hop.Pos {
	for _, p := range slices.Backward(m.Places) {
		if p.Unknown == why && covers(p, path.Clean(dir)) {
			return p.Pos
		}
	}
	return hop.Pos{}
}

// listed are the names in a directory of this computer, and why those of one that is elsewhere are not known.
func listed(s Seen) (names []string, why string) {
	if s.Unknown != "" || s.Local == "" || !s.Dir {
		return nil, s.Unknown
	}
	entries, err := os.ReadDir(s.Local)
	if err != nil {
		return nil, errno(err).Error()
	}
	for _, e := range entries[:min(len(entries), maxListed)] {
		names = append(names, e.Name())
	}
	return names, ""
}

// Mounted is the file of this computer that a path of the machine is; ok is false where none is.
func (m *Machine) Mounted(file string) (local string, ok bool) {
	s := m.At(file)
	return s.Local, s.Local != ""
}

// A Version is that of a program which a configuration is for, and how it is known.
type Version struct {
	// Number is the version, "1.31.4" or as much of it as is known; "" where nothing says it.
	Number string
	// Says is what says so, "image nginx:1.31-alpine", and Pos where.
	Says string
	Pos  hop.Pos
	// Declared says that somebody told wslint; Assumed that nobody did and nothing else does: it is Number or later.
	Declared, Assumed bool
}

// Or is v, or else the other one where v says nothing.
func (v Version) Or(other Version) Version {
	if v.Number != "" {
		return v
	}
	return other
}

// String says the version and why: "1.31.4 (image nginx:1.31 at Dockerfile:1)".
func (v Version) String() string {
	if v.Says == "" {
		return v.Number
	}
	if v.Pos.IsZero() {
		return v.Number + " (" + v.Says + ")"
	}
	return v.Number + " (" + v.Says + " at " + v.Pos.String() + ")"
}
