package live

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
)

// What is asked of the aggregator. Attributes are not searchable, and come with the items all the same.
const (
	selectBalancers = "SELECT accountId, awsRegion, arn, resourceId, resourceType, resourceName, configuration, " +
		"supplementaryConfiguration, tags, configurationItemCaptureTime " +
		"WHERE resourceType IN ('AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer')"
	selectAccounts = "SELECT accountId, COUNT(*) GROUP BY accountId"
	// most is what Config answers at a time: results of a query, and resources of BatchGetAggregateResourceConfig.
	most = 100
)

// A spot is one account and region.
type spot struct{ account, region string }

// aggregated reads ALBs and Classic ELBs from an aggregator of AWS Config, at no cost to the load balancers' own API.
// Only the listeners of NLBs are asked for there: their idle timeouts are nowhere else.
func (f *fetch) aggregated(ctx context.Context, cfg aws.Config) error {
	a := &aggregator{
		fetch:  f,
		client: configservice.NewFromConfig(limited(cfg, nil, f.scope.Progress, "config")),
		name:   f.scope.Aggregator,
	}
	a.networks, a.coverage = map[spot][]records.Balancer{}, map[spot]*records.Coverage{}
	var lacking []records.ConfigItem
	n, err := a.query(ctx, selectBalancers, func(i records.ConfigItem) {
		if len(i.SupplementaryConfiguration["LoadBalancerAttributes"]) == 0 && !i.IsNetwork() {
			lacking = append(lacking, i)
			return
		}
		a.add(i) // what Config says beyond that is forgotten: an organisation has very many
	})
	switch {
	case err != nil && n == 0:
		return fmt.Errorf("config:SelectAggregateResourceConfig on aggregator %s: %s", a.name, brief(err))
	case err != nil:
		f.cover(
			records.Coverage{
				Status: records.Unread,
				Faults: []records.Fault{faultOf(ctx, "SelectAggregateResourceConfig", err)},
			},
		)
	case n == 0:
		f.cover(
			records.Coverage{
				Status: records.Unread,
				Faults: []records.Fault{{Class: records.ClassOther, API: "SelectAggregateResourceConfig", Count: 1,
					Message: "the aggregator " + a.name + " knows no load balancer at all: they may not be recorded"}},
			},
		)
	}
	if err := a.missing(ctx, cfg); err != nil {
		f.cover(records.Coverage{Status: records.Unread, Faults: []records.Fault{faultOf(ctx, "ListAccounts", err)}})
	}
	a.complete(ctx, lacking)
	for _, i := range lacking {
		a.add(i)
	}
	var all sync.WaitGroup
	for at, balancers := range a.networks {
		all.Go(func() {
			f.units <- struct{}{}
			defer func() { <-f.units }()
			a.direct(ctx, cfg, at, balancers)
		})
	}
	all.Wait()
	for _, c := range a.coverage {
		f.cover(*c)
	}
	return nil
}

// aggregator is the reading of one aggregator.
type aggregator struct {
	*fetch
	client   *configservice.Client
	name     string
	networks map[spot][]records.Balancer
	coverage map[spot]*records.Coverage
	lock     sync.Mutex
}

// query asks for all pages of a query and hands each result on once; n is how many there were.
func (a *aggregator) query(ctx context.Context, expression string, each func(records.ConfigItem)) (n int, err error) {
	seen := map[[sha256.Size]byte]bool{}
	err = pages(func(marker *string) (*string, error) {
		out, err := a.client.SelectAggregateResourceConfig(ctx, &configservice.SelectAggregateResourceConfigInput{
			ConfigurationAggregatorName: &a.name, Expression: &expression, Limit: most, NextToken: marker,
		})
		if err != nil {
			return nil, err
		}
		for _, r := range out.Results {
			sum := sha256.Sum256([]byte(r))
			if seen[sum] {
				continue
			}
			seen[sum] = true
			var i records.ConfigItem
			if err := json.Unmarshal([]byte(r), &i); err != nil {
				return nil, errors.Join(errForeign, err)
			}
			each(i)
			n++
		}
		return out.NextToken, nil
	})
	return n, err
}

// missing compares the accounts of the organisation with those of which the aggregator has anything.
func (a *aggregator) missing(ctx context.Context, cfg aws.Config) error {
	if !a.scope.Organization {
		return nil
	}
	accounts, err := a.accounts(ctx, cfg)
	if err != nil {
		return err
	}
	recorded := map[string]bool{}
	if _, err := a.query(ctx, selectAccounts, func(i records.ConfigItem) { recorded[i.AccountId] = true }); err != nil {
		return err
	}
	for _, id := range accounts {
		if !recorded[id] {
			a.cover(
				records.Coverage{
					Account: id,
					Status:  records.Unread,
					Faults: []records.Fault{{Class: records.ClassMissing, API: "SelectAggregateResourceConfig", Count: 1,
						Message: "the aggregator " + a.name + " has nothing of this account"}},
				},
			)
		}
	}
	return nil
}

// complete asks for the items whose attributes the query did not bring, resource by resource.
func (a *aggregator) complete(ctx context.Context, items []records.ConfigItem) {
	var lacking []types.AggregateResourceIdentifier
	at := map[string]*records.ConfigItem{}
	for i := range items {
		c := &items[i]
		id := cmp.Or(c.ResourceId, c.Arn)
		at[c.Owner()+c.AwsRegion+id] = c
		lacking = append(lacking, types.AggregateResourceIdentifier{
			ResourceId: &id, ResourceType: types.ResourceType(c.ResourceType), SourceAccountId: aws.String(c.Owner()),
			SourceRegion: aws.String(c.AwsRegion),
		})
	}
	for some := range slices.Chunk(lacking, most) {
		out, err := a.client.BatchGetAggregateResourceConfig(
			ctx,
			&configservice.BatchGetAggregateResourceConfigInput{
				ConfigurationAggregatorName: &a.name,
				ResourceIdentifiers:         some,
			},
		)
		if err != nil {
			a.cover(
				records.Coverage{
					Status: records.Unread,
					Faults: []records.Fault{faultOf(ctx, "BatchGetAggregateResourceConfig", err)},
				},
			)
			return
		}
		for _, b := range out.BaseConfigurationItems {
			c := at[aws.ToString(b.AccountId)+aws.ToString(b.AwsRegion)+aws.ToString(b.ResourceId)]
			if c == nil {
				continue
			}
			c.SupplementaryConfiguration = map[string]json.RawMessage{}
			for k, v := range b.SupplementaryConfiguration {
				c.SupplementaryConfiguration[k] = json.RawMessage(v)
			}
		}
	}
}

// add puts an item into the snapshot; NLBs wait for their listeners.
func (a *aggregator) add(i records.ConfigItem) {
	d, ok := i.Document()
	if !ok || len(d.LoadBalancers)+len(d.LoadBalancerDescriptions) == 0 {
		return
	}
	where := spot{i.Owner(), i.AwsRegion}
	c := a.coverage[where]
	if c == nil {
		c = &records.Coverage{Account: where.account, Region: where.region, Status: records.Complete}
		a.coverage[where] = c
	}
	whole := false
	for n := range d.LoadBalancers {
		b := &d.LoadBalancers[n]
		if !awscheck.Picks(a.scope.Filters, b.LoadBalancerName, b.LoadBalancerArn, i.Tags) {
			d.LoadBalancers = nil
			break
		}
		if b.Type == string(awscheck.Network) {
			a.networks[where] = append(a.networks[where], *b)
			d.LoadBalancers = nil
			break
		}
		b.Unread = records.Missing{"listeners": "AWS Config was asked for timeouts only"}
		whole = b.Attributes != nil
	}
	for n := range d.LoadBalancerDescriptions {
		b := &d.LoadBalancerDescriptions[n]
		b.Partition = a.me.partition
		if !awscheck.Picks(a.scope.Filters, b.LoadBalancerName, b.ARN(), i.Tags) {
			d.LoadBalancerDescriptions = nil
			break
		}
		whole = b.LoadBalancerAttributes != nil
	}
	if len(d.LoadBalancers)+len(d.LoadBalancerDescriptions) == 0 {
		return
	}
	a.scope.Progress.LoadBalancers.Add(1)
	count(c, whole, i)
	d.Taken = a.doc.Taken
	a.doc.Add(d)
}

// count counts one load balancer of an aggregator.
func count(c *records.Coverage, whole bool, i records.ConfigItem) {
	c.Listed++
	if t := i.ConfigurationItemCaptureTime; t != "" && (c.Oldest == "" || t < c.Oldest) {
		c.Oldest = t
	}
	if whole {
		c.Read++
		return
	}
	c.Status = records.Partial
	c.Faults = records.AddFault(
		c.Faults,
		records.Fault{
			Class:   records.ClassMissing,
			API:     "SelectAggregateResourceConfig",
			Count:   1,
			Message: i.ResourceName + ": the item has no attributes",
		},
	)
}

// direct asks the load balancers' own API for what hangs on the NLBs of one account and region.
func (a *aggregator) direct(ctx context.Context, cfg aws.Config, at spot, balancers []records.Balancer) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	got := records.Coverage{Account: at.account, Region: at.region, Status: records.Unread, Listed: len(balancers)}
	cfg, fault := a.enter(ctx, cfg, at.account)
	if fault != nil {
		got.Faults = []records.Fault{*fault}
	} else {
		cfg = cfg.Copy()
		cfg.Region = at.region
		ctx, cancel := context.WithTimeout(ctx, a.scope.RegionTimeout)
		defer cancel()
		u := newUnit(ctx, stop, cfg, a.scope, a.me.partition, at.account, at.region)
		u.lists = 1
		u.details(balancers)
		got = u.coverage()
		a.fetch.mu.Lock()
		a.doc.Add(u.doc)
		a.fetch.mu.Unlock()
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	c := a.coverage[at]
	c.Listed, c.Read, c.Faults = c.Listed+got.Listed, c.Read+got.Read, append(c.Faults, got.Faults...)
	if got.Status != records.Complete && c.Status == records.Complete {
		c.Status = got.Status
		if c.Read > 0 {
			c.Status = records.Partial
		}
	}
}
