package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// errNothing is what a file gives that is JSON and holds no load balancers.
var errNothing = errors.New(
	"there is no load balancer in it: want a snapshot of wslint, the output of aws elbv2 describe-…, CloudMapper's " +
		"folders or items of AWS Config",
)

// Read reads what wslint snapshot wrote, or what other programs wrote about load balancers: one or several JSON texts.
func Read(src []byte) (Document, error) {
	docs, err := readDocuments(src)
	if err != nil {
		return Document{}, err
	}
	return join(docs)
}

// readDocuments decodes JSON texts one after the other. They may be UTF-16, as PowerShell's > writes them.
func readDocuments(src []byte) ([]Document, error) {
	var docs []Document
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		var err error
		if src, err = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(src); err != nil {
			return nil, err
		}
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	for {
		if d, n, ok := document(src); ok && d.Wslint <= Version {
			docs, src = append(docs, d), src[n:]
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(src))
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
		src = src[dec.InputOffset():]
	}
}

// appendDocuments understands one JSON text: a document of the API, items of AWS Config, or a list of either.
func appendDocuments(docs []Document, raw json.RawMessage) ([]Document, error) {
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
			if d, ok := i.Document(); ok {
				docs = append(docs, d)
			}
		}
		return docs, nil
	}
	var d Document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("not understood: %w", err)
	}
	if d.Wslint > Version {
		return nil, fmt.Errorf("a newer wslint wrote it (format %d, this one knows %d)", d.Wslint, Version)
	}
	return append(docs, d), nil
}

// join puts lists together and attributes where they belong.
func join(docs []Document) (Document, error) {
	var all Document
	for _, d := range docs {
		all.Add(d)
	}
	if slices.ContainsFunc(docs, Document.answers) {
		i := all.index()
		for _, d := range docs {
			i.attach(d)
		}
	}
	if all.Wslint == 0 && len(all.LoadBalancers)+len(all.LoadBalancerDescriptions) == 0 {
		return all, errNothing
	}
	return all, nil
}

// Add appends the lists of another document.
func (d *Document) Add(o Document) {
	d.Wslint = max(d.Wslint, o.Wslint)
	if o.Taken.After(d.Taken) {
		d.Taken = o.Taken
	}
	d.Coverage = append(d.Coverage, o.Coverage...)
	if o.Wslint > 0 {
		d.Scope = o.Scope
	}
	d.LoadBalancers = joined(d.LoadBalancers, o.LoadBalancers)
	d.LoadBalancerDescriptions = joined(d.LoadBalancerDescriptions, o.LoadBalancerDescriptions)
	d.Listeners = joined(d.Listeners, o.Listeners)
	d.Rules = joined(d.Rules, o.Rules)
	d.TargetGroups = joined(d.TargetGroups, o.TargetGroups)
}

// joined is one list of two; the only one there is stays where it is.
func joined[T any](list, more []T) []T {
	if len(list) == 0 && len(more) > 0 {
		return more
	}
	return append(list, more...)
}

// answers reports whether a document is an answer about one resource.
func (d Document) answers() bool {
	return d.LoadBalancerAttributes != nil || d.TargetHealthDescriptions != nil || d.Attributes != nil
}

// An index finds the resources of a document by what the answers about one name it by. A file may hold one resource
// more than once, so the places are lists.
type index struct {
	of                                    *Document
	balancers, classic, listeners, groups map[string][]int
}

func (d *Document) index() index {
	return index{
		d, placesOf(d.LoadBalancers), placesOf(d.LoadBalancerDescriptions), placesOf(d.Listeners), placesOf(d.TargetGroups),
	}
}

// placesOf are the places of each resource in a list.
func placesOf[T interface{ ID() string }](list []T) map[string][]int {
	at := make(map[string][]int, len(list))
	for i, x := range list {
		at[x.ID()] = append(at[x.ID()], i)
	}
	return at
}

// attach puts the attributes of one answer on the resource whose ARN stands beside them.
func (x *index) attach(from Document) {
	d := x.of
	switch {
	case from.LoadBalancerAttributes != nil:
		for _, i := range x.classic[from.LoadBalancerName] {
			d.LoadBalancerDescriptions[i].LoadBalancerAttributes = from.LoadBalancerAttributes
		}
	case from.TargetHealthDescriptions != nil:
		for _, i := range x.groups[from.TargetGroupArn] {
			d.TargetGroups[i].Health = from.TargetHealthDescriptions
		}
	case from.Attributes == nil:
	case strings.Contains(from.ListenerArn, ":listener/"):
		for _, i := range x.listeners[from.ListenerArn] {
			d.Listeners[i].Attributes = from.Attributes
		}
	case from.TargetGroupArn != "":
		for _, i := range x.groups[from.TargetGroupArn] {
			d.TargetGroups[i].Attributes = from.Attributes
		}
	case from.LoadBalancerArn != "":
		at := x.balancers[from.LoadBalancerArn]
		if len(at) > 0 {
			d.LoadBalancers[at[0]].Attributes = from.Attributes
			return
		}
		x.balancers[from.LoadBalancerArn] = []int{len(d.LoadBalancers)}
		d.LoadBalancers = append(
			d.LoadBalancers,
			Balancer{LoadBalancerArn: from.LoadBalancerArn, Attributes: from.Attributes},
		)
	}
}
