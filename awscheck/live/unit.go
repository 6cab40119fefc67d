package live

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/wslint/wslint/awscheck/records"
)

// A unit is one account and region being read.
type unit struct {
	ctx                        context.Context
	stop                       context.CancelCauseFunc // of the whole account
	scope                      Scope
	partition, account, region string
	v2                         *elbv2.Client
	v1                         *elb.Client

	mu     sync.Mutex
	doc    records.Document
	faults []records.Fault
	listed int
	read   int
	lists  int // lists that were read to their end
	// The circuit breaker: faults of one class in a row.
	streak int
	last   records.Class
	over   records.Fault     // what ended the reading as a whole: an interrupt, the region's time
	denied map[string]string // what the policy does not allow here, by API
}

// breakAfter is how many calls have to fail in the same way, each with all its attempts, until the rest is not tried.
const breakAfter = 3

func newUnit(
	ctx context.Context,
	stop context.CancelCauseFunc,
	cfg aws.Config,
	s Scope,
	partition, account, region string,
) *unit {
	return &unit{
		ctx: ctx, stop: stop, scope: s, partition: partition, account: account, region: region,
		v2:     elbv2.NewFromConfig(limited(cfg, newBucket(s.Rate, s.Burst), s.Progress, region)),
		v1:     elb.NewFromConfig(limited(cfg, newBucket(s.Rate, s.Burst), s.Progress, region)),
		denied: map[string]string{},
	}
}

// run reads both versions of the API, whose limits are separate.
func (u *unit) run() {
	var both sync.WaitGroup
	both.Go(u.readV2)
	both.Go(u.readClassic)
	both.Wait()
}

// coverage is how far the unit got.
func (u *unit) coverage() records.Coverage {
	c := records.Coverage{
		Account: u.account,
		Region:  u.region,
		Status:  records.Complete,
		Listed:  u.listed,
		Read:    u.read,
		Faults:  u.faults,
	}
	switch {
	case len(u.faults) == 0:
	case u.lists == 0 && u.listed == 0:
		c.Status = records.Unread
	default:
		c.Status = records.Partial
	}
	slices.SortFunc(c.Faults, func(a, b records.Fault) int {
		if a.API != b.API {
			return map[bool]int{true: -1, false: 1}[a.API < b.API]
		}
		return map[bool]int{true: -1, false: 1}[a.Class < b.Class]
	})
	return c
}

// A verdict is what became of one call.
type verdict struct {
	why  string // why it gave nothing; "" when it did
	gone bool   // the resource was deleted since it was listed: nothing is missing
}

func (v verdict) ok() bool { return v.why == "" && !v.gone }

// call makes one call, or does not when it is known to fail, and keeps account of what goes wrong.
func call[T any](u *unit, api string, f func(ctx context.Context) (T, error)) (out T, v verdict) {
	if why := u.closed(api); why != "" {
		return out, verdict{why: why}
	}
	out, err := f(u.ctx)
	switch {
	case err == nil:
		u.mu.Lock()
		if u.streak < breakAfter {
			u.streak = 0
		}
		u.mu.Unlock()
		return out, verdict{}
	case gone(err):
		return out, verdict{gone: true}
	}
	return out, verdict{why: u.failed(faultOf(u.ctx, api, err))}
}

// closed says why an API is not asked any more, and counts what is not read for it.
func (u *unit) closed(api string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if message, ok := u.denied[api]; ok {
		u.faults = records.AddFault(
			u.faults,
			records.Fault{Class: records.ClassDenied, API: api, Count: 1, Message: message},
		)
		return message
	}
	switch {
	case u.over.Class != "":
		u.over.API = api
		u.faults = records.AddFault(u.faults, u.over)
		return string(u.over.Class) + ": " + u.over.Message
	case u.streak >= breakAfter:
		why := "after " + records.Count(breakAfter, "fault") + " in a row: " + string(u.last)
		u.faults = records.AddFault(u.faults, records.Fault{Class: records.ClassGaveUp, API: api, Count: 1, Message: why})
		return "given up " + why
	}
	return ""
}

// failed notes a fault and returns it as a reason.
func (u *unit) failed(f records.Fault) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.faults = records.AddFault(u.faults, f)
	switch f.Class {
	case records.ClassDenied:
		u.denied[f.API] = f.Message
		return f.Message
	case records.ClassExpired:
		u.stop(&expiredError{f.Message})
		return f.Message
	case records.ClassCanceled, records.ClassDeadline:
		u.over = f
	}
	switch {
	case u.streak >= breakAfter: // calls that were under way when it broke change nothing
	case f.Class == u.last:
		u.streak++
	default:
		u.streak, u.last = 1, f.Class
	}
	return string(f.Class) + ": " + f.Message
}

// each runs f for the numbers below n, some at a time.
func (u *unit) each(n int, f func(i int)) {
	var all sync.WaitGroup
	next := make(chan int)
	for range min(n, u.scope.Workers) {
		all.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

// convert copies what a record keeps of the SDK's value: their fields have the same names.
func convert[T any](from any) (to T, err error) {
	b, err := json.Marshal(from)
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal(b, &to)
}

// A record is one element of a list, which has it once.
type record interface{ ID() string }

// list reads all pages of a list. It returns what was read even if it ends early. Pages that shift while they are
// read bring elements twice; a page with a marker and nothing new is one too many.
func list[T record](
	u *unit,
	api string,
	page func(ctx context.Context, marker *string) (any, *string, error),
) (all []T, v verdict) {
	seen := map[string]bool{}
	_, v = call(u, api, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, pages(func(marker *string) (*string, error) {
			items, next, err := page(ctx, marker)
			if err != nil {
				return nil, err
			}
			records, err := convert[[]T](items)
			if err != nil {
				return nil, errors.Join(errForeign, err)
			}
			before := len(all)
			for _, r := range records {
				if !seen[r.ID()] {
					all = append(all, r)
				}
				seen[r.ID()] = true
			}
			if len(records) > 0 && len(all) == before && aws.ToString(next) != "" {
				return nil, errPages
			}
			return next, nil
		})
	})
	return all, v
}
