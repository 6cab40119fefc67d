package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/internal/workload"
)

// typed opens the project's nginx.conf in an editor that speaks with `wslint lsp`, presses keys, and waits after each
// for the diagnostics of the text with it. The cost is that of one key: what the processor did for the first
// diagnostics is that of another session, without keys.
func typed(binary, dir string, keys int) (workload.Cost, error) {
	idle, err := session(binary, dir, 0)
	if err != nil {
		return workload.Cost{}, err
	}
	all, err := session(binary, dir, keys)
	all.CPU = max(0, all.CPU-idle.CPU) / time.Duration(keys)
	return all, err
}

// session is one of an editor. What elapsed is the median of what a key took; the rest is of all keys.
func session(binary, dir string, keys int) (workload.Cost, error) {
	cmd := exec.Command(binary, "lsp")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return workload.Cost{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return workload.Cost{}, err
	}
	if err := cmd.Start(); err != nil {
		return workload.Cost{}, err
	}
	e := &editor{in: in, out: bufio.NewReader(out), uri: "file://" + filepath.Join(dir, "nginx.conf")}
	elapsed, err := e.types(dir, keys)
	in.Close()
	// Or the server waits for somebody to read what it has to say of other files.
	_, rest := io.Copy(io.Discard, e.out)
	if err := errors.Join(err, rest, cmd.Wait()); err != nil {
		return workload.Cost{}, err
	}
	return workload.Of(cmd.ProcessState, elapsed), nil
}

// An editor is the client of a language server.
type editor struct {
	in  io.Writer
	out *bufio.Reader
	uri string
}

type object = map[string]any

func (e *editor) types(dir string, keys int) (time.Duration, error) {
	text, err := os.ReadFile(filepath.Join(dir, "nginx.conf"))
	if err != nil {
		return 0, err
	}
	e.say("initialize", 1, object{"rootUri": "file://" + dir, "capabilities": object{
		"textDocument": object{"publishDiagnostics": object{"relatedInformation": true}}, // as most editors say
	}})
	e.say("initialized", 0, object{})
	e.say("textDocument/didOpen", 0, object{"textDocument": object{
		"uri": e.uri, "languageId": "nginx", "version": 0, "text": string(text),
	}})
	if err := e.awaits(0); err != nil {
		return 0, err
	}
	line := strings.Count(string(text), "\n") - 1 // of the last brace
	var each []float64
	for i := range keys {
		begin := time.Now()
		at := object{"line": line, "character": i}
		e.say("textDocument/didChange", 0, object{
			"textDocument":   object{"uri": e.uri, "version": i + 1},
			"contentChanges": []object{{"range": object{"start": at, "end": at}, "text": " "}},
		})
		if err := e.awaits(i + 1); err != nil {
			return 0, err
		}
		each = append(each, time.Since(begin).Seconds())
	}
	e.say("shutdown", 2, nil)
	if _, err := e.hears(); err != nil {
		return 0, err
	}
	e.say("exit", 0, nil)
	if keys == 0 {
		return 0, nil
	}
	return time.Duration(median(each) * float64(time.Second)), nil
}

// say sends a request, or a notification where there is no number. What cannot be sent is noticed when nothing is
// heard.
func (e *editor) say(method string, id int, params any) {
	m := object{"jsonrpc": "2.0", "method": method, "params": params}
	if id > 0 {
		m["id"] = id
	}
	body, err := json.Marshal(m)
	if err == nil {
		fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
}

// awaits reads until the diagnostics of this version of the document come.
func (e *editor) awaits(version int) error {
	for {
		body, err := e.hears()
		if err != nil {
			return err
		}
		var m struct {
			Method string
			Params struct {
				URI     string
				Version *int
			}
		}
		if err := json.Unmarshal(body, &m); err != nil {
			return err
		}
		if m.Method == "textDocument/publishDiagnostics" && m.Params.URI == e.uri && m.Params.Version != nil &&
			*m.Params.Version == version {
			return nil
		}
	}
}

// hears reads one message.
func (e *editor) hears() ([]byte, error) {
	line, err := e.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "Content-Length:")))
	if err != nil {
		return nil, err
	}
	if _, err := e.out.ReadString('\n'); err != nil {
		return nil, err
	}
	body := make([]byte, n)
	_, err = io.ReadFull(e.out, body)
	return body, err
}
