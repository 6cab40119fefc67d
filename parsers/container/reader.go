package container

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
)

// Reader is how wslint reads Dockerfiles: those that put a configuration into an image of nginx or HAProxy.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "dockerfile", Sniff: sniff, Read: readAll, Beside: []string{"Dockerfile", "Containerfile"},
	}
}

// programs are the names that a Dockerfile of nginx or HAProxy has to have somewhere.
var programs = lazyregexp.New(`nginx|haproxy|angie`)

var from = lazyregexp.New(`(?mi)^\s*FROM\s+\S`)

// sniff takes files by their names: Dockerfile, Dockerfile.prod, web.Dockerfile, Containerfile.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	base := strings.ToLower(filepath.Base(f.Name))
	named := base == "dockerfile" || base == "containerfile" || strings.HasPrefix(base, "dockerfile.") ||
		strings.HasSuffix(base, ".dockerfile")
	switch {
	case f.Dir || !named || strings.HasSuffix(base, ".dockerignore"):
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be a Dockerfile"}
	case !from.Match(head) || !programs.Match(head):
		return parsers.Verdict{Why: "it says nothing of nginx or HAProxy"}
	}
	return parsers.Verdict{Claim: parsers.Yes, Why: "it makes an image of nginx or HAProxy"}
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	for _, f := range files {
		src := f.Src
		if src == nil {
			if src, err = o.ReadFile(f.Name); err != nil && f.Top == "" && !f.Beside {
				return r, err
			} else if err != nil {
				at := hop.Pos{File: f.Name}
				r.Problems = append(r.Problems, parsers.Problem{Pos: at, Text: err.Error(), Incomplete: true})
				continue
			}
		}
		if !f.Beside {
			r.Files = append(r.Files, &parsers.File{Name: f.Name, Src: src})
		}
		b := Build{File: f.Name, Src: src, Exists: exists, Args: o.Define}
		x, ok := b.in(f.Top, o.Shows)
		if ok {
			r.Claims = append(r.Claims, x.Changed()...)
		}
		if !ok || !x.copied() {
			if ok && !f.Beside {
				r.Unknown = append(r.Unknown, x.Unread(x.Places)...)
			}
			note := hop.Note{Pos: hop.Pos{File: f.Name}, Text: "it copies no configuration of nginx or HAProxy"}
			r.Debug = append(r.Debug, note)
			continue
		}
		m := x.Machine("the image of "+f.Name, f.Name)
		if script := strings.Join(slices.Concat(x.Entry, x.Command), " "); strings.Contains(script, ">") {
			Shell(m, script, x.Env, x.Start)
		}
		Render(m, x.Env, func(string) bool { return false })
		m.Define = x.Env
		r.Nested = append(r.Nested, parsers.Nested{Format: x.Program, Found: parsers.Found{
			Name: m.Name, Machine: m, Version: x.Version, Beside: f.Beside,
		}})
	}
	return r, nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// copied reports whether a configuration of the program is copied into the image, so that something is to be judged.
func (x *Image) copied() bool {
	for _, p := range x.Places {
		if p.Local != "" && (p.Path == x.Main || strings.HasPrefix(p.Path, filepath.Dir(x.Main)) ||
			strings.HasPrefix(filepath.Dir(x.Main), p.Path)) {
			return x.Known || p.Path == x.Main || strings.HasPrefix(x.Main, strings.TrimSuffix(p.Path, "/")+"/")
		}
	}
	return false
}

// maxAbove is how many directories above a Dockerfile may be what it is built in.
const maxAbove = 4

// in makes the image with the directory that it is built in: that of the Dockerfile, or the nearest above it that has
// more of the files that are copied. top is the directory that was searched; "" for none.
func (b Build) in(top string, shows func(string) bool) (best Image, ok bool) {
	most := -1
	dir := filepath.Dir(b.File)
	for range maxAbove {
		b.Context = dir
		x, isOne := b.Image()
		found := 0
		for _, p := range x.Places {
			if p.Local != "" {
				found++
			}
		}
		if found > most {
			best, ok, most = x, isOne, found
		}
		up := filepath.Dir(dir)
		if dir == top || up == dir || dir == "." && top != "" {
			break
		}
		if dir == "." {
			up = ".."
		}
		if shows != nil && !shows(up) {
			break
		}
		dir = up
	}
	return best, ok
}
