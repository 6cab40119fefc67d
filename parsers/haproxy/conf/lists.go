package conf

import (
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// A List is a file of patterns, or a map. It does not change once read.
type List struct {
	Patterns []Word // its lines
	entries  []Entry
	byKey    map[string]string
	longest  map[Method]func() []Entry
	byValue  func() map[string][]string // the keys of a value, in their order
}

// An Entry is a line of a map.
type Entry struct{ Key, Value string }

// mostListed bounds how large a list of patterns may be, in bytes, to be read.
const mostListed = 4 << 20

var mapFile = lazyregexp.New(`map(?:_[a-z]+)*\(([^,)]+)`)

// readLists reads the files that ACLs take their patterns from and that maps are in, as far as they are there.
// HAProxy takes relative names from where it is started: here that is taken to be the folder of the configuration.
func (c *Config) readLists(o Options) {
	for _, p := range c.Proxies {
		for _, l := range p.Lines {
			for i, w := range l.Words {
				if w.Value == "-f" && i+1 < len(l.Words) {
					c.readList(l.Words[i+1].Value, o)
				}
				for _, m := range mapFile.FindAllStringSubmatch(w.Value, -1) {
					c.readList(m[1], o)
				}
			}
		}
	}
}

func (c *Config) readList(name string, o Options) {
	if _, done := c.lists[name]; done || strings.Contains(name, "://") {
		return
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.near.dir, name)
	}
	info, err := o.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostListed {
		return
	}
	src, err := o.ReadFile(path)
	if err != nil {
		return
	}
	c.lists[name] = newList(string(src))
}

// newList reads lines, without comments.
func newList(src string) *List {
	l := &List{byKey: map[string]string{}, longest: map[Method]func() []Entry{}}
	for line := range strings.Lines(src) {
		if line = strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t"); line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		value = strings.TrimLeft(value, " ")
		l.Patterns = append(l.Patterns, WordsOf([]string{line})...)
		l.entries = append(l.entries, Entry{key, value})
		if _, taken := l.byKey[key]; !taken {
			l.byKey[key] = value
		}
	}
	l.byValue = sync.OnceValue(func() map[string][]string {
		keys := map[string][]string{}
		for _, e := range l.entries {
			keys[e.Value] = append(keys[e.Value], e.Key)
		}
		return keys
	})
	l.longest["beg"] = l.ordered(func(key string) int { return len(key) })
	l.longest["ip"] = l.ordered(func(key string) int {
		p, err := netip.ParsePrefix(key)
		if err != nil {
			return 128
		}
		return p.Bits()
	})
	return l
}

// ordered sorts the entries by a length, once somebody asks for that.
func (l *List) ordered(length func(key string) int) func() []Entry {
	return sync.OnceValue(func() []Entry {
		list := slices.Clone(l.entries)
		slices.SortStableFunc(list, func(a, b Entry) int { return length(b.Key) - length(a.Key) })
		return list
	})
}

// Get is the value of a key that is compared letter by letter.
func (l *List) Get(key string) (value string, ok bool) {
	value, ok = l.byKey[key]
	return value, ok
}

// Keys are the first keys of a value, as many as most.
func (l *List) Keys(value string, most int) []string {
	list := l.byValue()[value]
	return list[:min(len(list), most)]
}

// Entries are those of the map in the order in which HAProxy looks them up: of beginnings and networks the longest
// first.
func (l *List) Entries(m Method) []Entry {
	if ordered := l.longest[m]; ordered != nil {
		return ordered()
	}
	return l.entries
}

// List returns a file of patterns or a map; nil where it was not found.
func (c *Config) List(name string) *List { return c.lists[name] }
