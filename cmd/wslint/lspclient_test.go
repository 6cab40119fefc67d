package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// An editor is a scripted client of the Language Server Protocol: it starts the real program, speaks the protocol
// over its standard streams, and keeps documents and edits by its own means, in UTF-16 unless the server chose UTF-8.
type editor struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    chan frame
	stderr bytes.Buffer

	lastID       int
	capabilities map[string]any
	bytesCount   bool                 // columns count bytes
	docs         map[string]*buffer   // by URI
	shown        map[string]published // the last diagnostics of each file
	logged       []string
	asked        []string // methods of the server's own requests
	said         []byte   // all that the server wrote
}

type buffer struct {
	text    string
	version int
}

type frame struct {
	body []byte
	err  error
}

type place struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type area struct {
	Start place `json:"start"`
	End   place `json:"end"`
}

type shownDiagnostic struct {
	Range           area
	Severity        int
	Code            string
	Source, Message string
	CodeDescription struct{ Href string }
	Related         []struct {
		Location struct {
			URI   string
			Range area
		}
		Message string
	} `json:"relatedInformation"`
}

type published struct {
	URI         string
	Version     *int
	Diagnostics []shownDiagnostic
}

type action struct {
	Title, Kind string
	IsPreferred bool
	Diagnostics []shownDiagnostic
	Edit        struct {
		Changes         map[string][]edit
		DocumentChanges []struct {
			TextDocument struct {
				URI     string
				Version *int
			}
			Edits []edit
		}
	}
}

type edit struct {
	Range   area   `json:"range"`
	NewText string `json:"newText"`
}

type object = map[string]any

// everything is what a modern editor says that it can do.
func everything() object {
	return object{
		"general": object{"positionEncodings": []string{"utf-16"}},
		"workspace": object{
			"workspaceEdit":         object{"documentChanges": true},
			"didChangeWatchedFiles": object{"dynamicRegistration": true},
		},
		"textDocument": object{
			"publishDiagnostics": object{"relatedInformation": true, "codeDescriptionSupport": true, "versionSupport": true},
			"hover":              object{"contentFormat": []string{"markdown", "plaintext"}},
			"codeAction": object{
				"codeActionLiteralSupport": object{"codeActionKind": object{"valueSet": []string{"quickfix"}}},
			},
		},
	}
}

// launch starts the server without a word.
func launch(t *testing.T) *editor {
	t.Helper()
	e := &editor{
		t:     t,
		cmd:   exec.Command("wslint", "lsp", "--stdio"),
		out:   make(chan frame),
		docs:  map[string]*buffer{},
		shown: map[string]published{},
	}
	e.cmd.Dir = t.TempDir() // where an editor starts it says nothing
	e.cmd.Stderr = &e.stderr
	in, err := e.cmd.StdinPipe()
	out, err2 := e.cmd.StdoutPipe()
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e.in = in
	done := make(chan struct{})
	go func() {
		for r := bufio.NewReader(out); ; {
			body, err := readFrame(r)
			select {
			case e.out <- frame{body, err}:
			case <-done:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		close(done)
		e.in.Close()
		e.cmd.Process.Kill() // no error where it has ended
		e.cmd.Wait()
	})
	return e
}

// connect starts the server and opens folders.
func connect(t *testing.T, capabilities object, folders ...string) *editor {
	t.Helper()
	e := launch(t)
	list := []object{}
	for _, f := range folders {
		list = append(list, object{"uri": fileURI(f), "name": "x"})
	}
	var result struct {
		Capabilities map[string]any
		ServerInfo   struct{ Name string }
	}
	e.request(
		"initialize",
		object{"processId": nil, "rootUri": nil, "workspaceFolders": list, "capabilities": capabilities},
		&result,
	)
	if result.ServerInfo.Name != "wslint" {
		t.Fatalf("the server is %q", result.ServerInfo.Name)
	}
	e.capabilities = result.Capabilities
	e.bytesCount = result.Capabilities["positionEncoding"] == "utf-8"
	e.notify("initialized", object{})
	return e
}

// fileURI escapes whatever is not a letter or digit, as some editors do.
func fileURI(path string) string {
	return "file://" + strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(path), "+", "%20"), "%2F", "/")
}

func readFrame(r *bufio.Reader) ([]byte, error) {
	length := -1
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if line == "\r\n" {
			break
		}
		value, ok := strings.CutPrefix(line, "Content-Length: ")
		if !ok {
			return nil, fmt.Errorf("the server wrote %q", line)
		}
		if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
			return nil, err
		}
	}
	body := make([]byte, length)
	_, err := io.ReadFull(r, body)
	return body, err
}

// raw writes bytes as they are; frameOf is a message in its frame.
func (e *editor) raw(s string) {
	e.t.Helper()
	if _, err := io.WriteString(e.in, s); err != nil {
		e.t.Fatal(err, e.stderr.String())
	}
}

func frameOf(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

func (e *editor) send(m object) {
	e.t.Helper()
	m["jsonrpc"] = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		e.t.Fatal(err)
	}
	e.raw(frameOf(string(body)))
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	e.send(object{"method": method, "params": params})
}

// A reply is what came back for a request.
type reply struct {
	ID     json.RawMessage
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

// next handles one message of the server, which it returns.
func (e *editor) next() reply {
	e.t.Helper()
	var f frame
	select {
	case f = <-e.out:
	case <-time.After(time.Minute):
		e.t.Fatalf("the server says nothing\nshown: %v\nlogged: %q\nstderr: %s", e.summary(), e.logged, e.stderr.String())
	}
	if f.err != nil {
		e.t.Fatalf("the server is gone: %v, %s", f.err, e.stderr.String())
	}
	e.said = append(append(e.said, f.body...), '\n')
	var m reply
	if err := json.Unmarshal(f.body, &m); err != nil || !bytes.Contains(f.body, []byte(`"jsonrpc":"2.0"`)) {
		e.t.Fatalf("not a message: %s", f.body)
	}
	switch m.Method {
	case "textDocument/publishDiagnostics":
		var p published
		if err := json.Unmarshal(m.Params, &p); err != nil || !bytes.Contains(m.Params, []byte(`"diagnostics":[`)) {
			e.t.Fatalf("%v: %s", err, m.Params)
		}
		e.shown[p.URI] = p
	case "window/logMessage":
		var p struct{ Message string }
		json.Unmarshal(m.Params, &p)
		e.logged = append(e.logged, p.Message)
	case "client/registerCapability":
		e.asked = append(e.asked, string(m.Params))
		e.send(object{"id": m.ID, "result": nil})
	case "":
	default:
		e.t.Fatalf("the server sends %s", f.body)
	}
	return m
}

// await is the answer to a request, whatever comes before it.
func (e *editor) await(id int) reply {
	e.t.Helper()
	for {
		if m := e.next(); m.Method == "" && string(m.ID) == strconv.Itoa(id) {
			return m
		}
	}
}

func (e *editor) ask(method string, params any) int {
	e.t.Helper()
	e.lastID++
	e.send(object{"id": e.lastID, "method": method, "params": params})
	return e.lastID
}

func (e *editor) request(method string, params, result any) {
	e.t.Helper()
	m := e.await(e.ask(method, params))
	if m.Error != nil {
		e.t.Fatalf("%s: %+v", method, *m.Error)
	}
	if result != nil {
		if err := json.Unmarshal(m.Result, result); err != nil {
			e.t.Fatalf("%s: %v: %s", method, err, m.Result)
		}
	}
}

// end waits for the end of the program and returns its exit code.
func (e *editor) end() int {
	e.t.Helper()
	for f := range e.out {
		if f.err != nil {
			if f.err != io.EOF {
				e.t.Errorf("at its end the server writes no whole message: %v", f.err)
			}
			break
		}
	}
	e.cmd.Wait()
	return e.cmd.ProcessState.ExitCode()
}
