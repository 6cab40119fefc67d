package awscheck

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/awscheck/records"
)

// A Snapshot is what was read of some accounts, and what was not.
type Snapshot struct {
	Taken         time.Time
	LoadBalancers []LoadBalancer     // sorted by ARN
	Coverage      []records.Coverage // sorted by account and region

	doc   records.Document
	byARN map[string]int // in which load balancer something is; made when it is first asked for
}

// Incomplete reports whether something in scope was not read, or nothing was.
func (s *Snapshot) Incomplete() bool {
	whole := 0
	for _, c := range s.Coverage {
		switch c.Status {
		case records.Complete:
			whole++
		case records.Partial, records.Unread:
			return true
		}
	}
	return whole == 0
}

// Summary is the sentence without which no audit may say that it found nothing.
func (s *Snapshot) Summary() string {
	accounts := map[string]bool{}
	oldest := ""
	regions, whole, listed, read, disabled, closed := 0, 0, 0, 0, 0, 0
	for _, c := range s.Coverage {
		accounts[c.Account] = true
		listed, read = listed+c.Listed, read+c.Read
		if c.Oldest != "" && (oldest == "" || c.Oldest < oldest) {
			oldest = c.Oldest
		}
		switch c.Status {
		case records.Skipped:
			if c.Region != "" {
				disabled++
			} else {
				closed++
			}
			continue
		case records.Complete:
			whole++
		}
		regions++
	}
	parts := []string{
		fmt.Sprintf(
			"read %d of %s in %s, %d of %s",
			whole,
			records.Count(regions, "region"),
			records.Count(len(accounts), "account"),
			read,
			records.Count(listed, "load balancer"),
		),
	}
	if disabled > 0 {
		parts = append(parts, records.Count(disabled, "region")+" not enabled")
	}
	if closed > 0 {
		parts = append(parts, records.Count(closed, "account")+" not active")
	}
	if oldest != "" {
		parts = append(parts, "as AWS Config recorded them since "+oldest)
	}
	return strings.Join(parts, ", ")
}

// Write writes a snapshot as JSON; what it holds is configuration, no credentials.
func (s *Snapshot) Write(w io.Writer) error {
	d := s.doc
	d.Wslint, d.Taken, d.Coverage = records.Version, s.Taken, slices.Clone(d.Coverage)
	slices.SortFunc(d.Coverage, byPlace)
	slices.SortFunc(
		d.LoadBalancers,
		func(a, b records.Balancer) int { return cmp.Compare(a.LoadBalancerArn, b.LoadBalancerArn) },
	)
	slices.SortFunc(d.LoadBalancerDescriptions, func(a, b records.Classic) int { return cmp.Compare(a.ARN(), b.ARN()) })
	slices.SortFunc(d.Listeners, func(a, b records.Listener) int { return cmp.Compare(a.ListenerArn, b.ListenerArn) })
	slices.SortFunc(d.Rules, func(a, b records.Rule) int { return cmp.Compare(a.RuleArn, b.RuleArn) })
	slices.SortFunc(
		d.TargetGroups,
		func(a, b records.Group) int { return cmp.Compare(a.TargetGroupArn, b.TargetGroupArn) },
	)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(d)
}

// ReadSnapshot reads what wslint snapshot wrote, or what other programs wrote about load balancers: one or several
// JSON texts.
func ReadSnapshot(src []byte) (*Snapshot, error) { return snapshotOf(records.Read(src)) }

// ReadDirectory reads all files of a folder that hold something about load balancers.
func ReadDirectory(dir fs.FS) (*Snapshot, error) { return snapshotOf(records.ReadDirectory(dir)) }

func snapshotOf(d records.Document, err error) (*Snapshot, error) {
	if err != nil {
		return nil, err
	}
	s := New(d)
	if d.Wslint == 0 {
		s.coverFromFile()
	}
	return s, nil
}

// coverFromFile says what a file of another program holds: the load balancers whose timers are known count as read.
// What the file leaves out of the account nobody knows.
func (s *Snapshot) coverFromFile() {
	at := map[[2]string]int{}
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		k := [2]string{lb.Account, lb.Region}
		n, ok := at[k]
		if !ok {
			n = len(s.Coverage)
			at[k] = n
			s.Coverage = append(s.Coverage, records.Coverage{Account: lb.Account, Region: lb.Region, Status: records.Complete})
		}
		c := &s.Coverage[n]
		c.Listed++
		if why := lb.Gap(); why != "" {
			c.Status = records.Partial
			c.Faults = records.AddFault(
				c.Faults,
				records.Fault{Class: records.ClassMissing, API: "file", Count: 1, Message: lb.Name + ": " + why},
			)
			continue
		}
		c.Read++
	}
}
