// Package haproxy serves WebSocket handshakes by haproxy.cfg, as HAProxy 2.6 to 3.4 do.
//
// The way through it: package conf cuts a file into words, lines and sections and links them, package check says what
// HAProxy refuses to start with, and a Config serves requests (serve.go, then run.go: HAProxy's rules in HAProxy's
// order).
package haproxy

import (
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/check"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Options say how a configuration is to be read.
type Options = conf.Options

// ParseVersion reads a version of HAProxy, "3.2" or "3.2.26".
func ParseVersion(s string) (conf.Version, error) { return conf.ParseVersion(s) }

// Sniff reports whether a text is an HAProxy configuration by the sections that it begins lines with.
func Sniff(src []byte) bool { return conf.Sniff(src) }

// A Config is a configuration that serves handshakes. It implements hop.Source. It does not change once read.
type Config struct {
	*conf.Config
	// Problems are what HAProxy refuses to start with.
	Problems []parsers.Problem

	alike   bool                     // the handshakes of all browsers fare alike
	ports   map[int][]*conf.Listener // the listeners of one port
	ranges  []*conf.Listener         // those of several
	regexes sync.Map                 // regular expressions that are compiled, by expression
	trying  sync.Mutex
	trials  map[trial][]hop.Pos // where those that were tried lead
	spares  sync.Pool           // runs that follow handshakes of which only matters where they get
}

// spare is a run that is in use nowhere.
func (c *Config) spare() *run {
	if r, ok := c.spares.Get().(*run); ok {
		return r
	}
	return new(run)
}

// An expression is a regular expression as it is written, and whether it passes over the case.
type expression struct {
	text string
	fold bool
}

// newConfig prepares what is asked again and again.
func newConfig(read *conf.Config) *Config {
	c := &Config{Config: read, Problems: check.Problems(read), alike: !sniffs(read), ports: map[int][]*conf.Listener{}}
	for _, l := range c.Listeners {
		if l.First != l.Last {
			c.ranges = append(c.ranges, l)
		} else {
			c.ports[l.First] = append(c.ports[l.First], l)
		}
	}
	return c
}

// Read reads one configuration file. What HAProxy would refuse to start with is in the configuration's Problems; the
// error is that of reading the file.
func Read(name string, o Options) (*Config, error) { return read(o, name) }

// read reads a configuration of one file or several.
func read(o Options, names ...string) (*Config, error) {
	c, err := conf.Read(o, names...)
	if err != nil {
		return nil, err
	}
	return newConfig(c), nil
}

// Parse reads a configuration that is in memory.
func Parse(f *parsers.File, o Options) *Config {
	return newConfig(conf.Parse(f, o))
}
