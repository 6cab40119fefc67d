package nginx

import (
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// documentRoot is the directory that root or alias gives the location.
func (r *run) documentRoot() text {
	d := r.rootDirective()
	if d == nil {
		return known("html")
	}
	return r.word(d.Args[0])
}

// rootDirective is the root or alias in force: nearest level first; nil for nginx's default, html.
func (r *run) rootDirective() *Directive {
	for l := r.at; l != nil; l = l.up {
		for _, name := range []string{"alias", "root"} {
			if d := l.one(name); d != nil && len(d.Args) > 0 {
				return d
			}
		}
	}
	return nil
}

// fileTest decides whether a path exists: "-f" a file, "-d" a directory, "-e" either, "-x" something executable. Where nothing shows
// the files, it takes the path of a handshake to name no file: a WebSocket endpoint has none. Only the document root itself, which
// "/" names, is left open.
func (r *run) fileTest(op, file string) (exists bool, why string) {
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
	if strings.HasSuffix(file, "/") && op != "-f" && r.path == "/" {
		return false, "the file system decides whether " + file + " exists"
	}
	return false, ""
}

// local maps a path of the configuration to one of this machine, if something says where it is: --root, --map, --prefix, or, for a
// relative root of a configuration outside an installed nginx, the directory of its main file, which -p names when one runs it
// there. The default root, html, is looked for beside the main file only if it is there.
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

// inRoot is the path that the file system would be asked for a URI.
func (r *run) inRoot(uri string) string {
	root := r.documentRoot()
	if d := r.rootDirective(); d != nil && d.Is("alias") && r.loc.re == nil {
		return root.s + strings.TrimPrefix(uri, r.loc.name)
	}
	return root.s + uri
}

// tryFiles is the try_files directive of the location itself: neither a nested block nor an if inherits it.
func (r *run) tryFiles() {
	d := r.at.one("try_files")
	if d == nil || len(d.Args) < 2 {
		return
	}
	if why := doubt(d); why != "" {
		r.unknown("try_files", why)
		return
	}
	for _, a := range d.Args[:len(d.Args)-1] {
		name := r.expand(a.Value)
		if name.unknown() {
			continue // some file name nobody knows: taken not to exist
		}
		op := "-f"
		if strings.HasSuffix(a.Value, "/") {
			op = "-d"
		}
		exists, why := r.fileTest(op, r.inRoot(name.s))
		if why == "" && !exists && r.redirected {
			// The fallback of an error page or of try_files was written because the file is there; nothing shows that it is.
			if _, shown := r.local(r.inRoot(name.s)); !shown {
				why = "the file system decides whether " + r.inRoot(name.s) + " exists"
			}
		}
		if why != "" {
			exists = r.w.choose("file "+r.inRoot(name.s), why)
		}
		if exists {
			r.path = name.s
			r.out.Notes = append(r.out.Notes, hop.Note{Pos: d.Pos(), Text: "try_files finds " + name.s})
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
	switch {
	case to.unknown():
		r.unknown("try_files", to.why)
	case strings.HasPrefix(to.s, "@"):
		r.out.Notes = append(r.out.Notes, hop.Note{Pos: d.Pos(), Text: "no such file: try_files leads to " + to.s})
		r.named(to.s, d.Pos())
	default:
		r.out.Notes = append(r.out.Notes, hop.Note{Pos: d.Pos(), Text: "no such file: try_files leads to " + to.s})
		p, args, _ := strings.Cut(to.s, "?")
		r.internalRedirect(p, args)
	}
}

// static answers from files. No answer of it opens a WebSocket; which one it is hangs on the file system.
func (r *run) static() {
	pos := r.at.pos()
	r.cause = hop.FromFiles
	if r.at.kind == ifScope && r.loc.scope.one("try_files") != nil {
		r.cause = hop.FromIf
	}
	name := "no handler that passes requests on"
	if strings.HasSuffix(r.path, "/") {
		r.index(name, pos)
		return
	}
	file := r.inRoot(r.path)
	if local, shown := r.local(file); shown {
		info, err := os.Stat(local)
		switch {
		case err != nil:
			r.special(404, name, pos)
		case info.IsDir():
			r.special(301, name, pos)
		default:
			r.send(200, name, pos)
		}
		return
	}
	if r.redirected {
		// An error page or the fallback of try_files: written because the file is there, but nothing shows that.
		r.eitherFile(file, name, pos)
		return
	}
	r.special(404, name, pos)
}

// index answers for a directory: the index file, 403 without one, 404 without the directory.
func (r *run) index(name string, pos hop.Pos) {
	dir := r.inRoot(r.path)
	local, shown := r.local(dir)
	if !shown {
		r.eitherFile(dir, name, pos)
		return
	}
	if info, err := os.Stat(local); err != nil || !info.IsDir() {
		r.special(404, name, pos)
		return
	}
	files := []string{"index.html"}
	if list, _, _ := r.at.array("index"); len(list) > 0 {
		files = nil
		for _, d := range list {
			for _, a := range d.Args {
				files = append(files, a.Value)
			}
		}
	}
	for _, f := range files {
		if _, err := os.Stat(path.Join(local, f)); err == nil {
			r.internalRedirect(r.path+f, r.args)
			return
		}
	}
	if on, _ := r.at.flag("autoindex", false); on {
		r.send(200, name, pos)
		return
	}
	r.special(403, name, pos)
}

// eitherFile answers where only the file system knows whether the file is there.
func (r *run) eitherFile(file, name string, pos hop.Pos) {
	if r.w.choose("file "+file, "the file system decides whether "+file+" exists") {
		r.send(200, name, pos)
		return
	}
	r.special(404, name, pos)
}
