package lsp

import "encoding/json"

// What the server uses of the Language Server Protocol 3.17, under the protocol's names.

type initializeParams struct {
	ProcessID        int               `json:"processId"` // of the client; null where it has none here
	RootURI          string            `json:"rootUri"`
	RootPath         string            `json:"rootPath"`
	WorkspaceFolders []workspaceFolder `json:"workspaceFolders"`
	Capabilities     struct {
		General struct {
			PositionEncodings []string `json:"positionEncodings"`
		} `json:"general"`
		Workspace struct {
			WorkspaceEdit struct {
				DocumentChanges bool `json:"documentChanges"`
			} `json:"workspaceEdit"`
			DidChangeWatchedFiles struct {
				DynamicRegistration bool `json:"dynamicRegistration"`
			} `json:"didChangeWatchedFiles"`
		} `json:"workspace"`
		TextDocument struct {
			PublishDiagnostics struct {
				RelatedInformation bool `json:"relatedInformation"`
				CodeDescription    bool `json:"codeDescriptionSupport"`
			} `json:"publishDiagnostics"`
			Hover struct {
				ContentFormat []string `json:"contentFormat"`
			} `json:"hover"`
			CodeAction struct {
				LiteralSupport *json.RawMessage `json:"codeActionLiteralSupport"`
			} `json:"codeAction"`
		} `json:"textDocument"`
	} `json:"capabilities"`
}

type workspaceFolder struct {
	URI string `json:"uri"`
}

type foldersParams struct {
	Event struct {
		Added   []workspaceFolder `json:"added"`
		Removed []workspaceFolder `json:"removed"`
	} `json:"event"`
}

type documentID struct {
	URI     string `json:"uri"`
	Version *int   `json:"version"` // null of a file that is not open
}

type openParams struct {
	Document struct {
		URI      string `json:"uri"`
		Language string `json:"languageId"`
		Version  int    `json:"version"`
		Text     string `json:"text"`
	} `json:"textDocument"`
}

type changeParams struct {
	Document documentID     `json:"textDocument"`
	Changes  []contentEvent `json:"contentChanges"`
}

// A contentEvent replaces a range, or the whole text where there is none.
type contentEvent struct {
	Range *span  `json:"range"`
	Text  string `json:"text"`
}

// documentParams are those of requests and notifications about a document, or about a place or range in it.
type documentParams struct {
	Document documentID `json:"textDocument"`
	Position position   `json:"position"`
	Range    span       `json:"range"`
	Context  struct {
		Only        []string `json:"only"`
		Diagnostics []asked  `json:"diagnostics"`
	} `json:"context"`
}

// A position is a line and a column, both from 0; the column counts units of the encoding agreed on.
type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// A span is what the protocol calls a range; its end is exclusive.
type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

type location struct {
	URI   string `json:"uri"`
	Range span   `json:"range"`
}

type diagnostic struct {
	Range           span             `json:"range"`
	Severity        int              `json:"severity"`
	Code            string           `json:"code,omitempty"`
	CodeDescription *codeDescription `json:"codeDescription,omitempty"`
	Source          string           `json:"source"`
	Message         string           `json:"message"`
	Related         []related        `json:"relatedInformation,omitempty"`
}

// An asked diagnostic is one that a request names: of any server.
type asked struct {
	Range span `json:"range"`
	Code  any  `json:"code"`
}

// A completion is a word that may stand under the cursor.
type completion struct {
	Label         string   `json:"label"`
	Kind          int      `json:"kind"`
	Documentation string   `json:"documentation,omitempty"`
	Edit          textEdit `json:"textEdit"`
}

// The kinds of completions.
const (
	completeKey   = 10 // a property
	completeValue = 12
)

// The severities of diagnostics, and the types of logged messages.
const (
	asError = 1 + iota
	asWarning
	asInfo
)

type codeDescription struct {
	Href string `json:"href"`
}

type related struct {
	Location location `json:"location"`
	Message  string   `json:"message"`
}

type publishParams struct {
	URI         string       `json:"uri"`
	Version     *int         `json:"version,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type logParams struct {
	Type    int    `json:"type"`
	Message string `json:"message"`
}

type hover struct {
	Contents struct {
		Kind  string `json:"kind"`
		Value string `json:"value"`
	} `json:"contents"`
	Range span `json:"range"`
}

type codeAction struct {
	Title       string        `json:"title"`
	Kind        string        `json:"kind"`
	Diagnostics []diagnostic  `json:"diagnostics,omitempty"`
	IsPreferred bool          `json:"isPreferred,omitempty"`
	Edit        workspaceEdit `json:"edit"`
}

// A workspaceEdit has one of its two forms, as the client can take it.
type workspaceEdit struct {
	Changes         map[string][]textEdit `json:"changes,omitempty"`
	DocumentChanges []documentEdit        `json:"documentChanges,omitempty"`
}

type documentEdit struct {
	Document documentID `json:"textDocument"`
	Edits    []textEdit `json:"edits"`
}

type textEdit struct {
	Range   span   `json:"range"`
	NewText string `json:"newText"`
}
