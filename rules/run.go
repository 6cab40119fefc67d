package rules

import (
	"iter"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Run applies the rules to the paths and returns their findings, unsorted. What is found on a merely possible path is a warning
// at most. The same fault at the same place on several paths is one finding: the surest one, with the number of further paths.
// What concerns the handshake of one browser only says so. Paths are looked at one by one and not kept, since large configurations
// have many; those that are one path in the forms of several browsers come one after the other.
func Run(rules []*Rule, paths iter.Seq[*hop.Path]) []Finding {
	c := &collector{at: map[place]*entry{}, found: map[*entry]*hit{}}
	for p := range paths {
		c.begin(p)
		for _, r := range rules {
			if r.Check != nil && (r.Needs == nil || r.Needs(p)) {
				r.Check(p, func(f Finding) { c.add(r, p, f) })
			}
		}
	}
	c.end()
	list := make([]Finding, len(c.list))
	for i, e := range c.list {
		list[i] = e.Finding
		if e.only != "" {
			list[i].Message = "in " + strings.ToUpper(e.only[:1]) + e.only[1:] + ", " + e.Message
		}
	}
	return list
}

// A collector makes one finding of those that say the same.
type collector struct {
	list []*entry
	at   map[place]*entry
	// Of the present path: its name, the browsers it was seen with, and for each finding those that it was found for.
	path     string
	browsers []string
	found    map[*entry]*hit
}

type place struct {
	rule *Rule
	pos  hop.Pos
}

type entry struct {
	Finding
	only string // the one browser that the finding is about; "" when it is about all
}

// A hit is a finding of the present path.
type hit struct {
	browsers []string
	taken    bool // it is what the entry says
}

// begin notes which path comes.
func (c *collector) begin(p *hop.Path) {
	if p.Name != c.path || slices.Contains(c.browsers, p.Browser) {
		c.end()
	}
	c.path, c.browsers = p.Name, append(c.browsers, p.Browser)
}

// end closes the present path: only now is it known which browsers a finding spares.
func (c *collector) end() {
	for e, h := range c.found {
		switch {
		case !h.taken:
		case len(h.browsers) < len(c.browsers):
			e.only = h.browsers[0]
		default:
			e.only = ""
		}
	}
	c.browsers, c.found = nil, map[*entry]*hit{}
}

func (c *collector) add(rule *Rule, p *hop.Path, f Finding) {
	f.Rule, f.Path, f.Trace, f.Confidence, f.Severity = rule, p.Name, p, p.Confidence, rule.Severity
	if p.Confidence == hop.Possible || f.Held {
		f.Severity = min(f.Severity, Warning)
	}
	e := c.at[place{rule, f.Pos}]
	if e != nil && c.found[e] != nil {
		if h := c.found[e]; !slices.Contains(h.browsers, p.Browser) {
			h.browsers = append(h.browsers, p.Browser)
		}
		return
	}
	h := &hit{browsers: []string{p.Browser}}
	switch {
	case e == nil:
		e = &entry{Finding: f}
		c.at[place{rule, f.Pos}] = e
		c.list = append(c.list, e)
		h.taken = true
	case f.Severity > e.Severity || f.Severity == e.Severity && f.Confidence > e.Confidence:
		f.More = e.More + 1
		e.Finding, h.taken = f, true
	default:
		e.More++
	}
	c.found[e] = h
}
