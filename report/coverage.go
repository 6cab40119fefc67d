package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wslint/wslint/lint"
)

// maxGaps is how many regions that were not read whole are listed unless --verbose asks for all.
const maxGaps = 20

// coverage lists what an audit did not read, and why: nobody may take it for clean.
func (t *text) coverage(a *lint.Extent, all bool) {
	if a == nil {
		return
	}
	list := gaps(a, all)
	if len(list) == 0 {
		return
	}
	t.linef("%s", t.paint(bold, "not read, or not completely:"))
	most := len(list)
	if !all {
		most = min(most, maxGaps)
	}
	for _, g := range list[:most] {
		t.linef("  %s", g.where)
		for _, f := range g.faults {
			t.linef("    %s", f)
		}
	}
	if most < len(list) {
		t.linef("  … and %d more: --verbose lists all", len(list)-most)
	}
	t.linef("")
}

// A gap is what an audit did not read of one account and region, and why.
type gap struct {
	where  string
	faults []string
}

// gaps lists what an audit, which may be nil, did not read; all includes what there was no need to read.
func gaps(a *lint.Extent, all bool) (list []gap) {
	if a == nil {
		return nil
	}
	for _, c := range a.Parts {
		if c.Status == "complete" || c.Status == "skipped" && !all {
			continue
		}
		where := "account " + c.Account
		if c.Account == "" {
			where = "organisation"
		}
		if c.Region != "" {
			where += ", " + c.Region
		}
		g := gap{where: clean(fmt.Sprintf("%s: %s, %d of %s", where, c.Status, c.Read, count(c.Listed, "load balancer")))}
		for _, f := range c.Faults {
			g.faults = append(g.faults, clean(f.Text))
		}
		list = append(list, g)
	}
	return list
}

// Coverage prints what was read and what was not, for commands whose report is something else.
func Coverage(w io.Writer, a *lint.Extent) {
	t := &text{}
	t.coverage(a, false)
	t.linef("%s", a.Summary)
	w.Write(t.buf.Bytes())
}

// gapLines is gaps for formats that have a line for each, and few of them.
func gapLines(a *lint.Extent) (lines []string) {
	list := gaps(a, false)
	for _, g := range list[:min(len(list), maxGaps)] {
		lines = append(lines, strings.Join(append([]string{g.where}, g.faults...), "; "))
	}
	if n := len(list) - maxGaps; n > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", n))
	}
	return lines
}

type coverageJSON struct {
	Account string      `json:"account"`
	Region  *string     `json:"region"`
	Status  string      `json:"status"`
	Listed  int         `json:"listed"`
	Read    int         `json:"read"`
	Faults  []faultJSON `json:"faults"`
}

type faultJSON struct {
	Class   string `json:"class"`
	API     string `json:"api"`
	Count   int    `json:"count"`
	Message string `json:"message"`
}

// coverageOf is the coverage of an audit for programs; nil of runs that are none.
func coverageOf(a *lint.Extent) (list []coverageJSON, taken *string) {
	if a == nil {
		return nil, nil
	}
	list = []coverageJSON{}
	for _, c := range a.Parts {
		j := coverageJSON{
			Account: c.Account,
			Status:  c.Status,
			Listed:  c.Listed,
			Read:    c.Read,
			Faults:  []faultJSON{},
		}
		if c.Region != "" {
			j.Region = &c.Region
		}
		for _, f := range c.Faults {
			j.Faults = append(j.Faults, faultJSON{f.Class, f.API, f.Count, f.Message})
		}
		list = append(list, j)
	}
	if !a.Taken.IsZero() {
		s := a.Taken.UTC().Format(time.RFC3339)
		taken = &s
	}
	return list, taken
}
