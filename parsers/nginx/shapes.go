package nginx

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// Machines that serve thousands of sites have thousands of servers that one program wrote: they differ in names,
// addresses and paths of files. Distinct (distinct.go) finds those that differ in nothing that decides what becomes of
// a handshake, so that one of them can be judged for all.
//
// The shape of a server is its text, with that of the upstreams it names, less those words; a server has none where
// one of them may decide something: it is compared, rewritten, looked up in a map, or leads back to nginx itself.

// A shaper writes the shapes of servers.
type shaper struct {
	c   *Config
	key []byte
	// ownNames are the names of all servers, with the first that has each; nil where a port has several servers with it,
	// or what stands around the servers names it.
	ownNames map[string]*server
	// entered are the sockets that nginx itself connects to: which server takes such a request hangs on its name.
	entered map[*socket]bool
	// own are addresses that were looked at: those that may be nginx's own.
	own map[string]bool
	// alike are the upstreams that were written, as texts of the shape; "" for those that have none.
	alike map[*upstream]string

	s *server
	// targets are where the server passes requests on to: which of its locations share one counts.
	targets map[string]int
	// roots are the directories that say where the server's files are.
	roots []rootDir
	// files are those that conditions of the server ask for.
	files []string
	// times are those that the server sets.
	times []time.Duration
	// paths says what looks at the paths of requests; nil where what stands around the servers does.
	paths func() *pathShaper
}

// A rootDir is what a root or an alias says.
type rootDir struct {
	name string
	left bool // out of the shape
}

func newShaper(c *Config) *shaper {
	return &shaper{c: c, entered: map[*socket]bool{}, own: map[string]bool{}, targets: map[string]int{},
		alike: map[*upstream]string{}}
}

// deciding are variables that hold what shapes leave out.
var deciding = []string{
	"host", "http_host", "server_name", "ssl_server_name", "http_origin", "http_referer", "proxy_host", "proxy_port",
	"upstream_addr", "invalid_referer", "document_root", "realpath_root", "request_filename", "server_addr",
}

// decides reports whether a word has such a variable.
func decides(word string) bool {
	return hasVariable(word, func(name string) bool { return slices.Contains(deciding, name) })
}

// passesNames reports whether a directive passes names on, or writes them down, without deciding anything by them.
func passesNames(name string) bool {
	switch name {
	case "proxy_set_header", "add_header", "access_log", "error_log", "log_format", "proxy_cache_key", "fastcgi_param",
		"uwsgi_param", "scgi_param", "proxy_cookie_domain", "proxy_cookie_path", "proxy_ssl_name":
		return true
	}
	return false
}

// namesFile reports whether a directive does no more with the file that it names than to read or write it.
func namesFile(name string) bool {
	switch name {
	case "access_log", "error_log", "ssl_certificate", "ssl_certificate_key", "ssl_trusted_certificate", "ssl_dhparam":
		return true
	}
	return false
}

// context reports whether what stands around the servers lets them have shapes.
func (x *shaper) context() bool {
	c := x.c
	if c.fragmentary() || c.main.unknown != "" || c.main.open || c.socketAt["?"] != nil {
		return false
	}
	http := c.servers[0].scope.up
	if http.unknown != "" || http.open {
		return false
	}
	names := map[string]bool{} // that are written around the servers
	for _, l := range []*scope{http, c.main} {
		for _, d := range l.items {
			switch d.Name.Value {
			case "server", "upstream", "http", "stream":
				continue
			case "client_header_buffer_size", "large_client_header_buffers":
				return false // long names may not fit
			}
			if !x.harmless(d, names) {
				return false
			}
		}
	}
	x.nameOwners()
	for _, s := range c.servers {
		if s.scope.up != http {
			return false
		}
	}
	for name := range names {
		if _, own := x.ownNames[name]; own {
			x.ownNames[name] = nil
		}
	}
	for _, u := range c.upstreams {
		for _, d := range u.servers {
			x.enters(d.Arg(0))
		}
	}
	return true
}

// nameOwners finds the names of the servers. One may have several servers, as long as each has ports of its own: what
// redirects from port 80 to 443 stands beside the site.
func (x *shaper) nameOwners() {
	further := map[string][]*server{}
	for _, s := range x.c.servers {
		for _, n := range s.names {
			name := strings.TrimPrefix(n.text, ".") // which is the name itself, too
			first, taken := x.ownNames[name]
			switch {
			case !taken:
				x.ownNames[name] = s
			case first == nil || s.sharesPort(first) || slices.ContainsFunc(further[name], s.sharesPort):
				x.ownNames[name] = nil
			default:
				further[name] = append(further[name], s)
			}
		}
	}
}

// sharesPort reports whether two servers, or one and itself, listen on one port, at whatever addresses, or on one unix
// socket.
func (s *server) sharesPort(with *server) bool {
	return slices.ContainsFunc(s.listens, func(one listen) bool {
		return slices.ContainsFunc(with.listens, func(other listen) bool { return portOf(one.addr) == portOf(other.addr) })
	})
}

// harmless reports whether a directive around the servers decides nothing by names, and gathers the words of it that
// are names.
func (x *shaper) harmless(d *conf.Directive, names map[string]bool) bool {
	for _, a := range d.Args {
		if !passesNames(d.Name.Value) && decides(a.Value) {
			return false
		}
		for _, w := range strings.FieldsFunc(a.Value, func(r rune) bool { return strings.ContainsRune(`/:"' ;,`, r) }) {
			if parsers.IsHostName(strings.ToLower(w)) {
				names[strings.ToLower(w)] = true
			}
		}
	}
	return !slices.ContainsFunc(d.Block, func(inner *conf.Directive) bool {
		return !x.harmless(inner, names)
	})
}

// word adds a word to the shape.
func (x *shaper) word(w string) {
	x.key = binary.AppendUvarint(x.key, uint64(len(w)))
	x.key = append(x.key, w...)
}

// mark adds something that is no word.
func (x *shaper) mark(b byte) { x.key = append(x.key, 0xff, 0xff, 0xff, 0xff, 0xff, b) }

// write writes the shape of a server; ok is false where it has none.
func (x *shaper) write(s *server) (ok bool) {
	x.key, x.times, x.files, x.s, x.roots = x.key[:0], x.times[:0], x.files[:0], s, x.roots[:0]
	clear(x.targets)
	if len(s.names) == 0 || s.unsureSSL {
		return false
	}
	for _, n := range s.names {
		if !parsers.IsHostName(n.text) || x.ownNames[n.text] == nil {
			return false
		}
	}
	for _, ls := range s.listens {
		l := x.c.socketAt[ls.addr]
		if l.defaultServer == s {
			x.mark('d')
		}
		x.mark('l')
	}
	if d := s.scope.up.one("root"); d != nil && s.scope.one("root") == nil {
		x.roots = append(x.roots, rootDir{name: d.Arg(0)}) // of some locations
	}
	return !s.scope.d.Maybe && x.block(s.scope.items) && !slices.ContainsFunc(x.files, x.mayBeInRoot)
}

// block writes the directives of a block.
func (x *shaper) block(items []*conf.Directive) bool {
	for _, d := range items {
		if d.Unknown != "" || d.Maybe || d.Text != "" {
			return false
		}
		if words := conditionWords(d); d.Is("if") && len(words) == 2 {
			x.files = append(x.files, words[1])
		}
		if d.Is("rewrite") && x.passesBy(d) {
			x.mark('w')
			continue
		}
		x.word(d.Name.Value)
		if d.Name.File != x.s.scope.d.Name.File && d.Is("location") && x.c.shared()[d.Name.File] {
			x.word(d.Name.File.Name)
			x.key = binary.AppendUvarint(x.key, uint64(d.Name.Start))
		}
		if !x.arguments(d) {
			return false
		}
		if d.HasBlock {
			x.mark('{')
			if !x.block(d.Block) {
				return false
			}
			x.mark('}')
		} else {
			x.mark(';')
		}
	}
	return true
}

// arguments writes the words of a directive that decide something.
func (x *shaper) arguments(d *conf.Directive) bool {
	name := d.Name.Value
	for i, a := range d.Args {
		switch {
		case a.Template:
			return false
		case isUnread(d, i):
			x.mark('x')
			continue
		case x.time(d), x.page(d, i):
			continue
		case name == "server_name":
			x.mark('n')
			continue
		case namesFile(name) && !conf.HasVariable(a.Value):
			x.mark('f')
			continue
		case name == "auth_basic_user_file" && x.hides(a.Value):
			x.mark('f')
			x.nth(a.Value)
			continue
		case name == "root" || name == "alias":
			if x.directory(a.Value) {
				continue
			}
		case isCGI(name) && x.elsewhere(a.Value):
			continue
		case name == "proxy_pass" && (x.upstream(a.Value) || x.address(a.Value)):
			x.nth(upstreamOf(d))
			continue
		}
		if !x.literal(d, i) {
			return false
		}
	}
	return true
}

// literal writes a word as it is, unless a name may decide something by it.
func (x *shaper) literal(d *conf.Directive, i int) bool {
	name, w := d.Name.Value, d.Args[i].Value
	if !passesNames(name) && decides(w) && !isFileTest(d) {
		return false
	}
	switch name {
	case "proxy_set_header":
		_, host, found := strings.Cut(strings.ToLower(w), "://")
		own := slices.IndexFunc(x.s.names, func(n serverName) bool { return n.text == w })
		switch {
		case own >= 0 && strings.EqualFold(d.Arg(0), "Host"):
			x.mark('h')
			x.key = binary.AppendUvarint(x.key, uint64(own))
			return true
		case i == 1 && (found || parsers.IsHostName(strings.ToLower(w))) && host != "$host":
			return false // a name that may be the own one, or one of the same domain
		}
	case "proxy_pass", "grpc_pass", "uwsgi_pass", "scgi_pass", "fastcgi_pass":
		if _, to, _ := splitPass(w); x.enters(to) {
			return false
		}
	case "valid_referers", "client_header_buffer_size", "large_client_header_buffers", "internal_redirect":
		return false
	}
	if strings.IndexByte(w, '.') >= 0 {
		lower := strings.ToLower(w)
		if slices.ContainsFunc(x.s.names, func(n serverName) bool { return strings.Contains(lower, n.text) }) {
			return false
		}
	}
	x.word(w)
	return true
}

// directory writes how a directory of the server lies to those before it: which of them it is, is in, or has in it.
// left says that it is hidden, so that its name stays out of the shape.
func (x *shaper) directory(name string) (left bool) {
	left = x.hides(name)
	for i, other := range x.roots {
		within, isWithin := strings.CutPrefix(name, other.name)
		around, isAround := strings.CutPrefix(other.name, name)
		switch {
		case isWithin:
			x.mark('p')
		case isAround:
			x.mark('q')
			within = around
		default:
			continue
		}
		x.key = binary.AppendUvarint(x.key, uint64(i))
		x.word(within)
	}
	x.mark('r')
	x.word(name[len(strings.TrimRight(name, "/")):]) // what ends in a slash is no file
	x.roots = append(x.roots, rootDir{name, left})
	return left
}

// hides reports whether nothing shows what is in a directory.
func (x *shaper) hides(root string) bool {
	if len(root) < 2 || root[0] != '/' || strings.HasPrefix(root, "/dev") || conf.HasVariable(root) || x.c.tree.Mapped {
		return false
	}
	shown := false
	if x.c.tree.Root != nil {
		_, shown = x.c.tree.Root(root)
	}
	return !shown
}

// mayBeInRoot reports whether a file that a condition asks for may be in a root that was left out, though it is not
// named by that.
func (x *shaper) mayBeInRoot(file string) bool {
	parts := conf.Parts(file)
	if len(parts) == 0 || slices.Contains(rooted, strings.ToLower(parts[0].Variable)) {
		return false
	}
	head, _, computed := strings.Cut(file, "$")
	return slices.ContainsFunc(x.roots, func(d rootDir) bool {
		root := strings.TrimSuffix(d.name, "/")
		return d.left && (strings.HasPrefix(head, root) || computed && strings.HasPrefix(root, head))
	})
}

// rooted are variables that begin with the root.
var rooted = []string{"document_root", "realpath_root", "request_filename"}

// isFileTest reports whether an if asks for a file.
func isFileTest(d *conf.Directive) bool {
	return d.Is("if") && len(d.Args) > 0 && strings.HasPrefix(strings.TrimLeft(d.Args[0].Value, "(!"), "-")
}
