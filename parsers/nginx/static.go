package nginx

import (
	"errors"
	"os"
	"strings"
	"syscall"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// static answers from files. No answer of it opens a WebSocket; which one it is hangs on the file system.
func (r *run) static() {
	pos := r.at.pos()
	r.cause = hop.FromFiles
	if r.at.kind == ifScope && r.one(r.loc.scope, "try_files") != nil {
		r.cause = hop.FromIf
	}
	name := "no handler that passes requests on"
	method := r.request.Method
	if strings.HasSuffix(r.path, "/") && (method == "GET" || method == "HEAD" || method == "POST") {
		r.index(name, pos)
		return
	}
	if method != "GET" && method != "HEAD" && method != "POST" {
		r.special(405, name, pos)
		return
	}
	file, ok := r.inRoot(r.path)
	if !ok || file.unknown() {
		r.noFile(file, pos)
		return
	}
	if local, shown := r.local(file.s); shown {
		info, err := os.Stat(local)
		switch {
		case err != nil:
			r.special(404, name, pos)
		case info.IsDir():
			r.redirect(301, name, pos, r.withSlash())
		case method == "POST":
			r.special(405, name, pos)
		default:
			r.send(200, name, pos)
		}
		return
	}
	switch is, _ := r.w.Value("file " + file.s); {
	case is == directory:
		r.redirect(301, name, pos, r.withSlash())
		return
	case is == plainFile && method == "POST":
		r.special(405, name, pos)
		return
	case is == plainFile:
		r.send(200, name, pos)
		return
	}
	if r.redirected || r.forPage() {
		// An error page or the fallback of try_files: written because the file is there, but nothing shows that. The
		// one that the client's own path names is not: it led here. A page is there when somebody says so.
		r.eitherFile(file.s, name, pos)
		return
	}
	r.absent[file.s] = true
	r.special(404, name, pos)
}

// withSlash is where the request for a directory is sent to.
func (r *run) withSlash() string {
	to := escape(r.path, escapeURI) + "/"
	if r.args != "" {
		to += "?" + r.args
	}
	return to
}

// noFile answers where the URI has no file: one below an alias that was rewritten, or one that is not known.
func (r *run) noFile(file text, pos hop.Pos) {
	if file.unknown() {
		r.unknown("root", file.why)
		return
	}
	r.special(500, "alias where the URI was rewritten", pos)
}

// index answers for a directory: the index file, 403 without one, 404 without the directory.
func (r *run) index(name string, pos hop.Pos) {
	dir, ok := r.inRoot(r.path)
	if !ok || dir.unknown() {
		r.noFile(dir, pos)
		return
	}
	open := false
	for _, index := range r.indexFiles() {
		if index.unknown() {
			r.unknown(string(conf.Index), index.why)
			return
		}
		f := index.s
		if strings.HasPrefix(f, "/") {
			r.indexRedirect(f)
			return
		}
		local, shown := r.local(dir.s + f)
		if !shown {
			if open = true; !r.decidesFile("-f", dir.s+f, pos) {
				continue
			}
			r.indexRedirect(r.path + f)
			return
		}
		_, err := os.Stat(local)
		if err == nil {
			r.indexRedirect(r.path + f)
			return
		}
		if errors.Is(err, syscall.ENOTDIR) {
			r.special(404, name, pos)
			return
		}
		under, _ := r.local(strings.TrimSuffix(dir.s, "/"))
		switch info, err := os.Stat(under); {
		case err != nil:
			r.special(404, name, pos)
			return
		case !info.IsDir():
			r.special(500, name, pos)
			return
		}
	}
	switch on, ok := need(r, r.at, conf.Autoindex); {
	case ok && open && !r.decidesFile("-d", dir.s, pos):
		r.special(404, name, pos)
	case on:
		r.send(200, name, pos)
	case ok:
		r.special(403, name, pos)
	}
}

// indexRedirect goes on with the file that stands for a directory.
func (r *run) indexRedirect(path string) {
	list, _, _ := r.list(r.at, conf.Index)
	if len(list) > 0 {
		r.mark(mark{kind: indexUsed, d: list[0], path: path})
	}
	r.internalRedirect(path, r.args)
}

// indexFiles are the files that stand for a directory.
func (r *run) indexFiles() (files []text) {
	list, _, _ := r.list(r.at, conf.Index)
	if len(list) == 0 {
		return []text{known("index.html")}
	}
	for _, d := range list {
		for _, a := range d.Args {
			name := r.word(a)
			if perhaps(d) {
				name = unknownText(r.whyUnknown(d))
			}
			files = append(files, name)
		}
	}
	return files
}

// eitherFile answers where only the file system knows whether the file is there.
func (r *run) eitherFile(file, name string, pos hop.Pos) {
	if r.decidesFile("-f", file, pos) {
		r.send(200, name, pos)
		return
	}
	r.special(404, name, pos)
}
