// Package sysctl reads sysctl.conf and the files of sysctl.d: what the kernel under the proxies does to connections.
// The order of files and the form of lines are those of sysctl.d(5) and sysctl.conf(5).
package sysctl

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A File is one file of settings.
type File struct {
	Name string
	Src  []byte
}

// An assignment is one line.
type assignment struct {
	key   string // as a path: "net/ipv4/tcp_keepalive_time"
	value string
	pos   hop.Pos // of the value
	start int     // where the value begins in the file
	order int     // of all assignments, in that of the files and lines
}

// The settings that matter to WebSockets.
const (
	windowScaling = "net.ipv4.tcp_window_scaling"
	keepaliveTime = "net.ipv4.tcp_keepalive_time"
	portRange     = "net.ipv4.ip_local_port_range"
	tracked       = "net.netfilter.nf_conntrack_tcp_timeout_established"
	// oldTracked is what kernels before 2.6.20 called it; they still take it for a long time after.
	oldTracked = "net.ipv4.netfilter.ip_conntrack_tcp_timeout_established"
)

// Parse reads the files in their order: of several assignments the last one counts. The notes tell of lines that are
// no assignment, which sysctl skips.
func Parse(files []File) (hop.Kernel, []hop.Note) {
	last := map[string]assignment{} // of each key: no earlier one counts
	var notes []hop.Note
	order := 0
	for _, f := range files {
		notes = append(notes, lines(f, func(a assignment) {
			order++
			a.order = order
			last[a.key] = a
		})...)
	}
	all := slices.SortedFunc(maps.Values(last), func(a, b assignment) int { return a.order - b.order })
	var origin hop.Pos
	if len(files) > 0 {
		origin = hop.Pos{File: files[0].Name, Line: 1}
	}
	// The defaults are those of the kernel's documentation, ip-sysctl and nf_conntrack-sysctl.
	return hop.Kernel{
		WindowScaling: setting(all, origin, true, parseBool, windowScaling),
		Keepalive:     setting(all, origin, 2*time.Hour, parseSeconds, keepaliveTime),
		Ports:         setting(all, origin, hop.PortRange{First: 32768, Last: 60999}, parsePorts, portRange),
		Tracked:       setting(all, origin, 120*time.Hour, parseSeconds, tracked, oldTracked),
	}, notes
}

// setting is the value in effect. Of a key that several assignments match, one that names it outweighs a pattern.
func setting[T any](
	all []assignment,
	origin hop.Pos,
	def T,
	parse func(string) (T, bool),
	keys ...string,
) hop.Setting[T] {
	paths := make([]string, len(keys))
	for i, key := range keys {
		paths[i] = strings.ReplaceAll(key, ".", "/")
	}
	for _, named := range []bool{true, false} {
		for _, a := range slices.Backward(all) {
			if !slices.ContainsFunc(paths, func(path string) bool { return a.means(path, named) }) {
				continue
			}
			v, ok := parse(a.value)
			if !ok {
				return hop.Unknown[T](keys[0], a.pos, fmt.Sprintf("the kernel does not take %q for %s", a.value, keys[0]))
			}
			s := hop.Written(keys[0], v, a.pos)
			s.Set = func(value string) []hop.Edit {
				return []hop.Edit{{File: a.pos.File, Start: a.start, End: a.start + len(a.value), New: value}}
			}
			return s
		}
	}
	return hop.Default(keys[0], def, origin)
}

// means reports whether the assignment is of the setting at a path below /proc/sys, by its name or by a pattern:
// net.ipv4.tcp_* is one for systemd.
func (a assignment) means(at string, named bool) bool {
	if named || !strings.ContainsAny(a.key, `*?[\\`) {
		return a.key == at
	}
	// In a pattern no * spans a level.
	ok, err := path.Match(a.key, at)
	return err == nil && ok
}

// lines takes a file apart.
func lines(f File, found func(assignment)) (notes []hop.Note) {
	offset, number := 0, -1
	for raw := range strings.Lines(string(f.Src)) {
		at := offset
		offset += len(raw)
		number++
		line := strings.TrimRight(raw, "\r\n")
		text := strings.TrimLeft(line, " \t")
		if text == "" || text[0] == '#' || text[0] == ';' {
			continue
		}
		pos := func(from, to int) hop.Pos {
			return hop.Pos{File: f.Name, Line: number + 1, Col: from + 1, EndCol: to + 1}
		}
		indent := len(line) - len(text)
		key, value, ok := strings.Cut(text, "=")
		// "-key" without a value takes a key out of patterns: nothing that is of interest here.
		if !ok {
			if text[0] != '-' {
				notes = append(
					notes,
					hop.Note{Pos: pos(indent, len(line)), Text: "sysctl skips this line, which is no assignment"},
				)
			}
			continue
		}
		from := indent + len(key) + 1
		from += len(value) - len(strings.TrimLeft(value, " \t"))
		value = strings.Trim(value, " \t")
		found(assignment{
			key: slashed(strings.TrimSpace(strings.TrimPrefix(key, "-"))), value: value,
			pos: pos(from, from+max(len(value), 1)), start: at + from,
		})
	}
	return notes
}

// Text returns the comments of a file: the lines that begin with # or ;.
func Text(f File) parsers.Text {
	t := parsers.Text{File: f.Name, Src: f.Src, Editable: true}
	offset := 0
	for line := range strings.Lines(string(f.Src)) {
		text := strings.TrimLeft(line, " \t")
		if strings.HasPrefix(text, "#") || strings.HasPrefix(text, ";") {
			t.Comments = append(
				t.Comments,
				parsers.Comment{Start: offset + len(line) - len(text), End: offset + len(strings.TrimRight(line, "\r\n"))},
			)
		}
		offset += len(line)
	}
	return t
}

// slashed writes a key as the path that it is below /proc/sys. Its first separator decides: where that is a dot, dots
// separate and slashes stand for dots within a name; where it is a slash, all is as it stands.
func slashed(key string) string {
	i := strings.IndexAny(key, "./")
	if i < 0 || key[i] == '/' {
		return key
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '/':
			return '.'
		case '.':
			return '/'
		}
		return r
	}, key)
}

func parseBool(s string) (v, ok bool) {
	n, err := strconv.ParseUint(s, 0, 31)
	return n != 0, err == nil
}

func parseSeconds(s string) (time.Duration, bool) {
	n, err := strconv.ParseUint(s, 0, 31)
	return time.Duration(n) * time.Second, err == nil && n > 0
}

func parsePorts(s string) (hop.PortRange, bool) {
	f := strings.Fields(s)
	if len(f) != 2 {
		return hop.PortRange{}, false
	}
	first, err1 := strconv.Atoi(f[0])
	last, err2 := strconv.Atoi(f[1])
	return hop.PortRange{
			First: first,
			Last:  last,
		}, err1 == nil && err2 == nil && 0 < first && first <= last &&
			last <= 65535
}
