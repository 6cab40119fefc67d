package awscheck

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// Shape is all that a handshake can meet of a load balancer but names and places; two with one shape fare alike. words
// are these names and places. The shape is "" where what becomes of a handshake may hang on a name, and of a load
// balancer that files describe, whose places differ in more than the file.
func (lb *LoadBalancer) Shape() (shape string, words []string) {
	s := shaper{key: make([]byte, 0, 1024)}
	if s.balancer(lb); s.single {
		return "", nil
	}
	s.order()
	sum := sha256.Sum256(s.key)
	return string(sum[:]), s.words
}

// Blank is a load balancer of the same shape whose names and places are marks, of which Filled makes those of another
// one.
func (lb *LoadBalancer) Blank() hop.Source {
	s := shaper{blank: true}
	own := *lb
	s.balancer(&own)
	return &own
}

// firstMark begins the marks of the private use area: as many of one character as the word has that it stands for, so
// that a text with it is as long.
const firstMark, marks = 0xE000, 0xF8FF - 0xE000

// Filled carries what is said of a Blank over to a load balancer of the same shape with other words.
func (lb *LoadBalancer) Filled(words []string) hop.Move {
	fill := func(text string) (string, bool) { return filled(text, words) }
	return hop.Move{
		Name: fill,
		Text: fill,
		Pos: func(p hop.Pos) (_ hop.Pos, ok bool) {
			p.File, ok = fill(p.File)
			return p, ok
		},
		Edit: func(e hop.Edit) (hop.Edit, bool) { return e, false },
	}
}

// filled is a text with words in the place of their marks; false where a mark is not whole.
func filled(text string, words []string) (string, bool) {
	isMark := func(r rune) bool { return r >= firstMark && r < firstMark+marks }
	i := strings.IndexFunc(text, isMark)
	if i < 0 {
		return text, true
	}
	out := make([]byte, 0, 512)
	for ; i >= 0; i = strings.IndexFunc(text, isMark) {
		out, text = append(out, text[:i]...), text[i:]
		k := int([]rune(text[:3])[0]) - firstMark
		if k >= len(words) {
			return "", false
		}
		rest, whole := strings.CutPrefix(text, mark(k, words[k]))
		if !whole {
			return "", false
		}
		out, text = append(out, words[k]...), rest
	}
	return string(append(out, text...)), true
}

func mark(k int, word string) string { return strings.Repeat(string(rune(firstMark+k)), len(word)) }

// A shaper goes through a load balancer and writes its shape down, or puts marks in the place of its words.
type shaper struct {
	key    []byte
	words  []string
	single bool // it is like no other
	blank  bool
	groups []*TargetGroup // those that it went through
	blanks []*TargetGroup // and what they are then
	places []string
}

// own is a list of its own for a blank.
func own[T any](s *shaper, list []T) []T {
	if s.blank {
		return slices.Clone(list)
	}
	return list
}

// text writes down what is no name.
func (s *shaper) text(list ...string) {
	for _, t := range list {
		s.number(len(t))
		s.key = append(s.key, t...)
		s.single = s.single || strings.IndexFunc(t, func(r rune) bool { return r >= 0x80 }) >= 0
	}
}

func (s *shaper) number(list ...int) {
	for _, n := range list {
		s.key = binary.AppendVarint(s.key, int64(n))
	}
}

func (s *shaper) truth(list ...bool) {
	for _, b := range list {
		n := 0
		if b {
			n = 1
		}
		s.number(n)
	}
}

// word writes down which word of the load balancer it is, and how long. One that is more than a name stays what it is.
func (s *shaper) word(w *string) {
	k := slices.Index(s.words, *w)
	if k < 0 && !isPlainName(*w) {
		s.number(0)
		s.text(*w)
		return
	}
	if k < 0 {
		k = len(s.words)
		s.words = append(s.words, *w)
		s.single = s.single || k >= marks
	}
	s.number(k + 1)
	s.number(len(*w))
	if s.blank {
		*w = mark(k, *w)
	}
}

// isPlainName reports whether a name says nothing but what it is called: one of an address leads somewhere.
func isPlainName(name string) bool {
	letters, parted := false, false
	for i := range len(name) {
		switch c := name[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		case c == '.', c == ':':
			parted = true
		case c >= 'g' && c <= 'z', c >= 'G' && c <= 'Z', c == '-', c == '/', c == '_':
			letters = true
		default:
			return false
		}
	}
	return name != "" && name != "localhost" && (letters || !parted)
}

// place writes down a place of which only the ARN may be another.
func (s *shaper) place(p *hop.Pos) {
	s.number(p.Line, p.Col, p.EndCol)
	if !slices.Contains(s.places, p.File) {
		s.places = append(s.places, p.File)
	}
	s.word(&p.File)
}

// order writes down in which order the places are: reports sort by them.
func (s *shaper) order() {
	for _, p := range s.places {
		before := 0
		for _, q := range s.places {
			if q < p {
				before++
			}
		}
		s.number(before)
	}
}

// shapeOf writes down a setting.
func shapeOf[T any](s *shaper, x *hop.Setting[T]) {
	s.single = s.single || x.Set != nil || x.Remove != nil
	s.text(x.Name, x.As, x.Sets, x.Why())
	s.place(&x.Pos)
	v, known := x.Get()
	s.truth(known, x.IsDefault())
	switch v := any(v).(type) {
	case time.Duration:
		s.number(int(v))
	case bool:
		s.truth(v)
	default:
		s.text(fmt.Sprint(v))
	}
}

func (s *shaper) balancer(lb *LoadBalancer) {
	s.single = s.single || len(lb.misfits)+len(lb.ineffective) > 0
	s.single = s.single || slices.ContainsFunc(lb.Listeners, readsHost)
	s.text(string(lb.Kind), lb.Label, lb.ListenersUnknown)
	for _, name := range []*string{&lb.Name, &lb.DNSName, &lb.Account, &lb.Region} {
		s.word(name)
	}
	s.place(&lb.Pos)
	shapeOf(s, &lb.Idle)
	shapeOf(s, &lb.PreserveHost)
	shapeOf(s, &lb.DropInvalid)
	shapeOf(s, &lb.Desync)
	shapeOf(s, &lb.Forwarded)
	shapeOf(s, &lb.WAF)
	shapeOf(s, &lb.Drain)
	s.number(lb.Instances, len(lb.Listeners))
	s.texts(lb.misread)
	s.truth(lb.lacking)
	lb.Listeners = own(s, lb.Listeners)
	for i := range lb.Listeners {
		s.listener(&lb.Listeners[i])
	}
}

func (s *shaper) texts(list []string) {
	s.number(len(list))
	s.text(list...)
}

// readsHost reports whether what a listener does with a handshake may hang on the name that it is for.
func readsHost(l Listener) bool {
	return slices.ContainsFunc(l.Rules, func(r Rule) bool {
		return len(r.Transforms) > 0 || slices.ContainsFunc(r.Conditions, func(c Condition) bool {
			switch c.Field {
			case "path-pattern", "query-string", "source-ip", "http-request-method":
				return false
			case "http-header":
				return strings.EqualFold(c.Header, "Host") || strings.EqualFold(c.Header, "Origin")
			}
			return true
		})
	})
}

func (s *shaper) listener(l *Listener) {
	s.single = s.single || len(l.misfits) > 0
	s.place(&l.Pos)
	s.text(l.Protocol, l.ALPN, l.ClientCerts, l.RulesUnknown, l.InstanceProtocol, l.Behind)
	s.number(l.Port, l.InstancePort, len(l.Rules))
	s.word(&l.Certificate)
	shapeOf(s, &l.Idle)
	shapeOf(s, &l.ProxyProtocol)
	s.texts(l.misread)
	s.truth(l.lacking)
	l.Default = s.actions(l.Default)
	l.Rules = own(s, l.Rules)
	for i := range l.Rules {
		r := &l.Rules[i]
		s.place(&r.Pos)
		s.text(r.Priority)
		s.truth(r.Named)
		s.number(len(r.Conditions), len(r.Transforms))
		for _, c := range r.Conditions {
			s.text(c.Field, c.Header, c.Unknown)
			s.texts(c.Values)
			s.texts(c.Regex)
			s.number(len(c.Query))
			for _, q := range c.Query {
				s.text(q.Key, q.Value)
			}
		}
		r.Actions = s.actions(r.Actions)
	}
}

func (s *shaper) actions(list []Action) []Action {
	list = own(s, list)
	s.number(len(list))
	for i := range list {
		a := &list[i]
		s.text(a.Type, a.OnUnauthenticated, a.Unknown)
		s.number(a.Order, a.Status, len(a.Groups), a.Redirect.Status)
		s.truth(a.Sticky)
		shapeOf(s, &a.Keeps)
		to := a.Redirect
		s.text(to.Protocol, to.Host, to.Port, to.Path, to.Query, to.Unknown)
		a.Groups = own(s, a.Groups)
		for k := range a.Groups {
			w := &a.Groups[k]
			s.word(&w.Name)
			s.text(w.Why)
			s.number(w.Weight)
			s.truth(w.Group != nil)
			if w.Group != nil {
				w.Group = s.group(w.Group)
			}
		}
	}
	return list
}

// group writes a target group down where it is met first.
func (s *shaper) group(g *TargetGroup) *TargetGroup {
	i := slices.Index(s.groups, g)
	s.truth(i >= 0)
	if i >= 0 {
		s.place(&hop.Pos{File: g.Pos.File}) // which one it is
		return s.blanks[i]
	}
	s.groups = append(s.groups, g)
	if s.blank {
		blank := *g
		g = &blank
	}
	s.blanks = append(s.blanks, g)
	s.place(&g.Pos)
	s.word(&g.Name)
	s.text(g.Protocol, g.Version, g.Type, g.Unknown, g.HealthPath, g.Matcher, g.HealthUnknown)
	s.number(g.Port, g.ControlPort, len(g.Health))
	shapeOf(s, &g.ProxyProtocol)
	shapeOf(s, &g.PreserveClient)
	shapeOf(s, &g.Drain)
	shapeOf(s, &g.DrainCuts)
	shapeOf(s, &g.Sticky)
	shapeOf(s, &g.Keeps)
	for _, h := range g.Health {
		s.text(h.State, h.Reason, h.Description)
	}
	s.texts(g.misread)
	s.truth(g.lacking)
	s.single = s.single || len(g.misfits) > 0
	return g
}
