package oracle

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// A Realized is a case of a handshake as it can be run: a probe, and files that have to be there or not, that make
// its conditions true.
type Realized struct {
	Case  *hop.Path
	Probe Probe
	files map[string]string // by path: "a file", "a directory", or "" for what is not there
	given []hop.Condition   // those that no request shows
}

// Realize makes the conditions of a case come true in the lab. The error says which one it cannot make true.
func (l *Lab) Realize(p Probe, c *hop.Path) (Realized, error) {
	r := Realized{Case: c, Probe: p, files: map[string]string{}}
	r.Probe.Header, r.Probe.Gates = map[string][]string{}, map[string]int{}
	for name, lines := range p.Header {
		r.Probe.Header[name] = lines
	}
	chosen := map[string]bool{}
	for _, w := range c.When {
		var err error
		if strings.HasPrefix(w.About(), "file ") {
			r.given = append(r.given, w) // no request shows it
		}
		if about := w.About(); about != "" && w.Beyond {
			r.given, err = append(r.given, w), r.beyond(w)
		} else if about != "" && !chosen[about] {
			chosen[about] = true
			err = r.choose(about, c.When)
		} else if about == "" {
			r.given, err = append(r.given, w), r.arrange(l, w)
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// choose sends a value for which all conditions about it hold.
func (r *Realized) choose(about string, when []hop.Condition) error {
	kind, name, _ := strings.Cut(about, " ")
	tries := []string{"", "x", "1", "a", "ws", "v1", "ab", "bz", "xx", "zz", "http://chat.test", "https://chat.test"}
	switch kind {
	case "file":
		tries = []string{"", "a file", "a directory"}
	case "client":
		tries = nil
		for i := 1; i < 40; i++ {
			tries = append(tries, fmt.Sprintf("127.0.0.%d", i))
		}
	}
	if present, sent := r.present(kind, name); sent {
		tries = append([]string{present}, tries...)
	}
	for _, w := range when {
		if w.About() == about {
			tries = append(tries, w.Values()...)
		}
	}
	i := slices.IndexFunc(tries, func(v string) bool {
		return !slices.ContainsFunc(when, func(w hop.Condition) bool { return !w.Fits(about, v) })
	})
	if i < 0 {
		return fmt.Errorf("no value of %s that the lab tries suits all conditions", about)
	}
	return r.send(kind, name, tries[i])
}

// present is what the probe sends anyway.
func (r *Realized) present(kind, name string) (value string, sent bool) {
	if kind != "header" {
		return "", false
	}
	u, err := url.Parse(r.Probe.URL)
	if err != nil {
		return "", false
	}
	v := values(r.Probe.lines(u, u.Scheme == "wss"), name)
	return strings.Join(v, ", "), len(v) > 0
}

// send puts a value into the probe.
func (r *Realized) send(kind, name, value string) error {
	switch {
	case kind == "cookie":
		line := strings.Join(r.Probe.Header["Cookie"], "; ")
		if value != "" {
			line = strings.TrimPrefix(line+"; "+name+"="+value, "; ")
		}
		if line != "" {
			r.Probe.Header["Cookie"] = []string{line}
		}
	case kind == "argument":
		u, err := url.Parse(r.Probe.URL)
		if err != nil || strings.ContainsAny(value, "%&=#+ ") {
			return fmt.Errorf("the argument %s cannot be %q", name, value)
		}
		var pairs []string
		for pair := range strings.SplitSeq(u.RawQuery, "&") {
			if k, _, _ := strings.Cut(pair, "="); pair != "" && !strings.EqualFold(k, name) {
				pairs = append(pairs, pair)
			}
		}
		if value != "" {
			if len(pairs) == 0 {
				// A proxy that puts a query of its own in front of the client's makes the first pair a part of that.
				pairs = append(pairs, "lab=1")
			}
			pairs = append(pairs, name+"="+value)
		}
		base := r.Probe.URL[:strings.IndexAny(r.Probe.URL+"?", "?#")]
		if r.Probe.URL = base; len(pairs) > 0 {
			r.Probe.URL += "?" + strings.Join(pairs, "&")
		}
	case kind == "header" && name == "Sec-Websocket-Protocol":
		r.Probe.Protocols = nil
		if value != "" {
			r.Probe.Protocols = strings.Split(value, ", ")
		}
	case kind == "header" && !strings.Contains(name, " "):
		if r.Probe.Header[hop.Spelling(name)] = nil; value != "" {
			r.Probe.Header[hop.Spelling(name)] = []string{value}
		}
	case kind == "file":
		r.files[name] = value
	case kind == "client" && name == "address":
		r.Probe.From = value
	default:
		return fmt.Errorf("the lab cannot choose %s %s", kind, name)
	}
	return nil
}

// beyond gives the probe a password.
func (r *Realized) beyond(w hop.Condition) error {
	if !strings.HasPrefix(w.Key, "credentials ") {
		return fmt.Errorf("the lab cannot make it so that %s", w.Text)
	}
	if r.Probe.Header["Authorization"] = nil; w.Holds {
		r.Probe.Header["Authorization"] = []string{"Basic dXNlcjpzZWNyZXQ="} // user:secret
	}
	return nil
}

// arrange makes a condition true that is not about what the client sends.
func (r *Realized) arrange(l *Lab, w hop.Condition) error {
	if w.Beyond {
		return r.beyond(w)
	}
	if strings.HasPrefix(w.Key, unreadFiles) {
		return nil // the files do nothing
	}
	if strings.HasPrefix(w.Key, "a 103 ") {
		r.Probe.Hints = w.Holds
		return nil
	}
	if w.Key == "query" {
		u, err := url.Parse(r.Probe.URL)
		switch {
		case err != nil || !w.Holds && u.RawQuery != "":
			return fmt.Errorf("the lab cannot make it so that %s", w.Text)
		case w.Holds && u.RawQuery == "":
			r.Probe.URL += "?lab=1"
		}
		return nil
	}
	for _, h := range r.Case.Hops {
		for _, s := range h.Subrequests {
			if s.By.Pos == w.Pos && l.isGate(s.Next.Addr) {
				return r.gate(s.Next.Addr, w)
			}
		}
	}
	return fmt.Errorf("the lab cannot make it so that %s", w.Text)
}

// isGate reports whether a service that answers as a probe says listens at a lab address.
func (l *Lab) isGate(addr string) bool {
	for original, at := range l.Apps {
		if at == addr {
			return l.gates[original]
		}
	}
	return false
}

// gate makes a service answer as a condition says: "auth_request /gate lets it in", "… answers 403".
func (r *Realized) gate(addr string, w hop.Condition) error {
	status := 204
	if _, said, ok := strings.Cut(w.Text, " answers "); ok {
		n, err := strconv.Atoi(said)
		if err != nil {
			return fmt.Errorf("the lab cannot make it so that %s", w.Text)
		}
		status = n
	} else if strings.HasSuffix(w.Text, "turns it away") {
		status = 401
	} else if !strings.HasSuffix(w.Text, "lets it in") {
		return fmt.Errorf("the lab cannot make it so that %s", w.Text)
	}
	r.Probe.Gates[addr] = status
	return nil
}

// Arrange makes or removes the files of the case; undo takes that back.
func (r *Realized) Arrange(l *Lab) (undo func(), err error) {
	var undone []func()
	undo = func() {
		for _, f := range undone {
			f()
		}
	}
	for file, kind := range r.files {
		if !strings.HasPrefix(file, l.dir+"/") {
			return undo, fmt.Errorf("%s is outside of the lab", file)
		}
		is := ""
		if info, err := os.Stat(file); err == nil {
			is = "a file"
			if info.IsDir() {
				is = "a directory"
			}
		}
		switch {
		case is == kind:
		case is == "":
			made := file
			for up := filepath.Dir(file); len(up) > len(l.dir); up = filepath.Dir(up) {
				if _, err := os.Stat(up); err == nil {
					break
				}
				made = up
			}
			var err error
			if kind == "a directory" {
				err = os.MkdirAll(file, 0o755)
			} else if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
				err = os.WriteFile(file, []byte("x"), 0o644)
			}
			if err != nil {
				return undo, err
			}
			undone = append(undone, func() { os.RemoveAll(made) })
		case is == "a directory" || kind != "":
			return undo, fmt.Errorf("%s is %s, and has to be something else", is, kind)
		default:
			if err := os.Remove(file); err != nil {
				return undo, err
			}
			undone = append(undone, func() { os.WriteFile(file, []byte("x"), 0o644) })
		}
	}
	return undo, nil
}

// Predict says what becomes of the probe that makes the case true, now that all of it is known. The error says that
// it is not what the case says.
func (r *Realized) Predict(l *Lab, source hop.Source) (*hop.Path, error) {
	q, err := l.Request(r.Probe)
	if err != nil {
		return nil, err
	}
	q.When = r.given
	paths, err := follow(
		source,
		q,
		hop.Path{Name: r.Probe.URL, Browser: r.Probe.Browser, Request: q, Pings: pings(r.Probe), When: r.given},
	)
	if err != nil {
		return nil, err
	}
	want := r.Case.Handshake()
	for _, p := range paths {
		if got := p.Handshake(); got.Kind == want.Kind && got.Status == want.Status && p.Last().Pos == r.Case.Last().Pos {
			return p, nil
		}
	}
	got := paths[0].Handshake()
	return paths[0], fmt.Errorf("the case is predicted %v %d (%s), and with all its conditions made true %v %d (%s)",
		want.Kind, want.Status, want.Why, got.Kind, got.Status, got.Why)
}

// RunCases predicts every case of a probe and holds it against what the proxy does when its conditions are made true.
// run counts the cases that ran, left those that the lab cannot bring about, with the reasons. Of more than most
// cases, that many are run.
func (s *Server) RunCases(t testing.TB, source hop.Source, p Probe, most int) (ran []Ran, left map[string]int) {
	left = map[string]int{}
	cases, err := s.Lab.Blind(source, p)
	if err != nil {
		left[err.Error()]++
		return nil, left
	}
	for i, c := range cases {
		if i >= most {
			left["there are more cases than are run"]++
			break
		}
		if takesUnread(c) {
			ran = append(ran, Ran{Realized: Realized{Case: c, Probe: p}, Unknown: true})
			continue
		}
		if c.Handshake().Kind == hop.OutcomeUnknown {
			left["the case is unknown"]++
			continue
		}
		r, err := s.Lab.Realize(p, c)
		if err != nil {
			left[err.Error()]++
			continue
		}
		result, err := s.runCase(t, source, r)
		if err != nil {
			left[err.Error()]++
			continue
		}
		ran = append(ran, result)
	}
	return ran, left
}

// A Ran is a case that was run.
type Ran struct {
	Realized
	Seen  Observed
	Diffs []string
	// Unknown says that the case did not run: a file that predictions know nothing of is taken to decide.
	Unknown bool
}

// unreadFiles is how the key of a condition about files that could not be read begins.
const unreadFiles = "unread files at "

// takesUnread reports whether a case takes a file that predictions know nothing of to do something.
func takesUnread(c *hop.Path) bool {
	return slices.ContainsFunc(c.When, func(w hop.Condition) bool {
		return strings.HasPrefix(w.Key, unreadFiles) && !w.Holds
	})
}

func (s *Server) runCase(t testing.TB, source hop.Source, r Realized) (Ran, error) {
	undo, err := r.Arrange(s.Lab)
	defer undo()
	if err != nil {
		return Ran{}, err
	}
	path, inconsistent := r.Predict(s.Lab, source)
	if path == nil {
		return Ran{}, inconsistent
	}
	result := Ran{Realized: r, Seen: s.Observe(t, r.Probe)}
	result.Diffs, _ = Compare(path, result.Seen)
	if inconsistent != nil {
		result.Diffs = append([]string{"case: " + inconsistent.Error()}, result.Diffs...)
	}
	return result, nil
}
