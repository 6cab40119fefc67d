package records

import (
	"bytes"
	"encoding/json"
	"sync/atomic"

	"github.com/wslint/wslint/internal/parallel"
)

// document decodes the first JSON text in src if it is an object with the keys of a Document and no others, each once,
// as wslint snapshot and the AWS command line write it: the entries of its lists on all processors, for there are as
// many as an organisation has load balancers. n is how long the text is; ok is false for any other text, and for one
// in which something is wrong, of which only decoding it as a whole says what.
func document(src []byte) (d Document, n int, ok bool) {
	c := &cutter{src: src}
	lists := map[string]func(entries [][]byte) bool{
		"LoadBalancers":            func(e [][]byte) bool { return decoded(e, &d.LoadBalancers) },
		"LoadBalancerDescriptions": func(e [][]byte) bool { return decoded(e, &d.LoadBalancerDescriptions) },
		"Listeners":                func(e [][]byte) bool { return decoded(e, &d.Listeners) },
		"Rules":                    func(e [][]byte) bool { return decoded(e, &d.Rules) },
		"TargetGroups":             func(e [][]byte) bool { return decoded(e, &d.TargetGroups) },
	}
	others := map[string]any{
		"Wslint": &d.Wslint, "Taken": &d.Taken, "Scope": &d.Scope, "Coverage": &d.Coverage, "Attributes": &d.Attributes,
		"LoadBalancerArn": &d.LoadBalancerArn, "ListenerArn": &d.ListenerArn, "TargetGroupArn": &d.TargetGroupArn,
		"LoadBalancerName": &d.LoadBalancerName, "TargetHealthDescriptions": &d.TargetHealthDescriptions,
		"LoadBalancerAttributes": &d.LoadBalancerAttributes,
	}
	seen := map[string]bool{}
	ok = c.sequence('{', '}', func() bool {
		quoted := c.value()
		if len(quoted) < 2 || quoted[0] != '"' || !c.take(':') {
			return false
		}
		key := string(quoted[1 : len(quoted)-1])
		if seen[key] {
			return false // the later one is decoded over the former one
		}
		seen[key] = true
		if list := lists[key]; list != nil {
			var entries [][]byte
			return c.sequence('[', ']', func() bool {
				entries = append(entries, c.value())
				return true
			}) && list(entries)
		}
		to := others[key]
		return to != nil && json.Unmarshal(c.value(), to) == nil
	})
	return d, c.at, ok
}

// atOnce is how many entries of a list one processor decodes at a time.
const atOnce = 64

// decoded decodes the entries of a list.
func decoded[T any](entries [][]byte, to *[]T) bool {
	list := make([]T, len(entries))
	var failed atomic.Bool
	parallel.Each(len(list), atOnce, func(i int) {
		if !failed.Load() && json.Unmarshal(entries[i], &list[i]) != nil {
			failed.Store(true)
		}
	})
	*to = list
	return !failed.Load()
}

// A cutter cuts a JSON text into values without looking into them: what it cuts of a text that is no JSON is none
// either.
type cutter struct {
	src []byte
	at  int
}

// blanks passes over blanks.
func (c *cutter) blanks() {
	for c.at < len(c.src) && isBlank(c.src[c.at]) {
		c.at++
	}
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// take passes over blanks and a character, if that is next.
func (c *cutter) take(char byte) bool {
	if c.blanks(); c.at == len(c.src) || c.src[c.at] != char {
		return false
	}
	c.at++
	return true
}

// sequence takes what stands between brackets: entries with commas between them.
func (c *cutter) sequence(begin, end byte, entry func() bool) bool {
	if !c.take(begin) {
		return false
	}
	if c.take(end) {
		return true
	}
	for entry() {
		if c.take(end) {
			return true
		}
		if !c.take(',') {
			return false
		}
	}
	return false
}

// value cuts the next value off.
func (c *cutter) value() []byte {
	c.blanks()
	from, depth := c.at, 0
	for ; c.at < len(c.src); c.at++ {
		switch c.src[c.at] {
		case '"':
			c.quoted()
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return c.src[from:c.at]
			}
			continue
		default:
			continue
		}
		switch {
		case depth < 0:
			return c.src[from:c.at]
		case depth == 0:
			c.at++
			return c.src[from:c.at]
		}
	}
	return c.src[from:c.at]
}

// quoted passes over a text in quotes, up to the last one.
func (c *cutter) quoted() {
	for {
		i := bytes.IndexByte(c.src[c.at+1:], '"')
		if i < 0 {
			c.at = len(c.src) - 1
			return
		}
		c.at += 1 + i
		before := c.at
		for c.src[before-1] == '\\' {
			before--
		}
		if (c.at-before)%2 == 0 {
			return
		}
	}
}
