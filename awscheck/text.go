package awscheck

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"

	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/internal/parallel"
)

// Forget lets go of what was read, of which the load balancers were made: they cannot be written any more.
func (s *Snapshot) Forget() {
	d := &s.doc
	d.LoadBalancers, d.LoadBalancerDescriptions, d.Listeners, d.Rules, d.TargetGroups = nil, nil, nil, nil, nil
}

// Texts are what a snapshot says, for those who look for secrets in it: what Write writes but for entries that say what
// a former one says, and the names of these.
func (s *Snapshot) Texts() [][]byte {
	d, names := s.doc, &nameList{known: map[string]bool{}}
	d.LoadBalancers = told(d.LoadBalancers, names, func(b *records.Balancer) []*string {
		return []*string{&b.LoadBalancerArn, &b.LoadBalancerName, &b.DNSName}
	})
	d.Listeners = told(d.Listeners, names, func(l *records.Listener) []*string {
		return append(groupNames(&l.DefaultActions), &l.ListenerArn, &l.LoadBalancerArn)
	})
	d.Rules = told(d.Rules, names, func(r *records.Rule) []*string { return append(groupNames(&r.Actions), &r.RuleArn) })
	d.TargetGroups = told(d.TargetGroups, names, func(g *records.Group) []*string {
		list := []*string{&g.TargetGroupArn, &g.TargetGroupName}
		g.LoadBalancerArns = slices.Clone(g.LoadBalancerArns)
		for i := range g.LoadBalancerArns {
			list = append(list, &g.LoadBalancerArns[i])
		}
		return list
	})
	d.LoadBalancerDescriptions = slices.Clone(d.LoadBalancerDescriptions) // Write sorts
	var text bytes.Buffer
	if (&Snapshot{Taken: s.Taken, doc: d}).Write(&text) != nil {
		return nil // what cannot be written in JSON has no text
	}
	return [][]byte{text.Bytes(), names.text.Bytes()}
}

// A nameList is names as JSON has them, each once.
type nameList struct {
	text  bytes.Buffer
	known map[string]bool
}

func (l *nameList) add(name string) {
	if isPlainName(name) && !l.known[name] {
		l.known[name] = true
		l.text.WriteString(`"Name": "` + name + "\",\n")
	}
}

// groupNames are the names of target groups in actions, which are then a list of its own.
func groupNames(actions *[]records.Action) (list []*string) {
	*actions = slices.Clone(*actions)
	for i := range *actions {
		a := &(*actions)[i]
		list = append(list, &a.TargetGroupArn)
		if a.ForwardConfig == nil {
			continue
		}
		forward := *a.ForwardConfig
		forward.TargetGroups = slices.Clone(forward.TargetGroups)
		for k := range forward.TargetGroups {
			list = append(list, &forward.TargetGroups[k].TargetGroupArn)
		}
		a.ForwardConfig = &forward
	}
	return list
}

// told are the entries that say something new beside their names. The names of the others are written down as JSON has
// them.
func told[T any](list []T, names *nameList, namesOf func(*T) []*string) (kept []T) {
	said := make([][sha256.Size]byte, len(list))
	parallel.Each(len(list), 100, func(i int) {
		x := list[i]
		for _, name := range namesOf(&x) {
			if isPlainName(*name) {
				*name = ""
			}
		}
		text, _ := json.Marshal(x)
		said[i] = sha256.Sum256(text)
	})
	known := map[[sha256.Size]byte]bool{}
	for i := range list {
		if !known[said[i]] {
			known[said[i]] = true
			kept = append(kept, list[i])
			continue
		}
		x := list[i]
		for _, name := range namesOf(&x) {
			names.add(*name)
		}
	}
	return kept
}
