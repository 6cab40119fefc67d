package report

import (
	"io"
	"time"

	"github.com/wslint/wslint/lint"
)

// An audit is what was read of AWS accounts; nil of runs that read none.
type audit = *lint.Snapshot

// maxGaps is how many regions that were not read whole are listed unless --verbose asks for all.
const maxGaps = 20

// coverage lists what an audit did not read, and why: nobody may take it for clean.
func (t *text) coverage(a audit, all bool) {
	if a == nil {
		return
	}
	shown, hidden := 0, 0
	for _, c := range a.Coverage {
		if c.Status == "complete" || c.Status == "skipped" && !all {
			continue
		}
		if shown == maxGaps && !all {
			hidden++
			continue
		}
		if shown++; shown == 1 {
			t.linef("%s", t.paint(bold, "not read, or not whole:"))
		}
		where := "account " + c.Account
		if c.Account == "" {
			where = "organisation"
		}
		if c.Region != "" {
			where += ", " + c.Region
		}
		t.linef("  %s: %s, %d of %s", clean(where), c.Status, c.Read, count(c.Listed, "load balancer"))
		for _, f := range c.Faults {
			t.linef("    %s", clean(f.String()))
		}
	}
	if hidden > 0 {
		t.linef("  … and %d more: --verbose lists all", hidden)
	}
	if shown > 0 {
		t.linef("")
	}
}

// Coverage prints what was read and what was not, for commands whose report is something else.
func Coverage(w io.Writer, a *lint.Snapshot) {
	t := &text{}
	t.coverage(a, false)
	t.linef("%s", a.Summary())
	w.Write(t.buf.Bytes())
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
func coverageOf(a audit) (list []coverageJSON, taken *string) {
	if a == nil {
		return nil, nil
	}
	list = []coverageJSON{}
	for _, c := range a.Coverage {
		j := coverageJSON{Account: c.Account, Status: string(c.Status), Listed: c.Listed, Read: c.Read, Faults: []faultJSON{}}
		if c.Region != "" {
			j.Region = &c.Region
		}
		for _, f := range c.Faults {
			j.Faults = append(j.Faults, faultJSON{string(f.Class), f.API, f.Count, f.Message})
		}
		list = append(list, j)
	}
	if !a.Taken.IsZero() {
		s := a.Taken.UTC().Format(time.RFC3339)
		taken = &s
	}
	return list, taken
}
