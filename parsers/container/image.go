// Package container knows the images that nginx and HAProxy come in, and what a Dockerfile makes of them: which
// configuration a container begins with, around what is copied and mounted into it, and the version in a tag.
//
// What the official images have: the Dockerfiles and entry points of nginx/docker-nginx and docker-library/haproxy. The
// names and tags of other flavours: angie.software/en/installation/docker, docs.nginx.com (installing-nginx-docker).
package container

import (
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
)

// An Image is what a container is made of.
type Image struct {
	Ref     string // as it is written: "nginx:1.31-alpine"
	Pos     hop.Pos
	Program string // "nginx" or "haproxy"; "" where nothing tells
	Version parsers.Version
	Main    string // where the program's configuration begins
	Places  []parsers.Place
	// Missing says why there may be other files; "" where the image is known, and nothing was done to it.
	Missing string
	// Renders says that the entry point makes configurations of templates.
	Renders bool
	// Known says that what the image has is known, its own configuration too.
	Known bool
	// Env are the variables that the image sets.
	Env map[string]string
	// Command and Entry are what it runs, where something says so; nil for the image's own.
	Command, Entry []string
	// Start is where it says so.
	Start hop.Pos
	// Files are the files that describe it.
	Files []string
}

// A kind is one image that is known.
type kind struct {
	program string
	main    string
	frame   string // the text of main; "" where it is not known
	port    string // of the default server; "" for none
	renders bool
	// flavour is the server made of nginx that it has, as versions name it: its tags are of that.
	flavour string
}

// The places of the official images.
const (
	nginxMain   = "/etc/nginx/nginx.conf"
	haproxyMain = "/usr/local/etc/haproxy/haproxy.cfg"
	// DefaultSite is the server that the official image brings along.
	DefaultSite  = sites + "/default.conf"
	sites        = "/etc/nginx/conf.d"
	templatesDir = "/etc/nginx/templates"
)

// kinds are the images by their names, without the registry.
var kinds = map[string]kind{
	"nginx":                       {"nginx", nginxMain, frame, "80", true, ""},
	"nginx/nginx":                 {"nginx", nginxMain, frame, "80", true, ""},
	"nginxinc/nginx-unprivileged": {"nginx", nginxMain, frame, "8080", true, ""},
	"nginx/nginx-unprivileged":    {"nginx", nginxMain, frame, "8080", true, ""},
	"openresty/openresty":         {"nginx", "/usr/local/openresty/nginx/conf/nginx.conf", frame, "", false, "openresty"},
	"bitnami/nginx":               {"nginx", "/opt/bitnami/nginx/conf/nginx.conf", "", "", false, ""},
	"bitnamilegacy/nginx":         {"nginx", "/opt/bitnami/nginx/conf/nginx.conf", "", "", false, ""},
	"linuxserver/nginx":           {"nginx", nginxMain, "", "", false, ""},
	"angie":                       {"nginx", "/etc/angie/angie.conf", "", "", false, "angie"},
	"nginx-plus/base":             {"nginx", nginxMain, "", "", false, "plus"},
	"nginx-plus/rootless-base":    {"nginx", nginxMain, "", "", false, "plus"},
	"nginx-plus/agent":            {"nginx", nginxMain, "", "", false, "plus"},
	"nginx-plus/rootless-agent":   {"nginx", nginxMain, "", "", false, "plus"},
	"haproxy":                     {"haproxy", haproxyMain, "", "", false, ""},
	"haproxytech/haproxy-alpine":  {"haproxy", haproxyMain, "", "", false, ""},
	"haproxytech/haproxy-debian":  {"haproxy", haproxyMain, "", "", false, ""},
	"haproxytech/haproxy-ubuntu":  {"haproxy", haproxyMain, "", "", false, ""},
	"bitnami/haproxy":             {"haproxy", "/bitnami/haproxy/conf/haproxy.cfg", "", "", false, ""},
	"bitnamilegacy/haproxy":       {"haproxy", "/bitnami/haproxy/conf/haproxy.cfg", "", "", false, ""},
}

// frame is nginx.conf of the official image as far as it matters to what conf.d holds.
const frame = `events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format main '$remote_addr - $remote_user [$time_local] "$request" $status';
    access_log /var/log/nginx/access.log main;
    sendfile on;
    keepalive_timeout 65;
    include /etc/nginx/conf.d/*.conf;
}
`

// site is the server of the official image. The entry point adds the address of IPv6.
const site = `server {
    listen PORT;
    listen [::]:PORT;
    server_name localhost;
    location / {
        root /usr/share/nginx/html;
        index index.html index.htm;
    }
    error_page 500 502 503 504 /50x.html;
    location = /50x.html { root /usr/share/nginx/html; }
}
`

// architectures are what official images are called below, one for each.
var architectures = []string{"library", "amd64", "arm64v8", "arm32v5", "arm32v6", "arm32v7", "i386", "mips64le",
	"ppc64le", "riscv64", "s390x"}

// versionTag is a tag that begins with a version of at least two numbers: one like latest, stable or 1 moves from one
// line of versions to another.
var versionTag = lazyregexp.New(`^v?(\d+\.\d+(?:\.\d+)?)(?:$|[-+_.])`)

// flavourTags are the tags of the images of other flavours: "1.27.1.2-alpine", "1.10.1-minimal", "r33-alpine-3.20".
var flavourTags = map[string]*lazyregexp.Regexp{
	"openresty": lazyregexp.New(`^(\d+\.\d+\.\d+\.\d+)(?:$|[-+_])`),
	"angie":     lazyregexp.New(`^(\d+\.\d+\.\d+)(?:$|[-+_])`),
	"plus":      lazyregexp.New(`^(?:nginx-plus-)?(r\d+)(?:$|[-+_])`),
}

// version is what a tag of an image of this kind tells; "" where it tells nothing.
func (k kind) version(tag string) string {
	pattern := versionTag
	if k.flavour != "" {
		pattern = flavourTags[k.flavour]
	}
	m := pattern.FindStringSubmatch(tag)
	switch {
	case m == nil:
		return ""
	case k.flavour != "":
		return k.flavour + "/" + m[1]
	}
	return m[1]
}

// Find says what is known of an image by its name, and the version that its tag tells.
func Find(ref string, pos hop.Pos) Image {
	x := Image{Ref: ref, Pos: pos}
	name, tag := split(ref)
	k, known := kinds[name]
	switch base := path.Base(name); {
	case known:
		x.Program, x.Main, x.Renders = k.program, k.main, k.renders
	case base == "nginx" || base == "haproxy":
		x.Program, x.Main = base, map[string]string{"nginx": nginxMain, "haproxy": haproxyMain}[base]
	default:
		x.Missing = "what image " + ref + " has is not known"
		return x
	}
	if v := k.version(tag); v != "" && known {
		x.Version = parsers.Version{Number: v, Says: "image " + ref, Pos: pos}
	}
	x.Known = k.frame != "" || k.program == "haproxy"
	if !x.Known || k.program == "nginx" && !k.renders {
		x.Missing = "what image " + ref + " has is not known"
	}
	if k.frame != "" {
		x.Places = append(x.Places, x.made(k.main, k.frame))
	}
	if k.port != "" {
		x.Places = append(x.Places, x.made(DefaultSite, strings.ReplaceAll(site, "PORT", k.port)))
	}
	return x
}

// made is a file of the image.
func (x *Image) made(at, text string) parsers.Place {
	return parsers.Place{Path: at, Text: &parsers.Found{Name: x.Ref + ": " + at, Src: []byte(text)}}
}

// split parts a reference into the name without the registry and the tag.
func split(ref string) (name, tag string) {
	name, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name, tag = name[:i], name[i+1:]
	}
	parts := strings.Split(name, "/")
	if len(parts) > 1 && (strings.ContainsAny(parts[0], ".:") || parts[0] == "localhost") {
		parts = parts[1:]
	}
	if len(parts) > 1 && parts[0] == "docker" { // public.ecr.aws/docker/library/nginx
		parts = parts[1:]
	}
	if len(parts) == 2 && slices.Contains(architectures, parts[0]) {
		parts = parts[1:]
	}
	return strings.Join(parts, "/"), tag
}

// Machine is a container of the image.
func (x *Image) Machine(name string, files ...string) *parsers.Machine {
	return &parsers.Machine{
		Name: name, Main: x.Main, Places: slices.Clone(x.Places), Missing: x.Missing,
		Files: slices.Concat(files, x.Files),
	}
}

// Unread says of which of some places the program most likely reads a configuration that nobody knows.
func (x *Image) Unread(places []parsers.Place) (list []hop.Note) {
	m := parsers.Machine{Places: places}
	for _, p := range places {
		dir := path.Dir(p.Path)
		reads := p.Path == x.Main || strings.HasPrefix(x.Main, p.Path+"/") ||
			x.Renders && (p.Path == sites || p.Path == templatesDir || dir == templatesDir ||
				dir == sites && strings.HasSuffix(p.Path, ".conf"))
		if !reads || p.Unknown == "" || p.Pos.IsZero() || m.At(p.Path).Unknown != p.Unknown {
			continue
		}
		if n := (hop.Note{Pos: p.Pos, Text: p.Path + ": " + p.Unknown}); !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// Changed are the files of this computer that the image has otherwise than they are here.
func (x *Image) Changed() (list []string) {
	m := parsers.Machine{Places: x.Places}
	for _, p := range x.Places {
		if now := m.At(p.Path); p.Local != "" && now.Unknown != "" && !now.Dir && !isDir(p.Local) {
			list = append(list, p.Local)
		}
	}
	return list
}

// Judged reports whether there is something to judge in a container of the image: the program's main file is of these
// files, or what the known one of the image takes in. The places of m from own on are not the image's.
func (x *Image) Judged(m *parsers.Machine, own int) bool {
	if main := m.At(m.Main); main.Unknown != "" || main.Err != nil {
		return false
	}
	dir := path.Dir(m.Main)
	for i, p := range m.Places {
		mine := i >= own && p.Unknown == "" && !p.Gone || p.Local != ""
		if mine && (p.Path == m.Main || strings.HasPrefix(p.Path, "/etc/") || strings.HasPrefix(p.Path+"/", dir+"/") ||
			strings.HasPrefix(dir+"/", p.Path+"/")) {
			return x.Program != ""
		}
	}
	return false
}
