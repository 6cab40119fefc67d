// Package audit judges the load balancers of AWS accounts as they are: it hands what awscheck read of them to lint,
// which knows them as an Inventory, and says what would change their settings.
package audit

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/snapshot"
)

// An inventory is a snapshot as lint sees it.
type inventory struct {
	snapshot *awscheck.Snapshot
	filters  []awscheck.Filter
	texts    [][]byte
}

// Of is the inventory that a snapshot is. Filters are what its load balancers were picked by: one that picks none is
// nothing to be content with. The snapshot is not one to write any more.
func Of(s *awscheck.Snapshot, filters []awscheck.Filter) lint.Inventory {
	i := &inventory{s, filters, s.Texts()}
	s.Forget()
	return i
}

func (i *inventory) Resources() []parsers.Resource { return snapshot.Resources(i.snapshot, "") }

func (i *inventory) Texts() [][]byte { return i.texts }

func (i *inventory) Owns(hop string) bool { return awscheck.Names(hop) }

// Absent says whether it is sure that there is none of that name, and which one may be meant.
func (i *inventory) Absent(hop string) hop.Absence {
	a := i.snapshot.Absent(hop, i.filters)
	kind, name, _ := strings.Cut(hop, "/")
	var names []string
	for _, x := range i.Resources() {
		if slices.Contains(x.Kinds, kind) {
			names = append(names, x.Name)
		}
	}
	if meant := spelling.Suggest(name, names); meant != "" && a.Sure {
		a.Why += ": did you mean " + kind + "/" + meant + "?"
	}
	return a
}

func (i *inventory) Extent() *lint.Extent {
	x := Extent(i.snapshot)
	for _, f := range i.snapshot.Unmatched(i.filters) {
		x.Missing = append(x.Missing, fmt.Sprintf("no load balancer that was read is %s", f))
	}
	return x
}

// Extent says how much a snapshot holds of what it was taken of.
func Extent(s *awscheck.Snapshot) *lint.Extent {
	x := &lint.Extent{Summary: s.Summary(), Taken: s.Taken, Whole: !s.Incomplete()}
	for _, c := range s.Coverage {
		x.Parts = append(x.Parts, part(c))
	}
	return x
}

func part(c records.Coverage) lint.Part {
	p := lint.Part{Account: c.Account, Region: c.Region, Status: string(c.Status), Listed: c.Listed, Read: c.Read}
	for _, f := range c.Faults {
		p.Faults = append(p.Faults, lint.Fault{
			Class: string(f.Class), API: f.API, Count: f.Count, Message: f.Message, Text: f.String(),
		})
	}
	return p
}

// ReadSnapshot reads a file, or a folder of files, about load balancers. Its errors name the file.
func ReadSnapshot(file string) (s *awscheck.Snapshot, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, plainfile.Short(err)
	}
	if info.IsDir() {
		s, err = awscheck.ReadDirectory(plainfile.Folder(file))
	} else {
		read := plainfile.ReadData
		if plainfile.IsPipe(file, info) {
			read = plainfile.ReadPipe
		}
		var src []byte
		if src, err = read(file); err != nil {
			return nil, plainfile.Short(err)
		}
		s, err = awscheck.ReadSnapshot(src)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}
