package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// refused sends a message as it is and returns the code that answers it.
func (e *editor) refused(body string) (id string, code int) {
	e.t.Helper()
	e.raw(frameOf(body))
	for {
		if m := e.next(); m.Method == "" {
			if m.Error == nil || m.Error.Message == "" {
				e.t.Fatalf("%s: answered with %s", body, m.Result)
			}
			return string(m.ID), m.Error.Code
		}
	}
}

// TestLSPRefusals: what is out of order, unknown or broken is refused by its code, and the server goes on.
func TestLSPRefusals(t *testing.T) {
	e := launch(t)
	for _, step := range []struct {
		body, id string
		code     int
	}{
		{`{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":{}}`, "7", -32002},
		{`{"jsonrpc":"2.0","id":"a","method":"shutdown"}`, `"a"`, -32002},
		{`{"jsonrpc":"2.0","id":8,"method":"initialize","params":[]}`, "8", -32602},
	} {
		if id, code := e.refused(step.body); id != step.id || code != step.code {
			t.Errorf("%s: id %s, code %d", step.body, id, code)
		}
	}
	e.notify("textDocument/didOpen", object{}) // ignored before initialize
	e.request("initialize", object{"processId": nil, "rootUri": nil, "capabilities": object{}}, nil)
	e.notify("initialized", object{})
	for _, step := range []struct {
		body, id string
		code     int
	}{
		{`{"jsonrpc":"2.0","id":9,"method":"initialize","params":{"capabilities":{}}}`, "9", -32600},
		{`{"jsonrpc":"2.0","id":"x y","method":"textDocument/definition","params":{}}`, `"x y"`, -32601},
		{`{"jsonrpc":"2.0","id":10,"method":"$/nobody","params":{}}`, "10", -32601},
		{`{"jsonrpc":"2.0","id":11,"method":"textDocument/hover","params":{"position":{"line":"one"}}}`, "11", -32602},
		{`{"jsonrpc":"2.0","id":12,"method":"textDocument/codeAction"}`, "12", -32602},
		{`{"jsonrpc":"2.0","id":13,`, "null", -32700},
		{`no JSON`, "null", -32700},
		{``, "null", -32700},
		{`[{"jsonrpc":"2.0","id":14,"method":"shutdown"}]`, "null", -32600},
		{`{"jsonrpc":"2.0"}`, "null", -32600},
		{`{"jsonrpc":"2.0","id":15,"method":5}`, "null", -32600},
	} {
		if id, code := e.refused(step.body); id != step.id || code != step.code {
			t.Errorf("%s: id %s, code %d", step.body, id, code)
		}
	}
	for _, body := range []string{
		`{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"off"}}`,
		`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":99}}`,
		`{"jsonrpc":"2.0","method":"nobody/knows"}`, `{"jsonrpc":"2.0","id":99,"result":null}`,
	} {
		e.raw(frameOf(body))
	}
	e.request("shutdown", nil, nil)
	if _, code := e.refused(`{"jsonrpc":"2.0","id":16,"method":"textDocument/hover","params":{}}`); code != -32600 {
		t.Errorf("after shutdown: code %d", code)
	}
	e.notify("exit", nil)
	if code := e.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestLSPEnds: the exit code tells whether the client said goodbye, and a broken stream ends the server with a word.
func TestLSPEnds(t *testing.T) {
	for _, step := range []struct {
		name, last string
		shutdown   bool
		code       int
		stderr     string
	}{
		{"exit", frameOf(`{"jsonrpc":"2.0","method":"exit"}`), false, 1, ""},
		{"end of input", "", false, 1, ""},
		{"end of input after shutdown", "", true, 0, ""},
		{"half a message", "Content-Length: 100\r\n\r\n{", false, 1, "unexpected EOF"},
		{"half a header", "Content-Len", false, 1, "unexpected EOF"},
		{"too short a length", "Content-Length: 3\r\n\r\n" + `{"jsonrpc":"2.0"}` + frameOf("{}"), false, 1,
			"without Content-Length"},
		{"no length", "Content-Type: text\r\n\r\n{}", false, 1, "without Content-Length"},
		{"a negative length", "Content-Length: -1\r\n\r\n{}", false, 1, "not a length"},
		{"not the protocol", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", false, 1, "not a header"},
		{"an endless line", strings.Repeat("x", 1<<16), false, 1, "not a header"},
	} {
		t.Run(step.name, func(t *testing.T) {
			e := connect(t, everything(), t.TempDir())
			if step.shutdown {
				e.request("shutdown", nil, nil)
			}
			e.in.Write([]byte(step.last)) // the server may be gone before all of it is written
			e.in.Close()
			if code := e.end(); code != step.code || step.stderr == "" && e.stderr.Len() > 0 ||
				!strings.Contains(e.stderr.String(), step.stderr) {
				t.Errorf("exit code %d, %q", code, e.stderr.String())
			}
		})
	}
}

// TestLSPHeaders: header names have no case, other headers do not matter, and messages may come in pieces or many at
// once.
func TestLSPHeaders(t *testing.T) {
	e := connect(t, everything(), t.TempDir())
	body := `{"jsonrpc":"2.0","id":1000,"method":"textDocument/hover","params":{"textDocument":{"uri":"x"},` +
		`"position":{"line":0,"character":0}}}`
	e.raw(
		"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:" + frameOf(body)[len("Content-Length:"):],
	)
	e.await(1000)
	many := strings.Replace(frameOf(body), "1000", "1001", 1) + strings.Replace(frameOf(body), "1000", "1002", 1)
	for i := range many {
		e.raw(many[i : i+1])
	}
	e.await(1001)
	e.await(1002)
}

// TestLSPOddEdits: edits of what is not open are ignored, and places outside of a text are its nearest ones.
func TestLSPOddEdits(t *testing.T) {
	dir := project(t, map[string]string{"nginx.conf": noPing})
	e := connect(t, everything(), dir)
	uri := fileURI(filepath.Join(dir, "nginx.conf"))
	change := func(uri string, version int, changes string) {
		e.raw(
			frameOf(
				`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":` + quoted(
					uri,
				) + `,"version":` + quoted(
					version,
				) + `},"contentChanges":` + changes + `}}`,
			),
		)
	}
	change(uri, 2, `[{"text":"events {"}]`)
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-without-ping" || len(e.logged) != 1 ||
		!strings.Contains(e.logged[0], "is not open") {
		t.Errorf("%s, logged %q", got, e.logged)
	}
	e.open(filepath.Join(dir, "nginx.conf"), "nginx", noPing)
	d := e.docs[uri]
	for _, changes := range []string{
		`[{"text":"a"}]`, `[]`,
		`[{"range":{"start":{"line":9,"character":9},"end":{"line":2147483647,"character":2147483647}},"text":"b"}]`,
		`[{"range":{"start":{"line":-1,"character":-1},"end":{"line":0,"character":-5}},"text":"^"}]`,
		`[{"text":""},{"range":{"start":{"line":0,"character":5},"end":{"line":3,"character":0}},"text":"events ` +
			`{}\r\nhttp {}\rz;\n"}]`,
		`[{"range":{"start":{"line":2,"character":0},"end":{"line":2,"character":99}},"text":"w"}]`,
	} {
		d.version++
		change(uri, d.version, changes)
	}
	d.text = "events {}\r\nhttp {}\rw\n"
	// The text shows itself in what is wrong with it: the "w" lacks its semicolon, in the third line as the protocol
	// counts them.
	list := e.see(uri)
	if len(list) != 1 || list[0].Range.Start != (place{3, 0}) || len(list[0].Related) != 1 ||
		list[0].Related[0].Location.Range != (area{place{2, 0}, place{2, 1}}) {
		t.Errorf("%+v", list)
	}
	e.notify("textDocument/didClose", object{"textDocument": object{"uri": "file:///not/open"}})
	for _, other := range []string{"untitled:Untitled-1", "git:/a/nginx.conf", "file://elsewhere/nginx.conf",
		"file:relative", "%zz", ""} {
		e.notify(
			"textDocument/didOpen",
			object{"textDocument": object{"uri": other, "languageId": "nginx", "version": 1, "text": noPing}},
		)
		change(other, 2, `[{"text":"x"}]`)
	}
	e.settle()
	for uri := range e.shown {
		if !strings.HasPrefix(uri, "file:///") {
			t.Errorf("published for %q", uri)
		}
	}
}

func quoted(v any) string {
	b, _ := json.Marshal(v) // strings and numbers
	return string(b)
}

// TestLSPPause: nobody has to ask. Once edits pause, the last text is linted.
func TestLSPPause(t *testing.T) {
	dir := project(t, map[string]string{"nginx.conf": noPing})
	e := connect(t, everything(), dir)
	uri := e.open(filepath.Join(dir, "nginx.conf"), "nginx", noPing)
	until := func(done func(p published) bool) {
		for !done(e.shown[uri]) {
			e.next()
		}
	}
	until(func(p published) bool { return p.Version != nil && len(p.Diagnostics) == 1 })
	for range 20 {
		e.replace(uri, "location /ws", "location /ws")
	}
	e.replace(uri, "upgrade;\n", "upgrade;\n\t\t\t# wslint:ignore zero-timeout none\n")
	until(func(p published) bool { return *p.Version == 22 })
	if got := e.summary(); !strings.Contains(got, "unused-ignore") {
		t.Error(got)
	}
}
