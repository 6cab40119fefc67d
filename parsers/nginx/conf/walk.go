package conf

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/templates"
)

// homes are directories whose files are nginx configuration whatever their names, if they look it.
var homes = []string{"conf.d", "http.d", "sites-available", "sites-enabled", "snippets", "vhosts.d"}

// templateExts end the names of files that nginx configuration is made from.
var templateExts = slices.Concat(templates.Extensions, []string{".in", ".dist", ".sample", ".example"})

// otherExts end the names of files in homes that are no nginx configuration. Not a list of all that may stand there,
// for domain names look like extensions: the content decides on the rest.
var otherExts = []string{".md", ".txt", ".yml", ".yaml", ".json", ".toml", ".ini", ".sh", ".py", ".js", ".html",
	".lua", ".pem", ".key", ".crt", ".bak", ".swp", ".orig", ".old", "~"}

// shown are hidden directories that hold nginx configuration: the first two are those of AWS Elastic Beanstalk.
var shown = []string{".platform", ".ebextensions", ".nginx", ".docker"}

// look reads a file that was found below a directory and is named like nginx's, and makes it a candidate if its
// content is.
func (r *reader) look(name, top string) *candidate {
	base, home := filepath.Base(name), isHome(name)
	p := r.load(name, newDisk(r, name, filepath.Join(filepath.Dir(name), "..")))
	if p.trouble != nil {
		var elsewhere elsewhereError
		if errors.Is(p.trouble, fs.ErrNotExist) || errors.As(p.trouble, &elsewhere) ||
			!home && !strings.Contains(base, "nginx") {
			return nil // a dangling symlink, or anybody's file
		}
		return &candidate{p: p, context: "http", top: top}
	}
	src := p.file.Src
	if p.err != nil || p.unknown() {
		if assigns(src) || !meantAsNginx(src) && !(strings.HasPrefix(base, "nginx") && block.Match(src)) {
			return nil
		}
		return r.candidate(p, top)
	}
	if !isNginx(p.nodes, home || strings.Contains(base, "nginx")) {
		return nil
	}
	return r.candidate(p, top)
}

// named reports whether a file name is one that nginx configuration has.
func named(base string) bool {
	if !strings.Contains(base, ".conf") && !strings.Contains(base, ".nginx") && !strings.Contains(base, ".vhost") {
		return false // most files, where there are many
	}
	for _, ext := range templateExts {
		base = strings.TrimSuffix(base, ext)
	}
	return strings.HasSuffix(base, ".conf") || strings.HasSuffix(base, ".nginx") || strings.HasSuffix(base, ".vhost") ||
		strings.HasPrefix(base, "nginx") && strings.Contains(base, ".conf") && !hasExt(base, otherExts)
}

func hasExt(base string, exts []string) bool {
	return slices.ContainsFunc(exts, func(ext string) bool { return strings.HasSuffix(base, ext) })
}

// telling are directives that no other program's configuration has in this form, a name, arguments and a semicolon.
var telling = []string{
	"listen", "server_name", "proxy_pass", "proxy_set_header", "proxy_http_version", "proxy_read_timeout",
	"proxy_send_timeout",
	"proxy_connect_timeout", "proxy_buffering", "proxy_redirect", "proxy_hide_header", "fastcgi_pass", "uwsgi_pass",
	"grpc_pass",
	"try_files", "root", "alias", "rewrite", "return", "add_header", "ssl_certificate", "ssl_protocols",
	"client_max_body_size",
	"keepalive_timeout", "access_log", "worker_connections", "include", "log_format", "gzip", "worker_shutdown_timeout",
}

// isNginx reports whether a file that parses is nginx configuration and not that of another program with a like
// syntax (BIND, dhcpd, FreeRADIUS, …), and has something to judge. In an nginx place or with nginx in its name, less
// has to speak for it.
func isNginx(nodes []*Directive, likely bool) bool {
	blocks, simple := 0, 0
	count(nodes, &blocks, &simple, 0)
	named := slices.ContainsFunc(nodes, func(d *Directive) bool {
		switch d.Name.Value {
		case "events", "http", "stream":
			return d.HasBlock && len(d.Args) == 0
		case "map":
			return d.HasBlock && len(d.Args) == 2 && strings.HasPrefix(d.Arg(1), "$")
		case "upstream":
			return d.HasBlock && len(d.Args) == 1
		}
		return false
	})
	return named || blocks > 0 && simple > 0 || simple > 1 || likely && blocks+simple > 0
}

// count adds up the blocks and the simple directives that tell nginx, some levels deep.
func count(nodes []*Directive, blocks, simple *int, depth int) {
	for _, d := range nodes {
		switch {
		case d.HasBlock && (d.Is("server") && len(d.Args) == 0 || d.Is("location") && len(d.Args) > 0):
			*blocks++
		case !d.HasBlock && len(d.Args) > 0 && slices.Contains(telling, d.Name.Value):
			*simple++
		}
		if depth < 4 {
			count(d.Block, blocks, simple, depth+1)
		}
	}
}

// line finds simple directives that tell nginx in a file that does not parse.
var line = lazyregexp.New(
	`(?m)^[ \t]*(listen[ \t]+[^;={}\n]+|server_name[ \t]+[^;={}\n]+|proxy_pass[ \t]+[^;{}\n]+|proxy_set_header[ ` +
		`\t]+\S+[ \t][^;\n]+|worker_connections[ \t]+\d+|ssl_certificate[ \t]+[^;={}\n]+|try_files[ \t][^;\n]+);`,
)

// telltale finds what only nginx configuration has, wherever it stands on its line.
var telltale = lazyregexp.New(
	`\b(proxy_pass[ \t]+(https?://|\$)|proxy_set_header[ \t]+[A-Z]|server_name[ \t]+\S+;|listen[ \t]+[\d\[*][^;={}\n]*;` +
		`|map[ \t]+\$\w+[ \t]+\$\w+[ \t]*\{|upstream[ \t]+[\w.-]+[ \t]*\{)`,
)

// meantAsNginx reports whether a file with a syntax error is nginx configuration nevertheless: then the error is
// worth telling.
func meantAsNginx(src []byte) bool {
	src = src[:min(len(src), maxLooked)]
	return telltale.Match(src) || block.Match(src) && len(line.FindAll(src, 2)) == 2
}

// maxLooked is how many bytes of a file are looked at to find out what it is.
const maxLooked = 256 << 10

// assignment finds what Logstash, HOCON and HCL are made of. In nginx the first word may be location, or part of a
// script.
var assignment = lazyregexp.New(`(?m)(?:^|[{,])[ \t]*([\w.-]+)[ \t]*=(?:>|[ \t])`)

// assigns reports whether a file gives values to names, and has none of the directives that tell nginx.
func assigns(src []byte) bool {
	src = src[:min(len(src), maxLooked)]
	return !line.Match(src) && slices.ContainsFunc(assignment.FindAllSubmatch(src, -1),
		func(m [][]byte) bool { return string(m[1]) != "location" })
}

// isTemplate reports whether configuration is made from a file: then it does not lie where nginx will find it, and
// other files may be made along with it.
func isTemplate(f *File) bool {
	return hasExt(f.Name, templateExts) ||
		bytes.Contains(f.Src, []byte("{%")) || bytes.Contains(f.Src, []byte("{{")) || bytes.Contains(f.Src, []byte("<%"))
}

// templateOf returns the file beside a missing one that it is evidently made from, "" if there is none.
func templateOf(name string) string {
	for _, ext := range templateExts {
		if _, err := os.Stat(name + ext); err == nil {
			return name + ext
		}
	}
	return ""
}
