package lsp

import (
	"bytes"
	"fmt"
	"math/rand"
	"testing"
	"unicode/utf16"
)

// TestRandomEdits: incremental edits keep the server's text what a client's is that counts in UTF-16 itself.
func TestRandomEdits(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	pieces := []string{"", "a", "\n", "é", "漢", "🦄", "\t", "location /ws {\n", "𝄞\n\n"}
	var model []rune
	text := newText(nil, inUTF16)
	at := func(n int) (p position) {
		for _, c := range model[:n] {
			if p.Character += utf16.RuneLen(c); c == '\n' {
				p = position{Line: p.Line + 1}
			}
		}
		return p
	}
	for step := range 2000 {
		start := random.Intn(len(model) + 1)
		end := start + random.Intn(min(len(model)-start, 12)+1)
		with := pieces[random.Intn(len(pieces))]
		text = text.replace(contentEvent{&span{at(start), at(end)}, with})
		model = append(model[:start:start], append([]rune(with), model[end:]...)...)
		if string(text.src) != string(model) {
			t.Fatalf("after edit %d:\n%q\nand not\n%q", step, text.src, string(model))
		}
		if len(model) > 400 {
			model, text = nil, newText(nil, inUTF16)
		}
	}
}

// FuzzReceive: whatever a client sends, every answer is a message, and nothing crashes.
func FuzzReceive(f *testing.F) {
	const document = `"textDocument":{"uri":"file:///nowhere/nginx.conf","languageId":"nginx","version":3,` +
		`"text":"events {}\n"}`
	for _, method := range []string{
		"initialize", "shutdown", "exit", "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose",
		"textDocument/hover",
		"textDocument/codeAction", "workspace/didChangeWorkspaceFolders", "workspace/didChangeWatchedFiles",
		"$/cancelRequest", "x",
	} {
		for _, id := range []string{"", `"id":1,`, `"id":null,`, `"id":{},`} {
			for _, params := range []string{"null", "[]", "{" + document + "}", `{"id":1,` + document +
				`,"contentChanges":[{"range":{"start":{"line":-1},"end":{"line":1e9}},"text":"\u0000"}],` +
				`"event":{"added":[{"uri":"file:///nowhere"},{"uri":"%"}]}}`} {
				f.Add(fmt.Appendf(nil, `{"jsonrpc":"2.0",%s"method":%q,"params":%s}`, id, method, params))
			}
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, phase := range []phase{starting, up, down} {
			var out bytes.Buffer
			s := newSession(&out)
			s.phase = phase
			s.docs["file:///nowhere/nginx.conf"] = &openDocument
			s.receive(body)
			s.start()
			sent(t, &out)
		}
	})
}

var openDocument = document{
	uri:  "file:///nowhere/nginx.conf",
	path: "/nowhere/nginx.conf",
	text: newText([]byte("a\n🦄b"), inUTF16),
}
