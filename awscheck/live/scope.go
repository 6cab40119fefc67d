package live

import (
	"cmp"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
)

// A Scope says what to read, and how carefully.
type Scope struct {
	Regions      []string // all enabled ones when empty
	Accounts     []string // by assuming RoleName in each; the caller's own when empty
	Organization bool     // all active accounts of the organisation
	RoleName     string
	ExternalID   string
	Aggregator   string            // read what this aggregator of AWS Config knows from there; "" for none
	Filters      []awscheck.Filter // load balancers to read; all when empty
	awscheck.Wants

	// Rate and Burst limit the calls for each account, region and version of the API.
	Rate  float64
	Burst int
	// Concurrency is how many regions are read at a time, Workers how many calls run in each.
	Concurrency, Workers int

	RegionTimeout  time.Duration // for one account and region
	ListTimeout    time.Duration // for the list of an account's regions, from each of its two sources
	AttemptTimeout time.Duration // for one answer
	Attempts       int           // for one call
	MaxBackoff     time.Duration
	Progress       *Progress        // nil when nobody looks
	Now            func() time.Time // nil for the real time
}

// complete fills in what is not said.
func (s Scope) complete() Scope {
	s.RoleName = cmp.Or(s.RoleName, "wslint-audit")
	s.Rate, s.Burst = cmp.Or(s.Rate, 8), cmp.Or(s.Burst, 30)
	s.Concurrency, s.Workers = cmp.Or(s.Concurrency, 32), cmp.Or(s.Workers, 8)
	s.RegionTimeout, s.AttemptTimeout = cmp.Or(s.RegionTimeout, 15*time.Minute), cmp.Or(s.AttemptTimeout, 15*time.Second)
	s.ListTimeout = cmp.Or(s.ListTimeout, 10*time.Second)
	s.Attempts, s.MaxBackoff = cmp.Or(s.Attempts, 8), cmp.Or(s.MaxBackoff, 10*time.Second)
	if s.Progress == nil {
		s.Progress = &Progress{}
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	return s
}

// record is what a snapshot says of the scope that it was taken with.
func (s Scope) record() records.Scope {
	r := records.Scope{Regions: s.Regions, Aggregator: s.Aggregator}
	for _, f := range s.Filters {
		r.Filters = append(r.Filters, f.String())
	}
	return r
}
