package records

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// ReadDirectory reads all files of a folder that hold something about load balancers. CloudMapper's folders are known
// by their names: <region>/elbv2-describe-load-balancer-attributes/<ARN, URL-encoded> holds attributes alone.
func ReadDirectory(dir fs.FS) (Document, error) {
	var docs []Document
	err := fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !relevant(name) {
			return err
		}
		src, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		list, err := readDocuments(src)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for i := range list {
			place(&list[i], name)
		}
		docs = append(docs, list...)
		return nil
	})
	if err != nil {
		return Document{}, err
	}
	return join(docs)
}

// relevant picks the files of a folder that may hold load balancers.
func relevant(name string) bool {
	return strings.HasSuffix(name, ".json") || strings.Contains(path.Base(path.Dir(name)), "elb")
}

// place fills in what only the name of a file says: whose attributes it holds, and of which region.
func place(d *Document, name string) {
	folder, base := path.Base(path.Dir(name)), path.Base(name)
	if of, err := url.PathUnescape(strings.TrimSuffix(base, ".json")); err == nil {
		switch {
		case strings.HasPrefix(folder, "elbv2-describe-load-balancer-attributes"):
			d.LoadBalancerArn = cmp.Or(d.LoadBalancerArn, of)
		case strings.HasPrefix(folder, "elbv2-describe-listener-attributes"):
			d.ListenerArn = cmp.Or(d.ListenerArn, of)
		case strings.HasPrefix(folder, "elbv2-describe-target-group-attributes"):
			d.TargetGroupArn = cmp.Or(d.TargetGroupArn, of)
		case strings.HasPrefix(folder, "elbv2-describe-target-health"):
			d.TargetGroupArn = cmp.Or(d.TargetGroupArn, of)
		case strings.HasPrefix(folder, "elb-describe-load-balancer-attributes"):
			d.LoadBalancerName = cmp.Or(d.LoadBalancerName, of)
		}
	}
	for i := range d.LoadBalancerDescriptions {
		if c := &d.LoadBalancerDescriptions[i]; strings.HasPrefix(base, "elb-describe-load-balancers") &&
			strings.Count(folder, "-") >= 2 {
			c.Region = cmp.Or(c.Region, folder)
		}
	}
}

// A ConfigItem is a resource as AWS Config recorded it. Of both spellings of a field one is filled.
type ConfigItem struct {
	ResourceType                 string
	Arn                          string
	AccountId                    string
	AwsAccountId                 string
	AwsRegion                    string
	ResourceName                 string
	ResourceId                   string
	Tags                         configTags
	ConfigurationItemStatus      string
	ConfigurationItemCaptureTime string
	Configuration                json.RawMessage
	SupplementaryConfiguration   map[string]json.RawMessage
}

// Owner is the account that the resource is in.
func (i ConfigItem) Owner() string { return cmp.Or(i.AccountId, i.AwsAccountId) }

// IsNetwork reports whether the item is an NLB, by its ARN: of those Config has nothing that matters.
func (i ConfigItem) IsNetwork() bool { return strings.Contains(i.Arn, ":loadbalancer/net/") }

// configTags are tags as an object, or as the list that queries give.
type configTags map[string]string

// UnmarshalJSON reads {"team": "chat"} and [{"key": "team", "value": "chat"}].
func (t *configTags) UnmarshalJSON(b []byte) error {
	var list []Attribute
	if json.Unmarshal(b, &list) == nil {
		*t = ByKey(list)
		return nil
	}
	return json.Unmarshal(b, (*map[string]string)(t))
}

// ofConfig are the keys by which configItems knows a text, in small letters.
var ofConfig = []string{"configuration", "results", "invokingevent", "resourcetype"}

// configItems finds the items in a text: alone, in the files that Config delivers, in the answers of its queries, in
// the events of its rules. ok is false when the text is something else.
func configItems(raw json.RawMessage) (items []ConfigItem, ok bool) {
	// Most texts are of the API, and decoding them twice takes twice the time.
	lower := bytes.ToLower(raw)
	if !slices.ContainsFunc(ofConfig, func(key string) bool { return bytes.Contains(lower, []byte(key)) }) {
		return nil, false
	}
	var top struct {
		ConfigItem
		ConfigurationItem      *ConfigItem
		ConfigurationItems     []ConfigItem
		BaseConfigurationItems []ConfigItem
		Results                []string
		InvokingEvent          string
		Data                   json.RawMessage
	}
	if json.Unmarshal(raw, &top) != nil {
		return nil, false
	}
	switch {
	case top.ConfigurationItem != nil:
		return []ConfigItem{*top.ConfigurationItem}, true
	case len(top.ConfigurationItems) > 0:
		return top.ConfigurationItems, true
	case len(top.BaseConfigurationItems) > 0:
		return top.BaseConfigurationItems, true
	case len(top.Results) > 0:
		for _, r := range top.Results {
			var i ConfigItem
			if json.Unmarshal([]byte(r), &i) != nil {
				// What it was nobody knows: it counts as a load balancer that was not read.
				i = ConfigItem{ResourceType: "AWS::ElasticLoadBalancingV2::LoadBalancer"}
			}
			items = append(items, i)
		}
		return items, true
	case top.InvokingEvent != "":
		return configItems(json.RawMessage(top.InvokingEvent))
	case top.ResourceType != "" || len(top.Configuration) > 0:
		return []ConfigItem{top.ConfigItem}, true
	}
	return nil, false
}

// plain unwraps JSON that is written as a string, which some answers of Config do.
func plain(raw json.RawMessage) json.RawMessage {
	var s string
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return json.RawMessage(s)
	}
	return raw
}

// misunderstood is why an item, or a part of it, counts as not read.
const misunderstood = "AWS Config has it in a form that is not understood"

// Document is the item as the API would answer; ok is false for other resources and deleted ones.
func (i ConfigItem) Document() (d Document, ok bool) {
	if strings.HasPrefix(i.ConfigurationItemStatus, "ResourceDeleted") {
		return d, false
	}
	configuration, attrs := plain(i.Configuration), plain(i.SupplementaryConfiguration["LoadBalancerAttributes"])
	switch {
	case strings.HasSuffix(i.ResourceType, "V2::LoadBalancer") || i.ResourceType == "" &&
		strings.Contains(i.Arn, ":loadbalancer/app/"):
		var b Balancer
		if json.Unmarshal(configuration, &b) != nil {
			b = Balancer{Unread: Missing{"attributes": misunderstood, "listeners": misunderstood}}
		}
		b.LoadBalancerArn, b.Captured = cmp.Or(b.LoadBalancerArn, i.Arn), i.ConfigurationItemCaptureTime
		if len(attrs) > 0 && json.Unmarshal(attrs, &b.Attributes) != nil {
			b.Unread = Missing{"attributes": misunderstood}
		}
		d.LoadBalancers = []Balancer{b}
	case strings.HasSuffix(i.ResourceType, "ElasticLoadBalancing::LoadBalancer"):
		var c Classic
		if json.Unmarshal(configuration, &c) != nil {
			c = Classic{Unread: Missing{"attributes": misunderstood}}
		}
		c.LoadBalancerName, c.Account, c.Region = cmp.Or(c.LoadBalancerName, i.ResourceName), i.Owner(), i.AwsRegion
		c.Captured = i.ConfigurationItemCaptureTime
		if len(attrs) > 0 {
			c.LoadBalancerAttributes = &ClassicAttributes{}
			if json.Unmarshal(attrs, c.LoadBalancerAttributes) != nil {
				c.LoadBalancerAttributes, c.Unread = nil, Missing{"attributes": misunderstood}
			}
		}
		d.LoadBalancerDescriptions = []Classic{c}
	case strings.HasSuffix(i.ResourceType, "V2::Listener"):
		// Where attributes are recorded they have the names that CloudFormation has for them.
		var l struct {
			Listener
			ListenerAttributes []Attribute
		}
		if json.Unmarshal(configuration, &l) != nil {
			return d, false
		}
		if l.Attributes == nil {
			l.Attributes = l.ListenerAttributes
		}
		d.Listeners = []Listener{l.Listener}
	case strings.HasSuffix(i.ResourceType, "V2::TargetGroup"):
		var g struct {
			Group
			TargetGroupAttributes []Attribute
			Name                  string
		}
		if json.Unmarshal(configuration, &g) != nil {
			return d, false
		}
		if g.Attributes == nil {
			g.Attributes = g.TargetGroupAttributes
		}
		g.TargetGroupName = cmp.Or(g.TargetGroupName, g.Name)
		d.TargetGroups = []Group{g.Group}
	default:
		return d, false
	}
	if t, err := time.Parse(time.RFC3339, i.ConfigurationItemCaptureTime); err == nil {
		d.Taken = t
	}
	return d, true
}
