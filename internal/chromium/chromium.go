// Package chromium drives a real Chromium without a screen for tests of pages: over a pipe, with the commands of its
// developer tools, and with nothing but the loopback to talk to. For tests only.
package chromium

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/truth"
)

// A Browser is one that runs until the test ends.
type Browser struct {
	t       testing.TB
	in      io.Writer
	session string
	mu      sync.Mutex
	next    int
	waiting map[int]chan message
	said    []string // what the page wrote to its console, and errors that it did not catch
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// patience is how long a command may take: machines that test are busy.
const patience = 60 * time.Second

// Start runs Chromium with an empty page. Without one it skips the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		truth.Missing(t, "CHROMIUM", err.Error())
	}
	profile, err := os.MkdirTemp("", "wslint-chromium") // its processes write there until they are all gone
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
		"--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--user-data-dir="+profile,
		"--remote-debugging-pipe", "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+profile, "XDG_RUNTIME_DIR="+profile)
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	b := &Browser{t: t, in: ourOut, waiting: map[int]chan message{}}
	go b.listen(ourIn)
	t.Cleanup(func() {
		b.call("", "Browser.close", nil)
		done := make(chan struct{})
		go func() { _ = cmd.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
		}
		ourOut.Close()
		ourIn.Close()
		_ = os.RemoveAll(profile)
	})
	b.attach()
	return b
}

// attach takes hold of the first page.
func (b *Browser) attach() {
	b.t.Helper()
	var targets struct {
		TargetInfos []struct{ TargetID, Type string }
	}
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		b.result("", "Target.getTargets", nil, &targets)
		for _, target := range targets.TargetInfos {
			if target.Type != "page" {
				continue
			}
			var attached struct{ SessionID string }
			b.result("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
			b.session = attached.SessionID
			b.Do("Page.enable", nil)
			b.Do("Runtime.enable", nil)
			return
		}
		if time.Now().After(end) {
			b.t.Fatal("chromium opens no page")
		}
	}
}

// listen takes what the browser says.
func (b *Browser) listen(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(bytes.TrimSuffix(line, []byte{0}), &m) != nil {
			continue
		}
		b.mu.Lock()
		switch {
		case m.ID != 0:
			b.waiting[m.ID] <- m
			delete(b.waiting, m.ID)
		case m.Method == "Runtime.exceptionThrown" || m.Method == "Runtime.consoleAPICalled":
			b.said = append(b.said, string(m.Params))
		}
		b.mu.Unlock()
	}
}

// call sends one command and waits for its answer.
func (b *Browser) call(session, method string, params any) (message, error) {
	answer := make(chan message, 1)
	b.mu.Lock()
	b.next++
	id := b.next
	b.waiting[id] = answer
	b.mu.Unlock()
	command := map[string]any{"id": id, "method": method}
	if params != nil {
		command["params"] = params
	}
	if session != "" {
		command["sessionId"] = session
	}
	line, err := json.Marshal(command)
	if err != nil {
		return message{}, err
	}
	if _, err := b.in.Write(append(line, 0)); err != nil {
		return message{}, err
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			return m, fmt.Errorf("%s: %s", method, m.Error.Message)
		}
		return m, nil
	case <-time.After(patience):
		return message{}, fmt.Errorf("%s: no answer within %v", method, patience)
	}
}

func (b *Browser) result(session, method string, params, result any) {
	b.t.Helper()
	m, err := b.call(session, method, params)
	if err == nil && result != nil {
		err = json.Unmarshal(m.Result, result)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// Do gives the page a command of the developer tools.
func (b *Browser) Do(method string, params any) json.RawMessage {
	b.t.Helper()
	var raw json.RawMessage
	b.result(b.session, method, params, &raw)
	return raw
}

// Eval runs an expression in the page, waits where it is a promise, and reads its value into result.
func (b *Browser) Eval(expression string, result any) {
	b.t.Helper()
	var out struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	b.result(b.session, "Runtime.evaluate",
		map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true}, &out)
	if e := out.ExceptionDetails; e != nil {
		b.t.Fatalf("%s: %s %s", expression, e.Text, e.Exception.Description)
	}
	if result != nil && out.Result.Value != nil {
		if err := json.Unmarshal(out.Result.Value, result); err != nil {
			b.t.Fatalf("%s: %v in %s", expression, err, out.Result.Value)
		}
	}
}

// Wait waits until an expression is true.
func (b *Browser) Wait(expression string) {
	b.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var is bool
		if b.Eval("Boolean("+expression+")", &is); is {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("%s did not become true within %v; the page said %s", expression, patience, b.Said())
		}
	}
}

// Open loads a page and waits until it is complete.
func (b *Browser) Open(url string) {
	b.t.Helper()
	b.Do("Page.navigate", map[string]any{"url": url})
	b.Wait(fmt.Sprintf("location.href === %q && document.readyState === 'complete'", url))
}

// Show sets the width and height of the window, and whether the colours are dark.
func (b *Browser) Show(width, height int, dark bool) {
	b.t.Helper()
	b.Do("Emulation.setDeviceMetricsOverride",
		map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.Do("Emulation.setEmulatedMedia",
		map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
}

// Key presses a key of the keyboard, like "Tab" or "ArrowRight".
func (b *Browser) Key(name string, code int) {
	b.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		b.Do("Input.dispatchKeyEvent", map[string]any{
			"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code,
		})
	}
}

// Type types a text where the focus is, as one input.
func (b *Browser) Type(text string) {
	b.t.Helper()
	b.Do("Input.insertText", map[string]any{"text": text})
}

// Picture writes what is to be seen as a PNG.
func (b *Browser) Picture(file string) {
	b.t.Helper()
	var picture struct{ Data []byte }
	b.result(b.session, "Page.captureScreenshot", map[string]any{"format": "png"}, &picture)
	if err := os.WriteFile(file, picture.Data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// Said is what the page wrote to its console, and the errors that it did not catch.
func (b *Browser) Said() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.said, "\n")
}
