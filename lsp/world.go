package lsp

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/lint"
)

// A document is a file that is open in the editor, whose text counts and not that on disk.
type document struct {
	uri      string // as the client writes it
	path     string
	real     string // with symlinks followed
	language string
	version  int
	text     *text
	touched  int // the state of the server at its last change
}

// known reports whether the editor says that it is a configuration that wslint reads.
func (d *document) known() bool { return d.language == "nginx" || d.language == "haproxy" }

// A world is all that one run sees: the folders of the workspace, and the open documents before the files on disk. It
// never changes, and ends when another takes its place.
type world struct {
	state   int // of the server
	folders []string
	docs    []*document // sorted by URI
	byReal  map[string]*document
	client  client
	now     time.Time
	locator *plainfile.Locator
	stopped atomic.Bool // something has changed: nobody waits for the run any more
}

// A client is what the editor can take.
type client struct {
	enc             encoding
	documentChanges bool
	related         bool
	codeDescription bool
	markdown        bool
	actions         bool
}

// newWorld puts the documents where they are found by their files. Of two names of one file the last edited has its
// text.
func newWorld(state int, folders []string, docs map[string]*document, c client, now time.Time) *world {
	w := &world{state: state, folders: folders, byReal: map[string]*document{}, client: c, now: now,
		locator: plainfile.NewLocator()}
	for _, d := range docs {
		w.docs = append(w.docs, d)
		if other := w.byReal[d.real]; other == nil || other.touched < d.touched {
			w.byReal[d.real] = d
		}
	}
	slices.SortFunc(w.docs, func(a, b *document) int { return strings.Compare(a.uri, b.uri) })
	return w
}

// document is the open document of a file; nil when there is none.
func (w *world) document(file string) *document {
	if len(w.byReal) == 0 {
		return nil
	}
	if strings.Contains(file, "..") { // above a symlink is another directory than the name says
		return w.byReal[realPath(file)]
	}
	if real, err := w.locator.Real(file); err == nil {
		file = real
	}
	return w.byReal[file]
}

// readFile reads the disk for what is not open.
func (w *world) readFile(name string) ([]byte, error) {
	if w.stopped.Load() {
		return nil, lint.ErrStopped
	}
	if d := w.document(name); d != nil {
		return d.text.src, nil
	}
	return plainfile.Read(name)
}

// peek returns the first bytes of a file.
func (w *world) peek(name string, n int) ([]byte, error) {
	if d := w.document(name); d != nil {
		return d.text.src[:min(n, len(d.text.src))], nil
	}
	return plainfile.Head(name, n)
}

// stat is os.Stat, for which a document that was never saved is a file.
func (w *world) stat(name string) (os.FileInfo, error) {
	info, err := os.Stat(name)
	if d := w.document(name); d != nil && errors.Is(err, fs.ErrNotExist) {
		return unsaved{d}, nil
	}
	return info, err
}

// isFile reports whether an editor can open it.
func (w *world) isFile(name string) bool { return w.document(name) != nil || isFile(name) }

// unsaved is what there is to know of a document that is no file yet.
type unsaved struct{ d *document }

func (u unsaved) Name() string       { return filepath.Base(u.d.path) }
func (u unsaved) Size() int64        { return int64(len(u.d.text.src)) }
func (u unsaved) Mode() fs.FileMode  { return 0o644 }
func (u unsaved) ModTime() time.Time { return time.Time{} }
func (u unsaved) IsDir() bool        { return false }
func (u unsaved) Sys() any           { return nil }

// A unit is what is linted together: a directory, as `wslint check DIR` does it, or a file that lies in no folder of
// the workspace.
type unit struct{ path string }

// unitOf is the unit of a file in the workspace: the nearest directory upward with a .wslint.yaml, no further than
// the folder, else the folder. ok is false for a file outside of all folders.
func (w *world) unitOf(file string) (u unit, ok bool) {
	folder := ""
	for _, f := range w.folders {
		if within(file, f) && len(f) > len(folder) {
			folder = f
		}
	}
	if folder == "" {
		return unit{}, false
	}
	dir := filepath.Dir(file)
	for dir != folder && !lint.HasConfig(dir) {
		dir = filepath.Dir(dir)
	}
	return unit{dir}, true
}

// unit is that of an open document. Outside of all folders, whose directory may be anything, it is the nginx.conf
// nearest upward, or the document itself if the editor says what it is.
func (w *world) unit(d *document) (u unit, ok bool) {
	if u, ok := w.unitOf(d.path); ok {
		return u, true
	}
	if main := nearestMain(filepath.Dir(d.path), 100); main != "" && d.language != "haproxy" {
		return unit{main}, true
	}
	return unit{d.path}, d.known()
}

// nearestMain is the nginx.conf in a directory, or in the nearest above it of so many levels; "" when there is none.
func nearestMain(dir string, levels int) string {
	for ; levels >= 0; levels-- {
		if main := filepath.Join(dir, "nginx.conf"); isFile(main) {
			return main
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

// units are those of the folders and of the open documents.
func (w *world) units() (list []unit) {
	for _, f := range w.folders {
		list = append(list, unit{f})
	}
	for _, d := range w.docs {
		if u, ok := w.unit(d); ok {
			list = append(list, u)
		}
	}
	return list
}

// args are those of `wslint check` for a unit. With a directory such as conf.d, which is what some editors take for
// the folder of a file, comes the nginx.conf that includes it; with an nginx.conf come the documents that it may not
// include; and with either those that were never saved.
func (w *world) args(u unit) []string {
	args := []string{u.path}
	if main := nearestMain(u.path, 2); main != "" && !w.isFile(u.path) {
		args = append(args, main)
	}
	for _, d := range w.docs {
		_, inside := w.unitOf(d.path)
		at, ok := w.unit(d)
		if !ok || at != u || d.path == u.path || !d.known() {
			continue
		}
		if saved := isFile(d.path); !saved || !inside && d.language == "nginx" {
			args = append(args, d.path)
		}
	}
	return args
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
