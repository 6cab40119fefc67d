package check

import "github.com/wslint/wslint/parsers/nginx/conf"

// A usage is what the table says of one directive in one context: a configuration has the same few hundred thousands
// of times.
type usage struct {
	specs []*conf.Spec
	forms []conf.Form // that other flavours take
	// since and gone are when the first version came that has the directive somewhere, and the last one went.
	since, gone conf.Version
	always      bool // all versions have it
	newer       bool // no spec holds yet in the version that the configuration is for
	once        bool // it may stand only once on a level
	checked     bool // its values are read here: for the others every word will do
	in          conf.Context
	words       wordCheck // nil where no words are checked
	// right are single values that are right, and need no later version.
	right map[string]bool
}

// usage looks a directive up; nil where the table does not have it.
func (c *checker) usage(d *conf.Directive, in conf.Context) *usage {
	name, number := d.Name.Value, d.Number()
	if number == 0 {
		return nil
	}
	key := uint64(number)<<32 | uint64(in)
	u := c.usages[key]
	if u != nil {
		return u
	}
	u = &usage{specs: conf.SpecsIn(name, in), forms: conf.FlavourForms(name, in), once: true, right: map[string]bool{}}
	u.since, u.gone = lifetime(name)
	u.always = u.since.IsZero() && u.gone.IsZero()
	u.newer = c.newer(u.specs)
	for _, s := range u.specs {
		u.once = u.once && s.Once()
		u.checked = u.checked || s.Checked()
		u.in |= s.In
	}
	u.words = wordChecks[name]
	c.usages[key] = u
	return u
}

// table is an empty table of a level's directives.
func (c *checker) table() map[string]*conf.Directive {
	n := len(c.tables)
	if n == 0 {
		return map[string]*conf.Directive{}
	}
	t := c.tables[n-1]
	c.tables = c.tables[:n-1]
	return t
}

// maxKept is the size of the largest table that is used again: to empty one takes as long as it is large.
const maxKept = 64

// free takes a table back that is no longer needed.
func (c *checker) free(t map[string]*conf.Directive) {
	if len(t) <= maxKept {
		clear(t)
		c.tables = append(c.tables, t)
	}
}
