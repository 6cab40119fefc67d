package nginx

import (
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A Config is a compiled configuration: it serves handshakes. It implements hop.Source. What it says does not
// change once it is compiled.
type Config struct {
	tree      *conf.Tree
	version   conf.Version
	main      *scope
	servers   []*server // http servers in the order of the text
	sockets   []*socket
	socketAt  map[string]*socket // by address
	streams   []*streamServer
	upstreams map[string]*upstream
	variables map[string]*definition // by map, geo, split_clients and the like
	stream    map[string]*definition // the same of stream{}
	// setSomewhere holds the variables that some set or named group gives a value: elsewhere they are empty.
	setSomewhere map[string]bool
	patterns     map[string]*pattern // of if and rewrite, compiled once
	upgradeMaps  []string            // maps of $http_upgrade, "connection_upgrade" first
	// upgradesCapture says that looking something up in them may replace captures.
	upgradesCapture bool
	// ages are asked where nobody says of which version the nginx is; most configurations of a hook never ask.
	ages   func() map[conf.Version]hop.Question
	sniffs bool // something reads what differs between browsers

	shared    func() map[*conf.File]bool  // see findShared
	unreached func() map[string][]*server // see findUnreached
	targeted  sync.Once
	targets   []string // see Targets
}

// A server is one server block of http{}.
type server struct {
	scope     *scope
	listens   []listen
	names     []serverName
	unsureSSL bool // see scope.unsureSSL

	compiled sync.Once
	inside   *inside
}

// An inside is what is compiled of a server when a request first asks for it: of thousands that are alike, few are
// served.
type inside struct {
	locations locations
	null      location
}

func (s *server) compile() *inside {
	s.compiled.Do(func() {
		s.inside = &inside{locations: newLocations(s.scope), null: location{scope: s.scope}}
		for _, d := range s.scope.items {
			if !d.Is("if") {
				continue
			}
			if s.inside.null.blocks == nil {
				s.inside.null.blocks = map[*conf.Directive]*scope{}
			}
			s.inside.null.blocks[d] = newScope(ifScope, d, d.Block, s.scope)
		}
	})
	return s.inside
}

func (s *server) locations() *locations { return &s.compile().locations }

// null is the server itself, where no location matches.
func (s *server) null() *location { return &s.compile().null }

// An upstream is one upstream block.
type upstream struct {
	d       *conf.Directive
	servers []*conf.Directive
	unknown string
}

// A definition says how a variable gets its value.
type definition struct {
	d      *conf.Directive
	kind   string // "map", "geo", "split_clients"; "" for one whose value is never known
	source string
	table  *mapTable
	why    string
}

// Compile makes a tree ready to serve requests. It never fails: what it cannot use is unknown.
func Compile(t *conf.Tree, v conf.Version) *Config {
	if v.IsZero() || v.Assumed {
		v = t.Oldest()
	}
	c := &Config{tree: t, version: v, upstreams: map[string]*upstream{}, variables: map[string]*definition{},
		stream: map[string]*definition{}}
	if v.Assumed {
		c.ages = sync.OnceValue(func() map[conf.Version]hop.Question { return agesOf(t.Name) })
	}
	c.shared = sync.OnceValue(c.findShared)
	c.unreached = sync.OnceValue(c.findUnreached)
	c.main = newScope(mainScope, nil, nil, nil)
	c.main.version = &c.version
	top := t.Main.Block
	if t.Context == "main" {
		c.main = newScope(mainScope, nil, top, nil)
		c.main.version = &c.version
		for _, d := range top {
			switch {
			case d.Is("http") && d.HasBlock:
				c.http(newScope(httpScope, d, d.Block, c.main))
			case d.Is("stream") && d.HasBlock:
				c.addStream(newScope(httpScope, d, d.Block, c.main))
			}
		}
	} else {
		c.fragment(t.Context, top)
	}
	c.addListeners()
	c.setSomewhere, c.patterns = map[string]bool{}, map[string]*pattern{}
	c.collect(top)
	c.findUpgradeMaps()
	return c
}

// fragment puts the made-up blocks around a fragment. Nothing is assumed to be set in them: an nginx.conf as
// distributions ship it sets nothing that matters to a WebSocket.
func (c *Config) fragment(context string, top []*conf.Directive) {
	switch context {
	case "http":
		outer, inner := split(top)
		http := newScope(httpScope, nil, outer, c.main)
		c.http(http)
		if len(inner) > 0 {
			c.addServer(newScope(serverScope, nil, inner, http))
		}
	case "stream":
		c.addStream(newScope(httpScope, nil, top, c.main))
	case "server", "location":
		http := newScope(httpScope, nil, nil, c.main)
		block := conf.Block(context, top)
		if len(top) > 0 {
			block.Name.File, block.Name.Line, block.Name.Col = top[0].Name.File, 1, 1
		}
		items := top
		if context == "location" {
			block.Args = []conf.Word{{Value: "/"}}
			items = []*conf.Directive{block}
		}
		srv := newScope(serverScope, nil, items, http)
		c.addServer(srv)
	}
}

// split tells apart what of a fragment stands in http and what in a server. People show a map or an upstream and the
// location that it is for in one text, which is no file that nginx takes.
func split(top []*conf.Directive) (outer, inner []*conf.Directive) {
	location, httpAlone := false, false
	for _, d := range top {
		name := d.Name.Value
		ofHTTP, ofServer := len(conf.SpecsIn(name, conf.InHTTP)) > 0, len(conf.SpecsIn(name, conf.InServer)) > 0
		switch {
		case d.Is("server"):
			return top, nil
		case ofServer && !ofHTTP:
			inner = append(inner, d)
			location = location || d.Is("location")
		default:
			outer = append(outer, d)
			httpAlone = httpAlone || ofHTTP && !ofServer
		}
	}
	if !location || !httpAlone {
		return top, nil
	}
	return outer, inner
}

func (c *Config) http(l *scope) {
	for _, d := range l.items {
		switch d.Name.Value {
		case "server":
			if d.HasBlock {
				c.addServer(newScope(serverScope, d, d.Block, l))
			}
		case "upstream":
			c.addUpstream(d)
		default:
			define(c.variables, d)
		}
	}
}

func (c *Config) addServer(l *scope) {
	s := &server{scope: l, unsureSSL: l.unsureSSL()}
	for _, d := range l.items {
		switch d.Name.Value {
		case "listen":
			s.listens = append(s.listens, parseListen(d)...)
		case "server_name":
			s.names = slices.Grow(s.names, len(d.Args))
			for _, a := range d.Args {
				name := parseServerName(a)
				name.d = d
				s.names = append(s.names, name)
			}
		}
	}
	if len(s.listens) == 0 {
		s.listens = []listen{{addr: "*:80", implied: true}}
	}
	c.servers = append(c.servers, s)
}

func (c *Config) addUpstream(d *conf.Directive) {
	u := &upstream{d: d}
	for _, it := range d.Block {
		if it.Is("server") && len(it.Args) > 0 {
			u.servers = append(u.servers, it)
		}
		if it.Unknown != "" || it.Name.Template || it.Maybe {
			u.unknown = "the upstream " + d.Arg(0) + " is not known as a whole"
		}
	}
	c.upstreams[strings.ToLower(d.Arg(0))] = u
}

// fragmentary reports whether parts of the configuration may be missing because only a fragment of it was given.
func (c *Config) fragmentary() bool { return c.tree.Context != "main" }

// pos is the place that stands for a level: its opening line.
func (l *scope) pos() hop.Pos {
	for ; l != nil; l = l.up {
		if l.d != nil {
			return l.d.Pos()
		}
		if len(l.items) > 0 {
			return l.items[0].Pos()
		}
	}
	return hop.Pos{}
}

// define records what a directive of http or stream level says about variables.
func define(into map[string]*definition, d *conf.Directive) {
	add := func(name string, def definition) {
		def.d = d
		into[strings.ToLower(strings.TrimPrefix(name, "$"))] = &def
	}
	switch d.Name.Value {
	case "map":
		if len(d.Args) == 2 {
			add(d.Arg(1), definition{kind: "map", source: d.Arg(0), table: newMapTable(d), why: whyUnknown(d)})
		}
	case "geo":
		add(d.Args[len(d.Args)-1:][0].Value, definition{kind: "geo", why: whyUnknown(d)})
	case "split_clients":
		if len(d.Args) == 2 {
			add(d.Arg(1), definition{kind: "split_clients", why: whyUnknown(d)})
		}
	default:
		for i, a := range d.Args {
			// geoip, perl_set, js_set, auth_request_set and third-party modules name the variable that they set.
			if i < 2 && strings.HasPrefix(a.Value, "$") && isDefiner(d.Name.Value) {
				add(a.Value, definition{why: d.Name.Value + " decides the value of " + a.Value})
			}
		}
	}
}

func isDefiner(name string) bool {
	return slices.Contains([]string{"perl_set", "js_set", "js_var", "geoip2", "auth_jwt_claim_set",
		"auth_jwt_header_set", "upstream_conf", "set_from_json", "keyval"}, name)
}
