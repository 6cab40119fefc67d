// Package live reads the load balancers of AWS accounts as they are, through the load balancers' own API or an
// aggregator of AWS Config. It only reads.
package live

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
)

// Fetch reads what is in scope of live accounts. Its error means that it could not even begin; whatever goes wrong
// later is in the Coverage, together with all that was read. It never writes to AWS.
func Fetch(ctx context.Context, cfg aws.Config, scope Scope) (*awscheck.Snapshot, error) {
	scope = scope.complete()
	cfg = prepare(cfg, scope)
	me, err := whoami(ctx, cfg)
	if err != nil {
		return nil, err
	}
	f := &fetch{scope: scope, me: me, units: make(chan struct{}, scope.Concurrency)}
	f.doc.Taken = scope.Now().UTC()
	read := f.direct
	if scope.Aggregator != "" {
		read = f.aggregated
	}
	if err := read(ctx, cfg); err != nil {
		return nil, err
	}
	f.doc.Wslint, f.doc.Coverage, f.doc.Scope = records.Version, f.coverage, scope.record()
	return awscheck.New(f.doc), nil
}

// fetch is a Fetch under way.
type fetch struct {
	scope Scope
	me    caller
	units chan struct{} // one for each region that is being read

	mu       sync.Mutex
	doc      records.Document
	coverage []records.Coverage
}

// A caller is whose credentials are in use.
type caller struct{ partition, account string }

func whoami(ctx context.Context, cfg aws.Config) (caller, error) {
	if cfg.Region == "" {
		return caller{}, errNoRegion
	}
	// Somebody waits who may just be offline: seconds are enough to find that out, where a call in the middle of an
	// audit tries for longer.
	few := func(o *sts.Options) { o.RetryMaxAttempts = 3 }
	out, err := sts.NewFromConfig(cfg, few).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return caller{}, plainLogin(err)
	}
	id, err := arn.Parse(aws.ToString(out.Arn))
	if err != nil {
		return caller{}, fmt.Errorf("sts:GetCallerIdentity names no identity: %q", aws.ToString(out.Arn))
	}
	return caller{id.Partition, aws.ToString(out.Account)}, nil
}

// direct reads everything from the load balancers' own API.
func (f *fetch) direct(ctx context.Context, cfg aws.Config) error {
	accounts, err := f.accounts(ctx, cfg)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	slots := make(chan struct{}, f.scope.Concurrency)
	for _, id := range accounts {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			f.account(ctx, cfg, id)
		})
	}
	all.Wait()
	return nil
}

// account reads all regions of one account.
func (f *fetch) account(ctx context.Context, cfg aws.Config, id string) {
	f.scope.Progress.Accounts.Add(1)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	cfg, fault := f.enter(ctx, cfg, id)
	if fault != nil {
		f.cover(records.Coverage{Account: id, Status: records.Unread, Faults: []records.Fault{*fault}})
		return
	}
	regions, rest := f.regions(ctx, cfg, id)
	f.cover(rest...)
	f.scope.Progress.Regions.Add(int64(len(regions)))
	var all sync.WaitGroup
	for _, region := range regions {
		all.Go(func() {
			f.units <- struct{}{}
			defer func() { <-f.units }()
			f.region(ctx, stop, cfg, id, region)
		})
	}
	all.Wait()
}

// enter assumes the role in an account, unless it is the caller's own.
func (f *fetch) enter(ctx context.Context, cfg aws.Config, id string) (aws.Config, *records.Fault) {
	if id == f.me.account {
		return cfg, nil
	}
	role := "arn:" + f.me.partition + ":iam::" + id + ":role/" + f.scope.RoleName
	cfg = assume(cfg, role, f.scope.ExternalID)
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, &records.Fault{
			Class:   classify(err),
			API:     "AssumeRole",
			Count:   1,
			Message: brief(err) + " (" + role + ")",
		}
	}
	return cfg, nil
}

// assume is cfg with the credentials of a role.
func assume(cfg aws.Config, role, externalID string) aws.Config {
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "wslint-audit"
		if externalID != "" {
			o.ExternalID = &externalID
		}
	})
	cfg = cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(provider)
	return cfg
}

// region reads one region of an account within its time.
func (f *fetch) region(ctx context.Context, stop context.CancelCauseFunc, cfg aws.Config, account, region string) {
	defer f.scope.Progress.RegionsDone.Add(1)
	ctx, cancel := context.WithTimeout(ctx, f.scope.RegionTimeout)
	defer cancel()
	cfg = cfg.Copy()
	cfg.Region = region
	u := newUnit(ctx, stop, cfg, f.scope, f.me.partition, account, region)
	u.run()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.doc.Add(u.doc)
	f.coverage = append(f.coverage, u.coverage())
}

func (f *fetch) cover(list ...records.Coverage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.coverage = append(f.coverage, list...)
}

// faultOf says why a call failed, given the context it ran in.
func faultOf(ctx context.Context, api string, err error) records.Fault {
	fault := records.Fault{Class: classify(err), API: api, Count: 1, Message: brief(err)}
	var expired *expiredError
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &expired):
		fault.Class, fault.Message = records.ClassExpired, expired.message
	case errors.Is(cause, context.DeadlineExceeded):
		fault.Class, fault.Message = records.ClassDeadline, "the region's time is over: --timeout gives it more"
	case errors.Is(cause, context.Canceled):
		fault.Class, fault.Message = records.ClassCanceled, "by a signal"
	}
	return fault
}

// An expiredError stops an account whose credentials ended: every further call would fail.
type expiredError struct{ message string }

func (e *expiredError) Error() string { return e.message }
