// Package lsp is the language server: wslint in editors, over the Language Server Protocol. It lints what the editor
// shows, saved or not, and writes nothing but the protocol.
package lsp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"
)

// A Server speaks with one client.
type Server struct {
	In      io.Reader
	Out     io.Writer
	Log     io.Writer // what went wrong with the connection itself
	Version string    // of wslint
	Now     func() time.Time
}

// heartbeat is how often a server looks whether its client is still there.
const heartbeat = 3 * time.Second

// Serve returns when the client says "exit" or is gone: 0 if it said "shutdown" before, else 1.
func (c Server) Serve() int {
	s := &session{
		out: c.Out, version: c.Version, now: c.Now,
		docs: map[string]*document{}, published: map[string][]byte{},
		rounds: make(chan *round, 1), ppid: os.Getppid, pulse: time.NewTicker(heartbeat),
	}
	defer s.pulse.Stop()
	type input struct {
		body []byte
		err  error
	}
	in := make(chan input)
	go func() {
		for r := bufio.NewReaderSize(c.In, maxHeader); ; {
			body, err := readMessage(r)
			in <- input{body, err}
			if err != nil && err != errTooLarge {
				return
			}
		}
	}()
	for !s.exit && s.broken == nil {
		select {
		case m := <-in:
			switch {
			case m.err == nil:
				s.receive(m.body)
			case m.err == errTooLarge:
				s.skipped()
			default:
				s.broken = m.err
			}
		case r := <-s.rounds:
			s.finish(r)
		case <-s.pulse.C:
			s.exit = s.orphaned()
		}
		s.start()
	}
	if s.broken != nil && s.broken != io.EOF {
		fmt.Fprintf(c.Log, "wslint: the client: %v\n", s.broken)
	}
	if s.phase == down && (s.broken == nil || s.broken == io.EOF) {
		return 0
	}
	return 1
}

// A phase of a session decides which messages are in order.
type phase uint8

const (
	starting phase = iota // before "initialize"
	up
	down // after "shutdown"
)

// A session is the state of a server. One goroutine has it; only runs are beside it, and they see a world that does
// not change.
type session struct {
	out     io.Writer
	version string
	now     func() time.Time

	phase  phase
	exit   bool
	broken error // why nothing more can be read or written

	client  client
	watch   bool // the client is to be asked to watch files
	folders []string
	docs    map[string]*document // by URI

	state     int          // counts what changed
	parent    int          // the client's process, if it started this one; else 0
	ppid      func() int   // os.Getppid
	pulse     *time.Ticker // when to look for it
	due       bool         // something has changed since the last run began
	running   *world       // what a run looks at; nil where there is none
	rounds    chan *round
	last      *round            // what is published; nil before the first run
	published map[string][]byte // the last message about each file with findings or open
	waiting   []waiting
}

// A waiting request is answered when the text that it is about has been linted.
type waiting struct {
	id     json.RawMessage
	answer func(r *round) any
}

// attach remembers the client's process. Only that of the parent can be trusted: the number of another may belong to
// another container, and mean anything here.
func (s *session) attach(process int) {
	if process > 0 && process == s.ppid() {
		s.parent = process
	}
}

// orphaned reports whether the client is dead. Standard input does not always end then: children of the client may
// hold it open.
func (s *session) orphaned() bool { return s.parent != 0 && s.ppid() != s.parent }

func (s *session) send(m any) {
	if err := writeMessage(s.out, m); err != nil && s.broken == nil {
		s.broken = err
	}
}

func (s *session) notify(method string, params any) {
	s.send(call{Version: "2.0", Method: method, Params: params})
}

func (s *session) log(kind int, format string, args ...any) {
	s.notify("window/logMessage", logParams{kind, fmt.Sprintf(format, args...)})
}

func (s *session) reply(id json.RawMessage, result any) { s.send(response{"2.0", id, result}) }

func (s *session) refuse(id json.RawMessage, code int, format string, args ...any) {
	s.send(failure{"2.0", id, rpcError{code, fmt.Sprintf(format, args...)}})
}

// changed says that what was linted is not what is there: a run is due, and one that looks at what was there ends.
func (s *session) changed() {
	s.state++
	s.due = true
	if s.running != nil {
		s.running.stopped.Store(true)
	}
}

// start starts a run if one is due, or if a request waits for one. There is only one at a time.
func (s *session) start() {
	stale := s.last == nil || s.last.world.state != s.state
	if s.running != nil || s.phase != up || !stale || !s.due && len(s.waiting) == 0 {
		return
	}
	w := newWorld(s.state, s.folders, s.docs, s.client, s.now())
	s.running, s.due = w, false
	go func() { s.rounds <- w.lintAll() }()
}

// finish publishes what a run found, unless something has changed meanwhile: then it is about a text that nobody sees.
func (s *session) finish(r *round) {
	s.running = nil
	if r.world.state != s.state || s.phase != up {
		return
	}
	s.logs(r)
	s.last = r
	for _, d := range r.world.docs {
		s.publish(d.uri, &d.version)
	}
	for _, uri := range slices.Sorted(maps.Keys(r.files)) {
		if s.docs[uri] == nil {
			s.publish(uri, nil)
		}
	}
	for _, uri := range slices.Sorted(maps.Keys(s.published)) {
		if s.docs[uri] == nil && len(r.files[uri]) == 0 {
			s.publish(uri, nil)
			delete(s.published, uri)
		}
	}
	for _, w := range s.waiting {
		s.reply(w.id, w.answer(r))
	}
	s.waiting = nil
}

// publish tells what was found in a file, if that is not what the client was told last.
func (s *session) publish(uri string, version *int) {
	p := publishParams{uri, version, diagnostics(s.last.files[uri])}
	body, err := json.Marshal(p)
	if err != nil || bytes.Equal(body, s.published[uri]) {
		return
	}
	s.published[uri] = body
	s.notify("textDocument/publishDiagnostics", p)
}

// logs passes on what a run has to say, once.
func (s *session) logs(r *round) {
	said := map[logParams]bool{}
	if s.last != nil {
		for _, l := range s.last.logs {
			said[l] = true
		}
	}
	for _, l := range r.logs {
		if !said[l] {
			said[l] = true
			s.notify("window/logMessage", l)
		}
	}
}
