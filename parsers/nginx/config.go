package nginx

import "github.com/wslint/wslint/hop"

// A Config is a compiled configuration: it serves handshakes. It implements hop.Source.
type Config struct {
	tree    *Tree
	version Version
}

// Compile makes a tree ready to serve requests. It never fails: what it cannot use is unknown.
func Compile(t *Tree, v Version) *Config {
	return &Config{tree: t, version: v}
}

// Serve says what becomes of r.
func (c *Config) Serve(r hop.Request) hop.Hop { return hop.Hop{} }

// Listens reports whether one of the servers listens on r.Addr.
func (c *Config) Listens(r hop.Request) bool { return false }

// Entrances lists the handshakes the configuration seems meant to carry.
func (c *Config) Entrances() []hop.Entrance { return nil }
