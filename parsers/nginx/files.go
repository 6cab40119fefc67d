package nginx

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// documentRoot is the directory that root or alias gives the location.
func (r *run) documentRoot() text {
	d, _ := r.rootDirective()
	switch {
	case d == nil:
		return known("html")
	case perhaps(d):
		return unknownText(r.whyUnknown(d))
	case d.Is("root"):
		root := r.word(d.Args[0])
		root.s = strings.TrimSuffix(root.s, "/")
		return root
	}
	return r.word(d.Args[0])
}

// realRoot is $realpath_root: empty when there is no such directory.
func (r *run) realRoot() text {
	root := r.documentRoot()
	if root.unknown() {
		return root
	}
	local, shown := r.local(root.s)
	if !shown {
		return unknownText("the file system decides what $realpath_root is")
	}
	real, err := filepath.EvalSymlinks(local)
	if err != nil {
		return known("")
	}
	return known(real)
}

// rootDirective is the root or alias in force and its level: nearest level first; nil for nginx's default, html.
func (r *run) rootDirective() (*conf.Directive, *scope) {
	for l := r.at; l != nil; l = l.up {
		for _, name := range []string{"alias", "root"} {
			if d := r.one(l, name); d != nil && len(d.Args) > 0 {
				return d, l
			}
		}
	}
	return nil, nil
}

// An aliasing says what of a URI stands for the root: nothing, the name of the location, or all of it.
type aliasing struct {
	length int  // of the location's name; 0 with root
	whole  bool // alias in a regex location is the whole file name
}

func (r *run) aliasing() (a aliasing) {
	if d, at := r.rootDirective(); d != nil && d.Is("alias") && at.loc != nil {
		a = aliasing{length: len(at.loc.name), whole: at.loc.re != nil}
	}
	return a
}

// fileTest decides whether a path exists: "-f" a file, "-d" a directory, "-e" either, "-x" something executable.
// Where nothing shows the files, it takes the path of a handshake to name no file: a WebSocket endpoint has none.
// Whether the document root is there, which "/" names, and any file that the path does not name is left open. written
// is the path as the configuration has it.
func (r *run) fileTest(op, written, file string) (exists bool, why string) {
	if local, shown := r.local(file); shown {
		info, err := os.Stat(local)
		switch {
		case err != nil:
			return false, ""
		case op == "-d":
			return info.IsDir(), ""
		case op == "-f":
			return info.Mode().IsRegular(), ""
		}
		return true, ""
	}
	if op == "-f" && strings.HasSuffix(file, "/") {
		return false, "" // a directory, or none
	}
	if r.names(written, file) {
		if !r.redirected {
			r.absent[strings.TrimRight(file, "/")] = true
		}
		return false, ""
	}
	return false, "the file system decides whether " + file + " exists"
}

// names reports whether the path of the request names a file: the configuration asks for it by a variable that holds
// the path or a part of it, or it is the very file that nginx would send. What the root is called says nothing.
func (r *run) names(written, file string) bool {
	own := path.Base(r.path)
	if own == "/" || !strings.Contains(strings.TrimPrefix(file, r.documentRoot().s), own) {
		return false
	}
	if slices.ContainsFunc(conf.Parts(written), func(p conf.Part) bool {
		return p.Variable != "" && p.Variable != "document_root" && p.Variable != "realpath_root"
	}) {
		return true
	}
	sent, ok := r.inRoot(r.path)
	return ok && !sent.unknown() && strings.TrimRight(sent.s, "/") == strings.TrimRight(file, "/")
}

// local maps a path of the configuration to one of this machine, if something says where it is: --root, --map,
// --prefix, or, for a relative root of a configuration outside an installed nginx, the directory of its main file,
// which -p names when one runs it there. The default root, html, is looked for beside the main file only if it is
// there.
func (r *run) local(file string) (string, bool) {
	t := r.c.tree
	if t.Root != nil {
		if local, ok := t.Root(file); ok {
			return local, true
		}
	}
	if path.IsAbs(file) || t.Context != "main" || len(t.Files) == 0 || !t.Files[0].Editable {
		return "", false
	}
	dir := path.Dir(t.Name)
	first, _, _ := strings.Cut(file, "/")
	if first == "html" {
		if _, err := os.Stat(path.Join(dir, first)); err != nil {
			return "", false
		}
	}
	return path.Join(dir, file), true
}

// inRoot is the path that the file system would be asked for a URI (ngx_http_map_uri_to_path). A URI that a rewrite
// changed has no place below an alias: nginx answers 500.
func (r *run) inRoot(uri string) (file text, ok bool) {
	root, a := r.documentRoot(), r.aliasing()
	switch {
	case a != aliasing{} && !r.validLocation:
		return text{}, false
	case a.whole && r.addURI:
		return root.plus(known(uri)), true
	case a.whole:
		return root, true
	}
	return root.plus(known(uri[min(a.length, len(uri)):])), true
}

// tryFiles is the try_files directive of the location itself: neither a nested block nor an if inherits it.
func (r *run) tryFiles() {
	d := r.one(r.at, "try_files")
	if d == nil || len(d.Args) < 2 {
		return
	}
	if why := r.whyUnknown(d); why != "" {
		r.unknown("try_files", why)
		return
	}
	if _, ok := r.inRoot(r.path); !ok {
		r.special(500, "alias where the URI was rewritten", d.Pos())
		return
	}
	for _, a := range d.Args[:len(d.Args)-1] {
		name := r.expand(a.Value)
		if name.unknown() {
			continue // some file name nobody knows: taken not to exist
		}
		if r.tryFile(a.Value, name.s) {
			r.mark(mark{kind: fileFound, d: d, path: name.s})
			return
		}
		if r.done {
			return
		}
	}
	last := d.Args[len(d.Args)-1]
	if code, ok := strings.CutPrefix(last.Value, "="); ok {
		r.cause = hop.FromFiles
		status, _ := strconv.Atoi(code)
		if status == 444 || status >= 300 {
			r.special(status, "try_files", d.Pos())
		} else {
			r.send(status, "try_files", d.Pos())
		}
		return
	}
	to := r.expand(last.Value)
	to.s = r.belowAlias(last.Value, to.s)
	switch {
	case to.unknown():
		r.unknown("try_files", to.why)
	case strings.HasPrefix(to.s, "@"):
		r.mark(mark{kind: fallsBack, d: d, path: to.s})
		r.named(to.s, d.Pos())
	default:
		r.mark(mark{kind: fallsBack, d: d, path: to.s})
		p, args, _ := strings.Cut(to.s, "?")
		r.ownArgs = r.ownArgs || !keepsArgs(last.Value)
		r.internalRedirect(p, args)
	}
}

// belowAlias is an evaluated argument of try_files without the location's name, which nginx takes off where the
// argument has variables and the location an alias.
func (r *run) belowAlias(written, value string) string {
	if a := r.aliasing(); a.length > 0 && !a.whole && a.length <= len(r.path) && conf.HasVariable(written) {
		return strings.TrimPrefix(value, r.path[:a.length])
	}
	return value
}

// tryFile reports whether the file of one argument of try_files is there; the URI is then the file's.
func (r *run) tryFile(written, name string) bool {
	a := r.aliasing()
	op := "-f"
	if strings.HasSuffix(written, "/") {
		op, name = "-d", strings.TrimSuffix(name, "/")
	}
	name = r.belowAlias(written, name)
	file := r.documentRoot().plus(known(name))
	if file.unknown() {
		return false
	}
	exists, why := r.fileTest(op, written, file.s)
	if why == "" && !exists && r.redirected {
		// The fallback of an error page or of try_files was written because the file is there; nothing shows that it is.
		if _, shown := r.local(file.s); !shown {
			why = "the file system decides whether " + file.s + " exists"
		}
	}
	if why != "" {
		exists = r.decidesFile(op, file.s, r.at.pos())
	}
	switch {
	case !exists:
	case a.whole && op == "-d":
	case a.whole:
		r.path, r.addURI = name, true
	default:
		r.path = r.path[:min(a.length, len(r.path))] + name
	}
	return exists
}
