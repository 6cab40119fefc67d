package awscheck

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Write writes a snapshot as JSON; what it holds is configuration, no credentials.
func (s *Snapshot) Write(w io.Writer) error {
	d := s.doc
	d.Wslint, d.Taken, d.Coverage = version, s.Taken, s.Coverage
	slices.SortFunc(d.LoadBalancers, func(a, b balancerRecord) int { return cmp.Compare(a.LoadBalancerArn, b.LoadBalancerArn) })
	slices.SortFunc(d.LoadBalancerDescriptions, func(a, b classicRecord) int { return cmp.Compare(a.arn(), b.arn()) })
	slices.SortFunc(d.Listeners, func(a, b listenerRecord) int { return cmp.Compare(a.ListenerArn, b.ListenerArn) })
	slices.SortFunc(d.Rules, func(a, b ruleRecord) int { return cmp.Compare(a.RuleArn, b.RuleArn) })
	slices.SortFunc(d.TargetGroups, func(a, b groupRecord) int { return cmp.Compare(a.TargetGroupArn, b.TargetGroupArn) })
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(d)
}

// errNothing is what a file gives that is JSON and holds no load balancers.
var errNothing = errors.New("there is no load balancer in it: want a snapshot of wslint, the output of aws elbv2 describe-…, CloudMapper's folders or items of AWS Config")

// ReadSnapshot reads what wslint snapshot wrote, or what other programs wrote about load balancers: one or several JSON texts.
func ReadSnapshot(src []byte) (*Snapshot, error) {
	docs, err := readDocuments(src)
	if err != nil {
		return nil, err
	}
	return joined(docs)
}

// joined makes one snapshot of several documents.
func joined(docs []document) (*Snapshot, error) {
	d := join(docs)
	if d.Wslint == 0 && len(d.LoadBalancers)+len(d.LoadBalancerDescriptions) == 0 {
		return nil, errNothing
	}
	s := newSnapshot(d)
	if d.Wslint == 0 {
		s.coverFromFile()
	}
	return s, nil
}

// readDocuments decodes JSON texts one after the other.
func readDocuments(src []byte) ([]document, error) {
	var docs []document
	dec := json.NewDecoder(bytes.NewReader(src))
	for {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		switch {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, fmt.Errorf("not JSON, or cut short: %w", err)
		}
		if docs, err = appendDocuments(docs, raw); err != nil {
			return nil, err
		}
	}
}

// appendDocuments understands one JSON text: a document of the API, items of AWS Config, or a list of either.
func appendDocuments(docs []document, raw json.RawMessage) ([]document, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		for _, one := range list {
			var err error
			if docs, err = appendDocuments(docs, one); err != nil {
				return nil, err
			}
		}
		return docs, nil
	}
	if items, ok := configItems(raw); ok {
		for _, i := range items {
			if d, ok := i.document(); ok {
				docs = append(docs, d)
			}
		}
		return docs, nil
	}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("not understood: %w", err)
	}
	if d.Wslint > version {
		return nil, fmt.Errorf("a newer wslint wrote it (format %d, this one knows %d)", d.Wslint, version)
	}
	return append(docs, d), nil
}

// join puts lists together and attributes where they belong.
func join(docs []document) document {
	var all document
	for _, d := range docs {
		all.add(d)
	}
	for _, d := range docs {
		all.attach(d)
	}
	return all
}

// add appends the lists of another document.
func (d *document) add(o document) {
	d.Wslint = max(d.Wslint, o.Wslint)
	if o.Taken.After(d.Taken) {
		d.Taken = o.Taken
	}
	d.Coverage = append(d.Coverage, o.Coverage...)
	d.LoadBalancers = append(d.LoadBalancers, o.LoadBalancers...)
	d.LoadBalancerDescriptions = append(d.LoadBalancerDescriptions, o.LoadBalancerDescriptions...)
	d.Listeners = append(d.Listeners, o.Listeners...)
	d.Rules = append(d.Rules, o.Rules...)
	d.TargetGroups = append(d.TargetGroups, o.TargetGroups...)
}

// attach puts the attributes of one answer on the resource whose ARN stands beside them.
func (d *document) attach(from document) {
	switch {
	case from.LoadBalancerAttributes != nil:
		for i := range d.LoadBalancerDescriptions {
			if d.LoadBalancerDescriptions[i].LoadBalancerName == from.LoadBalancerName {
				d.LoadBalancerDescriptions[i].LoadBalancerAttributes = from.LoadBalancerAttributes
			}
		}
	case from.TargetHealthDescriptions != nil:
		for i := range d.TargetGroups {
			if d.TargetGroups[i].TargetGroupArn == from.TargetGroupArn {
				d.TargetGroups[i].Health = from.TargetHealthDescriptions
			}
		}
	case from.Attributes == nil:
	case strings.Contains(from.ListenerArn, ":listener/"):
		for i := range d.Listeners {
			if d.Listeners[i].ListenerArn == from.ListenerArn {
				d.Listeners[i].Attributes = from.Attributes
			}
		}
	case from.TargetGroupArn != "":
		for i := range d.TargetGroups {
			if d.TargetGroups[i].TargetGroupArn == from.TargetGroupArn {
				d.TargetGroups[i].Attributes = from.Attributes
			}
		}
	case from.LoadBalancerArn != "":
		for i := range d.LoadBalancers {
			if d.LoadBalancers[i].LoadBalancerArn == from.LoadBalancerArn {
				d.LoadBalancers[i].Attributes = from.Attributes
				return
			}
		}
		d.LoadBalancers = append(d.LoadBalancers, balancerRecord{LoadBalancerArn: from.LoadBalancerArn, Attributes: from.Attributes})
	}
}

// coverFromFile says what a file of another program holds: the load balancers whose timers are known count as read. What the file
// leaves out of the account nobody knows.
func (s *Snapshot) coverFromFile() {
	at := map[[2]string]int{}
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		k := [2]string{lb.Account, lb.Region}
		n, ok := at[k]
		if !ok {
			n = len(s.Coverage)
			at[k] = n
			s.Coverage = append(s.Coverage, Coverage{Account: lb.Account, Region: lb.Region, Status: Complete})
		}
		c := &s.Coverage[n]
		c.Listed++
		if why := lb.gap(); why != "" {
			c.Status = Partial
			c.Faults = addFault(c.Faults, Fault{Class: ClassMissing, API: "file", Count: 1, Message: lb.Name + ": " + why})
			continue
		}
		c.Read++
	}
}

// gap says what is needed for the timers of a load balancer and not known; "" when nothing is.
func (lb *LoadBalancer) gap() string {
	switch lb.Kind {
	case Application, Classic:
		if _, known := lb.Idle.Get(); !known {
			return lb.Idle.Why()
		}
	case Network:
		for _, l := range lb.Listeners {
			if _, known := l.Idle.Get(); !known {
				return l.Idle.Why()
			}
		}
	}
	return lb.Unread
}

// addFault counts equal faults as one.
func addFault(list []Fault, f Fault) []Fault {
	for i := range list {
		if list[i].Class == f.Class && list[i].API == f.API {
			list[i].Count += f.Count
			return list
		}
	}
	return append(list, f)
}
