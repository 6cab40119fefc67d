package kubernetes

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/internal/spelling"
)

// A Controller is a program that reads objects and makes proxies of them.
type Controller struct {
	Name string // "ingress-nginx": that of its file in keys
	// Prefixes are those of its annotations, with the slash; Former those that earlier versions read, or forks of it.
	Prefixes, Former []string
	// Alone and Too are the keys that are read below the second prefix: alone there, or below the first one, too.
	Alone, Too []string
	Keys       []Key
	Source     string // where its table comes from: repository and commit

	exact  map[string]*Key // by kind and name
	starts []*Key          // those whose names end in "*"
}

// A Key is one setting that a controller reads.
type Key struct {
	// Name is without a prefix, "proxy-read-timeout"; one that ends in "*" stands for all that begin so.
	Name string
	// On are the kinds of objects that it is read from: "Ingress", "Service"; "ConfigMap" for its data.
	On      []string
	Type    Type
	Allowed string // of an enum its values, of an int its range: "a|b", "1..4000"; "" for any
	Default string // what holds without it; "" for nothing
	Bad     Bad
	Since   string // the version that first reads it; "" for all that are in use
	Until   string // the first version that does not; "" for none
	// Does says what it does to a WebSocket, as a clause; "" for nothing that matters.
	Does string
	// Instead is the name of the key or setting that does what somebody means who writes this one. Such a key is no key
	// of the controller: it is in the table because people write it.
	Instead string
}

// A Type is how a controller reads a value.
type Type string

// The types, by the functions that read them.
const (
	Int    Type = "int"    // Go's strconv.Atoi: no unit, no blank
	Bool   Type = "bool"   // Go's strconv.ParseBool
	OnOff  Type = "onoff"  // on or off
	Size   Type = "size"   // nginx's, digits and one letter: one of Allowed
	Time   Type = "time"   // nginx's: 60s, 1h30m, a bare number is seconds
	Span   Type = "span"   // Go's time.ParseDuration: a unit is needed
	Enum   Type = "enum"   // one of Allowed
	Word   Type = "word"   // one of Allowed, in any case
	Pairs  Type = "pairs"  // k=v,k=v
	List   Type = "list"   // separated by commas
	Names  Type = "names"  // services that the object leads to, with a comma and no blank between them
	JSON   Type = "json"   // a document of its own
	Text   Type = "text"   // anything
	Script Type = "script" // lines of the proxy's own configuration
)

// Bad is what becomes of a value that a controller cannot read.
type Bad string

// What becomes of bad values.
const (
	Kept    Bad = "kept"    // the value that would hold without it stays, and nobody hears of it
	Refused Bad = "refused" // the object as a whole is refused, or its former state stays
	Denied  Bad = "denied"  // the path answers 503
	Stops   Bad = "stops"   // the controller stops bringing the object up to date
	Written Bad = "written" // it goes into the configuration as it is, and may break that
	None    Bad = "none"    // there are no bad values, or nothing is known of them
)

//go:embed keys/*.txt services/*.txt
var tables embed.FS

// Controllers are all whose keys are known, by their names.
var Controllers = sync.OnceValue(func() []*Controller { return readTables("keys") })

// readTables reads the tables of a directory.
func readTables(dir string) (list []*Controller) {
	entries, _ := tables.ReadDir(dir) // the directory is part of the program
	for _, e := range entries {
		src, _ := tables.ReadFile(dir + "/" + e.Name())
		c, err := readTable(strings.TrimSuffix(e.Name(), ".txt"), string(src))
		if err != nil {
			panic(err) // TestTables reads every table
		}
		list = append(list, c)
	}
	return list
}

// ControllerNamed is a controller whose keys are known; nil for others.
func ControllerNamed(name string) *Controller {
	for _, c := range Controllers() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// readTable reads a table: lines of "name | on | type | allowed | default | bad | since | does", headed by lines like
// "prefix: nginx.ingress.kubernetes.io/". A name may be several, with a comma between them.
func readTable(name, src string) (*Controller, error) {
	c := &Controller{Name: name}
	for i, line := range strings.Split(src, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if head, value, ok := strings.Cut(line, ": "); ok && !strings.Contains(head, "|") {
			switch value := strings.TrimSpace(value); head {
			case "prefix":
				c.Prefixes = append(c.Prefixes, value)
			case "former":
				c.Former = append(c.Former, value)
			case "alone below the second":
				c.Alone = strings.Split(value, ", ")
			case "below the second, too":
				c.Too = strings.Split(value, ", ")
			case "source":
				c.Source = value
			default:
				return nil, fmt.Errorf("%s: line %d: unknown head %s", name, i+1, head)
			}
			continue
		}
		cells := strings.Split(line, " | ")
		if len(cells) != 8 {
			return nil, fmt.Errorf("%s: line %d has %d cells, not 8", name, i+1, len(cells))
		}
		for j := range cells {
			if cells[j] = strings.TrimSpace(cells[j]); cells[j] == "-" {
				cells[j] = ""
			}
		}
		k := Key{
			On: strings.Split(cells[1], ","), Type: Type(cells[2]), Allowed: cells[3], Default: cells[4],
			Bad: Bad(cells[5]), Does: cells[7],
		}
		k.Since, k.Until, _ = strings.Cut(cells[6], "..")
		k.Does, k.Instead, _ = strings.Cut(k.Does, "=> ")
		k.Does = strings.TrimSpace(k.Does)
		for n := range strings.SplitSeq(cells[0], ",") {
			k.Name = strings.TrimSpace(n)
			c.Keys = append(c.Keys, k)
		}
	}
	c.index()
	return c, nil
}

// Suffix is a key of an annotation without the prefix of the controller; ok is false for those of others.
func (c *Controller) Suffix(key string) (suffix string, ok bool) {
	for _, p := range c.Prefixes {
		if s, found := strings.CutPrefix(key, p); found {
			return s, true
		}
	}
	return "", false
}

// elsewhere is the prefix below which a key is read, where that is not the one that it is written with; "" where it is.
func (c *Controller) elsewhere(prefix, name string) string {
	if len(c.Prefixes) < 2 || slices.Contains(c.Too, name) {
		return ""
	}
	want := c.Prefixes[0]
	if slices.Contains(c.Alone, name) {
		want = c.Prefixes[1]
	}
	if prefix == want {
		return ""
	}
	return want
}

// Key finds a key by its name, on a kind of object; nil when the controller reads no such key there.
func (c *Controller) Key(name, on string) *Key {
	if k := c.exact[on+" "+name]; k != nil {
		return k
	}
	for _, k := range c.starts {
		if strings.HasPrefix(name, strings.TrimSuffix(k.Name, "*")) && slices.Contains(k.On, on) {
			return k
		}
	}
	return nil
}

// reads reports whether the controller reads a key on a kind of object: not all in its table are read, some are there
// since people write them.
func (c *Controller) reads(name, on string) bool {
	k := c.Key(name, on)
	return k != nil && k.Instead == ""
}

// index prepares the look-up of keys.
func (c *Controller) index() {
	c.exact = map[string]*Key{}
	for i := range c.Keys {
		k := &c.Keys[i]
		if strings.HasSuffix(k.Name, "*") {
			c.starts = append(c.starts, k)
			continue
		}
		for _, on := range k.On {
			c.exact[on+" "+k.Name] = k
		}
	}
}

// Near is the key of a kind of object that somebody may have meant by a name that is none; "" when there is none.
func (c *Controller) Near(name, on string) string {
	var names []string
	for _, k := range c.Keys {
		if slices.Contains(k.On, on) && k.Instead == "" && !strings.HasSuffix(k.Name, "*") {
			names = append(names, k.Name)
		}
	}
	return spelling.Suggest(name, names)
}

// sizeForm is how ingress-nginx takes sizes, timeForm how nginx takes times.
var (
	sizeForm = lazyregexp.New(`^(?i)\d+[bkmg]?$`)
	timeForm = lazyregexp.New(
		`^(\d+y)?\s*(\d+M)?\s*(\d+w)?\s*(\d+d)?\s*(\d+h)?\s*(\d+m)?\s*(\d+s?)?\s*(\d+ms)?$`,
	)
)

// Takes reports whether the controller can read a value; why says, as a clause, what it reads.
func (k *Key) Takes(value string) (ok bool, why string) {
	switch k.Type {
	case Int:
		n, err := strconv.Atoi(value)
		if err != nil {
			return false, "it takes a whole number without a unit"
		}
		return k.inRange(n)
	case Bool:
		if _, err := strconv.ParseBool(value); err != nil {
			return false, `it takes "true" or "false"`
		}
	case OnOff:
		if v := strings.TrimSpace(value); v != "on" && v != "off" {
			return false, `it takes "on" or "off"`
		}
	case Size:
		if !k.isSize(value) {
			return false, `it takes a size like "8m"`
		}
	case Time:
		if !timeForm.MatchString(value) || strings.TrimSpace(value) == "" {
			return false, `it takes a time like "60s"`
		}
	case Pairs:
		if list, ok := pairs(blanked(value)); !ok && !unknownKey(list, ok, value) {
			return false, "it takes pairs like key=value, with commas between them"
		}
	case JSON:
		if !json.Valid([]byte(value)) {
			return false, "it takes JSON"
		}
	case Enum:
		if !slices.Contains(strings.Split(k.Allowed, "|"), value) {
			return false, "it takes " + strings.ReplaceAll(k.Allowed, "|", ", ")
		}
	case Word:
		if !slices.Contains(strings.Split(strings.ToUpper(k.Allowed), "|"), strings.ToUpper(value)) {
			return false, "it takes " + strings.ReplaceAll(k.Allowed, "|", ", ")
		}
	}
	return true, ""
}

// inRange reports whether a number is allowed.
func (k *Key) inRange(n int) (ok bool, why string) {
	low, high, _ := strings.Cut(k.Allowed, "..")
	a, _ := strconv.Atoi(low)
	b, _ := strconv.Atoi(high)
	switch {
	case k.Allowed == "", n >= a && (high == "" || n <= b):
		return true, ""
	case high == "":
		return false, "it takes whole numbers from " + low
	}
	return false, "it takes whole numbers from " + low + " to " + high
}

// isSize reports whether a value is a size: ingress-nginx takes blanks anywhere, F5's controller at the ends alone.
func (k *Key) isSize(value string) bool {
	if k.Allowed == "" {
		return sizeForm.MatchString(strings.ReplaceAll(value, " ", ""))
	}
	digits, unit := strings.TrimSpace(value), ""
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits, unit = digits[:i], strings.ToLower(digits[i:])
	}
	return digits != "" && (unit == "" || slices.Contains(strings.Split(k.Allowed, "|"), unit))
}
