package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// tally is what an audit says of one account and region.
type tally struct {
	account, region, status string
	read, listed            int
	errors, warnings        int
}

// ByAccount prints how many load balancers of each account and region were read, and how many findings are about them:
// the accounts with most errors first. Findings about files stand in a line of their own.
func ByAccount(w io.Writer, r *lint.Result, o Options) error {
	var list []*tally
	at := map[[2]string]*tally{}
	of := func(account, region string) *tally {
		key := [2]string{account, region}
		if at[key] == nil {
			at[key] = &tally{account: account, region: region}
			list = append(list, at[key])
		}
		return at[key]
	}
	if r.Extent != nil {
		for _, p := range r.Extent.Parts {
			t := of(orDash(p.Account), orDash(p.Region))
			t.status, t.read, t.listed = p.Status, t.read+p.Read, t.listed+p.Listed
		}
	}
	for _, f := range r.Findings {
		account, region := "files", "-"
		if x, id, ok := asffResourceOf(f.Pos.File); ok {
			account, region = id, x.Region
		}
		t := of(account, region)
		switch f.Severity {
		case rules.Error:
			t.errors++
		case rules.Warning:
			t.warnings++
		}
	}
	slices.SortStableFunc(list, func(a, b *tally) int {
		if a.errors != b.errors {
			return b.errors - a.errors
		}
		if a.warnings != b.warnings {
			return b.warnings - a.warnings
		}
		return strings.Compare(a.account+" "+a.region, b.account+" "+b.region)
	})
	out := newText(r, o)
	table := tabwriter.NewWriter(&out.buf, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ACCOUNT\tREGION\tREAD\tLOAD BALANCERS\tERRORS\tWARNINGS")
	for _, t := range list {
		if t.status == "skipped" {
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d of %d\t%d\t%d\n",
			clean(t.account), clean(t.region), orDash(t.status), t.read, t.listed, t.errors, t.warnings)
	}
	table.Flush()
	if !o.Quiet {
		out.linef("")
		out.linef("%s", summaryLine(r))
	}
	_, err := w.Write(out.buf.Bytes())
	return err
}
