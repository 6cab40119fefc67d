package conf

import (
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/plainfile"
)

// hasMeta reports whether nginx hands an include path to glob(3) rather than to open(2).
func hasMeta(path string) bool { return strings.ContainsAny(path, "*?[") }

// fixedDir is the directory part of a pattern that holds no wildcard: "a/b" for "a/b/*/c.conf", "." when there is
// none.
func fixedDir(pattern string) string {
	if i := strings.IndexAny(pattern, "*?["); i >= 0 {
		pattern = pattern[:i]
	}
	switch i := strings.LastIndexByte(pattern, '/'); i {
	case -1:
		return "."
	case 0:
		return "/"
	default:
		return pattern[:i]
	}
}

// glob lists the files that match a pattern as glob(3) does in the C locale that nginx runs in: a leading dot must be
// written out, slashes stay as written, and the order is that of the bytes of the whole path. filepath.Glob differs
// in all of these. The locator learns which of them are no symlinks.
func glob(pattern string, l *plainfile.Locator) []string {
	found, magic := []string{""}, false
	for rest := pattern; rest != ""; {
		n := len(rest) - len(strings.TrimLeft(rest, "/"))
		slashes := rest[:n]
		rest = rest[n:]
		segment, _, _ := strings.Cut(rest, "/")
		rest = rest[len(segment):]
		if magic = isMagic(segment); !magic {
			for i := range found {
				found[i] += slashes + literal(segment)
			}
			continue
		}
		var next []string
		for _, dir := range found {
			next = append(next, matchDir(dir+slashes, segment, l)...)
		}
		found = next
	}
	if !magic {
		found = slices.DeleteFunc(found, func(name string) bool {
			_, err := os.Lstat(name)
			return err != nil
		})
	}
	slices.Sort(found)
	return found
}

// matchDir lists the entries of one directory that match; a directory that cannot be read has none.
func matchDir(dir, segment string, l *plainfile.Locator) []string {
	read := dir
	if read == "" {
		read = "."
	}
	entries, err := os.ReadDir(read)
	if err != nil {
		return nil
	}
	var found []string
	for _, name := range []string{".", ".."} { // readdir(3) lists these two, and ".*" matches them
		if matchName(segment, name) {
			found = append(found, dir+name)
		}
	}
	var plain []string
	for _, e := range entries {
		if matchName(segment, e.Name()) {
			found = append(found, dir+e.Name())
			if e.Type()&fs.ModeSymlink == 0 {
				plain = append(plain, e.Name())
			}
		}
	}
	l.Listed(read, plain)
	return found
}

// matchPath reports whether a path is among those a pattern stands for, judging by the names alone.
func matchPath(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if !isMagic(want[i]) {
			if literal(want[i]) != have[i] {
				return false
			}
		} else if !matchName(want[i], have[i]) {
			return false
		}
	}
	return true
}

// isMagic reports whether one segment of a pattern is more than a name: a bracket counts only when it is closed.
func isMagic(segment string) bool {
	open := false
	for i := 0; i < len(segment); i++ {
		switch segment[i] {
		case '\\':
			i++
		case '*', '?':
			return true
		case '[':
			open = true
		case ']':
			if open {
				return true
			}
		}
	}
	return false
}

// literal takes the backslashes out of a segment without wildcards.
func literal(segment string) string {
	if !strings.Contains(segment, `\`) {
		return segment
	}
	var b strings.Builder
	for i := 0; i < len(segment); i++ {
		if segment[i] == '\\' && i+1 < len(segment) {
			i++
		}
		b.WriteByte(segment[i])
	}
	return b.String()
}

// matchName is fnmatch(3) with FNM_PERIOD for one file name.
func matchName(pattern, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(pattern, ".") && !strings.HasPrefix(pattern, `\.`) {
		return false
	}
	p, s := 0, 0
	star, mark := -1, 0 // the last star, and how much of name it has taken
	for p < len(pattern) || s < len(name) {
		if p < len(pattern) && pattern[p] == '*' {
			star, mark = p, s
			p++
			continue
		}
		if p < len(pattern) && s < len(name) {
			if n := matchByte(pattern[p:], name[s]); n > 0 {
				p += n
				s++
				continue
			}
		}
		if star < 0 || mark >= len(name) {
			return false
		}
		mark++
		p, s = star+1, mark
	}
	return true
}

// matchByte matches c against the first element of a pattern, which is no star: the length of the element, 0 for no
// match.
func matchByte(pattern string, c byte) int {
	switch pattern[0] {
	case '?':
		return 1
	case '[':
		if n, ok := matchBracket(pattern, c); n > 0 {
			if !ok {
				return 0
			}
			return n
		}
	case '\\':
		if len(pattern) > 1 && pattern[1] == c {
			return 2
		}
		return 0
	}
	if pattern[0] == c {
		return 1
	}
	return 0
}

// matchBracket matches c against a bracket expression: its length, 0 when it is none because it is never closed.
func matchBracket(pattern string, c byte) (n int, ok bool) {
	i, negated := 1, false
	if i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^') {
		negated = true
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, ok != negated
		}
		if name, found := className(pattern[i:]); found {
			if !knownClass(name) {
				return len(pattern), false // glibc: nothing matches
			}
			ok = ok || inClass(name, c)
			i += len(name) + len("[::]")
			continue
		}
		low, width := bracketByte(pattern[i:])
		high := low
		i += width
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high, width = bracketByte(pattern[i+1:])
			i += 1 + width
		}
		ok = ok || low <= c && c <= high
	}
	return 0, false
}

// bracketByte reads one character inside brackets: "a", "\a", "[.a.]" or "[=a=]".
func bracketByte(s string) (c byte, width int) {
	if s[0] == '\\' && len(s) > 1 {
		return s[1], 2
	}
	if len(s) >= 5 && s[0] == '[' && (s[1] == '.' || s[1] == '=') && s[3] == s[1] && s[4] == ']' {
		return s[2], 5
	}
	return s[0], 1
}

// className reads "[:alpha:]".
func className(s string) (name string, found bool) {
	if !strings.HasPrefix(s, "[:") {
		return "", false
	}
	name, _, found = strings.Cut(s[2:], ":]")
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "", false
	}
	return name, found
}

func knownClass(name string) bool {
	return slices.Contains([]string{"alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
		"space", "upper", "xdigit"}, name)
}

// inClass reports whether c is in a POSIX class in the C locale, where no byte above 127 is in any.
func inClass(name string, c byte) bool {
	lower, upper, digit := 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9'
	graph := '!' <= c && c <= '~'
	switch name {
	case "alnum":
		return lower || upper || digit
	case "alpha":
		return lower || upper
	case "blank":
		return c == ' ' || c == '\t'
	case "cntrl":
		return c < ' ' || c == 127
	case "digit":
		return digit
	case "graph":
		return graph
	case "lower":
		return lower
	case "print":
		return graph || c == ' '
	case "punct":
		return graph && !lower && !upper && !digit
	case "space":
		return c == ' ' || '\t' <= c && c <= '\r'
	case "upper":
		return upper
	case "xdigit":
		return digit || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
	}
	return false
}
