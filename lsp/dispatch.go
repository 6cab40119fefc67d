package lsp

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// receive takes one message: it is answered, noted, or refused.
func (s *session) receive(body []byte) {
	var m message
	null := json.RawMessage("null")
	if err := json.Unmarshal(body, &m); err != nil {
		if json.Valid(body) {
			s.refuse(null, invalidRequest, "not a message: %v", err)
		} else {
			s.refuse(null, parseError, "not JSON: %v", err)
		}
		return
	}
	isRequest := len(m.ID) > 0 && string(m.ID) != "null"
	switch {
	case m.Method == "" && isRequest:
		// An answer to the only request of the server's own, which needs none; a refusal changes nothing either.
	case m.Method == "":
		s.refuse(null, invalidRequest, "a message has a method or answers one")
	case isRequest:
		s.request(m)
	default:
		s.notification(m)
	}
}

func (s *session) request(m message) {
	switch {
	case m.Method == "initialize" && s.phase == starting:
		s.initialize(m)
		return
	case s.phase == starting:
		s.refuse(m.ID, notInitialized, "%s before initialize", m.Method)
		return
	case s.phase == down || m.Method == "initialize":
		s.refuse(m.ID, invalidRequest, "%s is out of order", m.Method)
		return
	}
	switch m.Method {
	case "shutdown":
		for _, w := range s.waiting {
			s.refuse(w.id, requestCancelled, "shut down")
		}
		s.waiting = nil
		s.phase = down
		s.reply(m.ID, nil)
	case "textDocument/hover":
		s.ask(m, func(p documentParams) func(*round) any {
			return func(r *round) any { return r.hover(p.Document.URI, p.Position) }
		})
	case "textDocument/codeAction":
		s.ask(m, func(p documentParams) func(*round) any {
			return func(r *round) any { return r.actions(p) }
		})
	case "textDocument/completion":
		s.ask(m, func(p documentParams) func(*round) any {
			return func(r *round) any { return r.complete(p.Document.URI, p.Position) }
		})
	default:
		s.refuse(m.ID, methodNotFound, "no method %s", m.Method)
	}
}

// ask answers a request about a document, now or when its present text has been linted.
func (s *session) ask(m message, how func(p documentParams) func(*round) any) {
	var p documentParams
	if err := json.Unmarshal(m.Params, &p); err != nil {
		s.refuse(m.ID, invalidParams, "%s: %v", m.Method, err)
		return
	}
	answer := how(p)
	if s.last != nil && s.last.world.state == s.state {
		s.reply(m.ID, answer(s.last))
		return
	}
	s.waiting = append(s.waiting, waiting{m.ID, answer})
}

// cancel refuses a request that still waits.
func (s *session) cancel(m message) {
	var p struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(m.Params, &p) != nil {
		return
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(w waiting) bool {
		if string(w.id) != string(p.ID) {
			return false
		}
		s.refuse(w.id, requestCancelled, "cancelled")
		return true
	})
}

func (s *session) initialize(m message) {
	var p initializeParams
	if err := json.Unmarshal(m.Params, &p); err != nil {
		s.refuse(m.ID, invalidParams, "initialize: %v", err)
		return
	}
	c := p.Capabilities
	s.client = client{
		enc:             inUTF16,
		documentChanges: c.Workspace.WorkspaceEdit.DocumentChanges,
		related:         c.TextDocument.PublishDiagnostics.RelatedInformation,
		codeDescription: c.TextDocument.PublishDiagnostics.CodeDescription,
		markdown:        slices.Contains(c.TextDocument.Hover.ContentFormat, "markdown"),
		actions:         c.TextDocument.CodeAction.LiteralSupport != nil,
	}
	if slices.Contains(c.General.PositionEncodings, string(inBytes)) {
		s.client.enc = inBytes
	}
	s.attach(p.ProcessID)
	s.watch = c.Workspace.DidChangeWatchedFiles.DynamicRegistration
	switch {
	case len(p.WorkspaceFolders) > 0:
		s.moveFolders(p.WorkspaceFolders, nil)
	case p.RootURI != "":
		s.moveFolders([]workspaceFolder{{p.RootURI}}, nil)
	case filepath.IsAbs(p.RootPath):
		s.folders = []string{filepath.Clean(p.RootPath)}
	}
	s.phase = up
	type object = map[string]any
	s.reply(m.ID, object{
		"capabilities": object{
			"positionEncoding":   s.client.enc,
			"textDocumentSync":   object{"openClose": true, "change": 2, "save": true},
			"hoverProvider":      true,
			"completionProvider": object{"triggerCharacters": []string{" ", "[", ",", "{"}},
			"codeActionProvider": object{"codeActionKinds": []string{quickFix, fixAll}},
			"workspace":          object{"workspaceFolders": object{"supported": true, "changeNotifications": true}},
		},
		"serverInfo": object{"name": "wslint", "version": s.version},
	})
}

// moveFolders adds folders to the workspace and takes some out. What is no directory of this machine is left out.
func (s *session) moveFolders(added, removed []workspaceFolder) {
	paths := func(list []workspaceFolder) (paths []string) {
		for _, f := range list {
			if path, ok := pathOf(f.URI); ok {
				paths = append(paths, path)
			} else {
				s.log(asWarning, "%s is no folder of this machine and is not linted", f.URI)
			}
		}
		return paths
	}
	folders := map[string]bool{}
	for _, f := range append(s.folders, paths(added)...) {
		folders[f] = true
	}
	for _, f := range paths(removed) {
		delete(folders, f)
	}
	// A new list: a run may have the old one.
	s.folders = slices.Sorted(maps.Keys(folders))
}

// watched are the files that matter though nobody has opened them.
var watched = []string{
	"**/*.{conf,cfg,nginx,vhost,template,tmpl,tpl,j2,jinja2,erb}",
	"**/{conf.d,http.d,sites-available,sites-enabled,snippets,vhosts.d,sysctl.d}/*",
	"**/*.{tf,tofu,tfvars,yaml,yml,config}", "**/*.{tf,tofu,tfvars,template}.json", "**/{Dockerfile,Containerfile}*",
	"**/.gitignore", "**/.wslint-baseline.json",
}

// register asks the client to say when such a file changes.
func (s *session) register() {
	if !s.watch {
		return
	}
	type object = map[string]any
	var watchers []object
	for _, glob := range watched {
		watchers = append(watchers, object{"globPattern": glob})
	}
	s.send(
		call{Version: "2.0", ID: "watch", Method: "client/registerCapability", Params: object{"registrations": []object{{
			"id": "watch", "method": "workspace/didChangeWatchedFiles", "registerOptions": object{"watchers": watchers},
		}}}},
	)
}

func (s *session) notification(m message) {
	if m.Method == "exit" {
		s.exit = true
		return
	}
	if s.phase != up {
		return
	}
	var err error
	switch m.Method {
	case "initialized":
		s.register()
		s.changed()
	case "$/cancelRequest":
		s.cancel(m)
	case "textDocument/didOpen":
		err = s.opened(m)
	case "textDocument/didChange":
		err = s.edited(m)
	case "textDocument/didClose":
		err = s.closed(m)
	case "workspace/didChangeWorkspaceFolders":
		var p foldersParams
		if err = json.Unmarshal(m.Params, &p); err == nil {
			s.moveFolders(p.Event.Added, p.Event.Removed)
			s.changed()
		}
	case "textDocument/didSave", "workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration":
		s.changed()
	}
	if err != nil {
		s.log(asWarning, "%s: %v", m.Method, strings.ReplaceAll(err.Error(), "\n", " "))
	}
}
