package records

import "fmt"

// Status says how much of an account and region was read.
type Status string

// The statuses.
const (
	Complete Status = "complete" // all that was in scope
	Partial  Status = "partial"  // something was
	Unread   Status = "unread"   // nothing was
	Skipped  Status = "skipped"  // there is nothing to read: the region is not enabled, the account is closed
)

// Coverage is how much of one account and region was read. An audit without findings means something only together
// with it.
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

// Class is the kind of an error, as far as it tells what to do about it.
type Class string

// The classes.
const (
	ClassDenied     Class = "access denied"
	ClassExpired    Class = "credentials expired"
	ClassNotEnabled Class = "region refuses the credentials" // usually: the region is not enabled
	ClassClock      Class = "clocks differ"
	ClassThrottled  Class = "throttled"
	ClassServer     Class = "server error"
	ClassConnection Class = "connection failed"
	ClassTimeout    Class = "no answer in time"
	ClassBody       Class = "answer cut short or empty"
	ClassForeign    Class = "answer is not from AWS" // a captive portal or proxy
	ClassPages      Class = "pages do not end"
	ClassGaveUp     Class = "gave up" // after too many faults in a row
	ClassDeadline   Class = "out of time"
	ClassCanceled   Class = "interrupted"
	ClassMissing    Class = "not in the file"
	ClassMisread    Class = "not as AWS documents it"
	ClassOther      Class = "error"
)

// AddFault counts equal faults as one.
func AddFault(list []Fault, f Fault) []Fault {
	for i := range list {
		if list[i].Class == f.Class && list[i].API == f.API {
			list[i].Count += f.Count
			return list
		}
	}
	return append(list, f)
}

// Count is a number of things: "1 region", "3 regions".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
