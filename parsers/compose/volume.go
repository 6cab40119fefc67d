package compose

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// readOnly reports whether a directory of the container is mounted so that nothing can be written there.
func (p *project) readOnly(s *service, dir string) (ro bool) {
	s.each("volumes", func(e entry) {
		v := p.volume(e)
		if v.place.Path == dir {
			ro = v.readOnly
		}
	})
	return ro
}

// A volume is one mount of a service.
type volume struct {
	place    parsers.Place
	readOnly bool
}

// mounts are what the service has mounted: volumes, then configs.
func (p *project) mounts(s *service) (list []parsers.Place) {
	s.each("volumes", func(e entry) {
		if v := p.volume(e); v.place.Path != "" {
			list = append(list, v.place)
		}
	})
	s.each("configs", func(e entry) {
		if place := p.config(e); place.Path != "" {
			list = append(list, place)
		}
	})
	for i := range list {
		list[i].Mount = true
	}
	return list
}

// volume reads a volume in either form: SOURCE:TARGET:MODE, or a mapping.
func (p *project) volume(e entry) (v volume) {
	if e.Kind == document.Mapping {
		kind, source, target := e.env.of(e.Get("type")), e.env.of(e.Get("source")), e.env.of(e.Get("target"))
		if e.Get("source") == nil {
			source = e.env.of(e.Get("src"))
		}
		v.readOnly = e.env.of(e.Get("read_only")).text == "true"
		if target.known() && path.IsAbs(target.text) {
			v.place = p.bind(e, source, target.text, kind.text == "bind" || kind.text == "" && isPath(source.text))
		}
		return v
	}
	whole := e.env.of(e.Node)
	parts := parted(e.Value)
	if len(parts) < 2 {
		if whole.known() && path.IsAbs(whole.text) {
			v.place = parsers.Place{Path: path.Clean(whole.text), Pos: e.Pos(), Unknown: "it is a volume of its own"}
		}
		return v
	}
	source, target := e.env.interpolate(parts[0], 0), e.env.interpolate(parts[1], 0)
	if !target.known() || !path.IsAbs(target.text) {
		return v
	}
	v.readOnly = len(parts) > 2 && slices.Contains(strings.Split(parts[2], ","), "ro")
	v.place = p.bind(e, source, target.text, isPath(source.text) || isPath(parts[0]))
	return v
}

// parted cuts the short form of a volume at its colons, outside of variables.
func parted(text string) (list []string) {
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			depth++
		case text[i] == '}' && depth > 0:
			depth--
		case text[i] == ':' && depth == 0:
			list, start = append(list, text[start:i]), i+1
		}
	}
	list = append(list, text[start:])
	if len(list) > 2 && len(list[0]) == 1 && strings.HasPrefix(list[2], "/") { // C:\web.conf:/etc/…
		list = slices.Concat([]string{list[0] + ":" + list[1]}, list[2:])
	}
	return list
}

// isPath reports whether the source of a volume is a file or a directory of the host.
func isPath(source string) bool {
	return strings.HasPrefix(source, ".") || strings.HasPrefix(source, "/") || strings.HasPrefix(source, "~") ||
		strings.HasPrefix(source, "$PWD") || strings.HasPrefix(source, "${PWD}") ||
		strings.Contains(source, `\`) || len(source) > 2 && source[1:3] == ":/"
}

// local is the file that a path means; with backslashes, the one that it means to compose on Windows.
func (p *project) local(dir, name string) string {
	local := beside(dir, name)
	if there := beside(dir, strings.ReplaceAll(name, `\`, "/")); there != local && !p.exists(local) {
		return there
	}
	return local
}

// bind is a mounted file or directory, a volume where it is none.
func (p *project) bind(e entry, source value, target string, isBind bool) parsers.Place {
	place := parsers.Place{Path: path.Clean(target), Pos: e.Pos()}
	switch local := p.local(e.dir, source.text); {
	case !source.known():
		place.Unknown = "what is mounted there is not known: " + source.why
	case !isBind && source.text != "":
		place.Unknown = "volume " + source.text + " is mounted there, whose files are not known"
	case !isBind:
		place.Unknown = "a volume is mounted there, whose files are not known"
	case strings.HasPrefix(source.text, "~") || !p.exists(local):
		place.Unknown = source.text + ", which is mounted there, is not in the repository"
	default:
		place.Local = filepath.Clean(local)
	}
	return place
}
