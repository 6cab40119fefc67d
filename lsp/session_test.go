package lsp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// newSession is a session that is up, with a run under way that never ends: nothing starts by itself.
func newSession(out io.Writer) *session {
	return &session{
		out: out, now: time.Now, phase: up, state: 1, running: &world{},
		docs: map[string]*document{}, published: map[string][]byte{}, ppid: os.Getppid,
	}
}

// sent returns the messages that were written since the last call.
func sent(t *testing.T, out *bytes.Buffer) (list []string) {
	t.Helper()
	for r := bufio.NewReader(out); ; {
		body, err := readMessage(r)
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(body))
	}
}

// TestCancel: a request that waits for a run is refused when it is cancelled, and then not answered; others are, in
// their order.
func TestCancel(t *testing.T) {
	var out bytes.Buffer
	s := newSession(&out)
	for _, id := range []string{"1", `"two"`, "3"} {
		s.receive(
			[]byte(
				`{"jsonrpc":"2.0","id":` + id +
					`,"method":"textDocument/codeAction","params":{"textDocument":{"uri":"file:///a"}}}`,
			),
		)
	}
	s.start()
	if list := sent(t, &out); len(list) != 0 {
		t.Fatalf("answered before anything was linted: %q", list)
	}
	s.receive([]byte(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"two"}}`))
	if list := sent(t, &out); len(list) != 1 || !strings.Contains(list[0], `"id":"two"`) ||
		!strings.Contains(list[0], "-32800") {
		t.Fatalf("%q", list)
	}
	s.finish(newWorld(1, nil, s.docs, s.client, time.Time{}).lintAll())
	list := sent(t, &out)
	if len(list) != 2 || list[0] != `{"jsonrpc":"2.0","id":1,"result":[]}` ||
		list[1] != `{"jsonrpc":"2.0","id":3,"result":[]}` {
		t.Errorf("%q", list)
	}
}

// TestStale: what a run found is dropped when the text has changed meanwhile, requests keep waiting, and another run
// starts.
func TestStale(t *testing.T) {
	var out bytes.Buffer
	s := newSession(&out)
	s.rounds = make(chan *round, 1)
	open := `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/a.conf",` +
		`"languageId":"nginx","version":1,"text":""}}}`
	s.receive([]byte(open))
	old := newWorld(s.state, nil, s.docs, s.client, time.Time{}).lintAll()
	s.receive(
		[]byte(
			`{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///nowhere/a.conf"}}}`,
		),
	)
	s.receive(
		[]byte(
			`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///nowhere/a.conf",` +
				`"version":2},"contentChanges":[{"text":"x"}]}}`,
		),
	)
	s.finish(old)
	if list := sent(t, &out); len(list) != 0 {
		t.Fatalf("published of an old text: %q", list)
	}
	s.start()
	if s.running == nil {
		t.Fatal("no run was started for the request that waits")
	}
	s.finish(<-s.rounds)
	list := sent(t, &out)
	var p struct{ Params publishParams }
	if len(list) != 2 || json.Unmarshal([]byte(list[0]), &p) != nil || p.Params.Version == nil ||
		*p.Params.Version != 2 ||
		list[1] != `{"jsonrpc":"2.0","id":1,"result":null}` {
		t.Errorf("%q", list)
	}
}

// TestOneRun: a change starts a run at once, unless one is under way: that one is stopped, and there is never a second
// beside it.
func TestOneRun(t *testing.T) {
	s := newSession(io.Discard)
	s.rounds = make(chan *round, 1)
	first := s.running
	s.changed()
	if s.start(); s.running != first || len(s.rounds) > 0 || !s.due {
		t.Error("a second run was started")
	}
	if !first.stopped.Load() {
		t.Error("the first run goes on")
	}
	s.finish(first.lintAll())
	if s.start(); s.running == nil || s.due || s.running.stopped.Load() {
		t.Error("no run was started")
	}
	s.finish(<-s.rounds)
	s.due = true
	if s.start(); s.running != nil {
		t.Error("a run was started though nothing has changed")
	}
}

// TestTooLarge: a message beyond all measure is skipped, and no document is known any more, for it may have changed
// any.
func TestTooLarge(t *testing.T) {
	r := bufio.NewReader(io.MultiReader(
		strings.NewReader("Content-Length: 67108865\r\n\r\n"), io.LimitReader(endless{}, 67108865),
		strings.NewReader("Content-Length: 2\r\n\r\n{}"),
	))
	if _, err := readMessage(r); err != errTooLarge {
		t.Fatal(err)
	}
	if body, err := readMessage(r); err != nil || string(body) != "{}" {
		t.Fatalf("%s, %v", body, err)
	}
	var out bytes.Buffer
	s := newSession(&out)
	s.docs["file:///a"] = &document{}
	s.skipped()
	if list := sent(t, &out); len(s.docs) != 0 || len(list) != 2 || !strings.Contains(list[0], "-32600") ||
		!strings.Contains(list[1], "until they are opened again") {
		t.Errorf("%d documents, %q", len(s.docs), list)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestCrash: a fault of wslint's own in one unit is logged, and the session goes on.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte("events {}\nhttp {"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := &round{
		world:   newWorld(1, []string{dir}, nil, client{}, time.Time{}),
		sources: map[string]*source{},
	} // without a map to put the finding into
	if others := r.run(unit{dir}); others != nil || len(r.logs) != 1 ||
		!strings.Contains(r.logs[0].Message, "wslint crashed: assignment to entry in nil map") {
		t.Errorf("%v, %+v", others, r.logs)
	}
}

// TestOrphaned: the server ends with the process that started it, if that is the client.
func TestOrphaned(t *testing.T) {
	for _, c := range []struct {
		process  string
		ppid     int // later on
		orphaned bool
	}{
		{"42", 42, false}, {"42", 1, true}, {"null", 1, false}, {"43", 1, false}, {"0", 1, false},
	} {
		ppid := 42
		s := newSession(io.Discard)
		s.phase, s.ppid = starting, func() int { return ppid }
		s.receive(
			[]byte(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":` + c.process + `,"capabilities":{}}}`),
		)
		if s.phase != up || s.orphaned() {
			t.Fatalf("%s: phase %d, orphaned at once", c.process, s.phase)
		}
		ppid = c.ppid
		if got := s.orphaned(); got != c.orphaned {
			t.Errorf("client %s, parent then %d: %v", c.process, c.ppid, got)
		}
	}
}
