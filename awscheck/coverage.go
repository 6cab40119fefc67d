package awscheck

import (
	"fmt"
	"strings"
	"time"
)

// A Snapshot is what was read of some accounts, and what was not.
type Snapshot struct {
	Taken         time.Time
	LoadBalancers []LoadBalancer // sorted by ARN
	Coverage      []Coverage     // sorted by account and region

	doc document
}

// Status says how much of an account and region was read.
type Status string

// The statuses.
const (
	Complete Status = "complete" // all that was in scope
	Partial  Status = "partial"  // something was
	Unread   Status = "unread"   // nothing was
	Skipped  Status = "skipped"  // there is nothing to read: the region is not enabled, the account is closed
)

// Coverage is how much of one account and region was read. An audit without findings means something only together with it.
type Coverage struct {
	Account string
	Region  string // "" for an account of which not even the regions are known
	Status  Status
	Listed  int     // load balancers that the lists hold
	Read    int     // those of which all that is needed was read
	Faults  []Fault `json:",omitzero"`
	// Oldest is when AWS Config last looked at the load balancer it looked at longest ago; "" of what was read directly.
	Oldest string `json:",omitzero"`
}

// A Fault is why something was not read: errors of one class that one API gave.
type Fault struct {
	Class   Class
	API     string // "DescribeLoadBalancers"
	Count   int
	Message string // the first one
}

func (f Fault) String() string {
	s := fmt.Sprintf("%s: %s", f.API, f.Class)
	if f.Count > 1 {
		s += fmt.Sprintf(" (%d times)", f.Count)
	}
	if f.Message != "" {
		s += ": " + f.Message
	}
	return s
}

// Incomplete reports whether something in scope was not read, or nothing was.
func (s *Snapshot) Incomplete() bool {
	whole := 0
	for _, c := range s.Coverage {
		switch c.Status {
		case Complete:
			whole++
		case Partial, Unread:
			return true
		}
	}
	return whole == 0
}

// Summary is the sentence without which no audit may say that it found nothing.
func (s *Snapshot) Summary() string {
	accounts := map[string]bool{}
	oldest := ""
	regions, whole, listed, read, skipped := 0, 0, 0, 0, 0
	for _, c := range s.Coverage {
		accounts[c.Account] = true
		listed, read = listed+c.Listed, read+c.Read
		if c.Oldest != "" && (oldest == "" || c.Oldest < oldest) {
			oldest = c.Oldest
		}
		switch c.Status {
		case Skipped:
			skipped++
			continue
		case Complete:
			whole++
		}
		regions++
	}
	parts := []string{fmt.Sprintf("read %d of %s in %s, %d of %s", whole, count(regions, "region"), count(len(accounts), "account"), read, count(listed, "load balancer"))}
	if skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", skipped))
	}
	if oldest != "" {
		parts = append(parts, "as AWS Config recorded them since "+oldest)
	}
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
