package compose

import (
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
)

// An env is what variables of a compose file are replaced by.
type env struct {
	dir    string            // of the project
	values map[string]string // of .env
	given  map[string]string // --define
}

// look finds a variable. What was given on the command line is like what stands in the shell that compose runs in.
func (e *env) look(name string) (v value, set bool) {
	if text, ok := e.given[name]; ok {
		return value{text: text}, true
	}
	if text, ok := e.values[name]; ok {
		return value{text: text}, true
	}
	switch name {
	case "PWD", "COMPOSE_PROJECT_DIR":
		return value{text: "."}, true
	}
	return value{}, false
}

// assignment is a line of .env: export, a name, and what follows.
var assignment = lazyregexp.New(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:]\s*(.*)$`)

// dotenv reads the assignments of a file as compose does (Compose documentation, "Syntax for .env files"): values in
// single quotes as they are, others with escapes, comments behind a blank.
func dotenv(src []byte) map[string]string {
	values, literal := map[string]string{}, map[string]bool{}
	text := strings.ReplaceAll(string(src), "\r\n", "\n")
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		m := assignment.FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(strings.TrimSpace(line), "#") {
			text = rest
			continue
		}
		value := m[2]
		if quote := value; quote != "" && (quote[0] == '"' || quote[0] == '\'') {
			whole := text[strings.Index(text, value):]
			if end := closing(whole); end > 0 {
				value, rest = whole[1:end], whole[end+1:]
				_, rest, _ = strings.Cut(rest, "\n")
				if literal[m[1]] = whole[0] == '\''; whole[0] == '"' {
					value = escapes.Replace(value)
				}
			}
		} else {
			if i := strings.Index(value, " #"); i >= 0 {
				value = value[:i]
			}
			value = strings.TrimSpace(value)
			if strings.HasPrefix(value, "#") {
				value = ""
			}
		}
		values[m[1]] = value
		text = rest
	}
	e := &env{values: values}
	for name, v := range values {
		if strings.Contains(v, "$") && !literal[name] {
			if got := e.interpolate(v, deepest-2); got.known() && len(got.text) <= maxValue {
				values[name] = got.text
			}
		}
	}
	return values
}

// maxValue is how long the value of a variable may become.
const maxValue = 64 << 10

var escapes = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\"`, `"`, `\\`, `\`)

// closing is where the quote is closed that a text begins with; -1 where it is not.
func closing(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] == text[0]:
			return i
		}
	}
	return -1
}

// maxEnv is how large a file of variables may be.
const maxEnv = 1 << 20

// A files reads files of variables, and keeps what is never to be shown of them.
type files struct {
	o       parsers.Options
	private [][]byte
}

// read reads a file of variables; ok is false where there is none.
func (f *files) read(name string) (values map[string]string, ok bool) {
	info, err := f.o.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxEnv {
		return nil, false
	}
	src, err := f.o.ReadFile(name)
	if err != nil {
		return nil, false
	}
	values = dotenv(src)
	f.private = append(f.private, src)
	for _, v := range values {
		if !isPlain(v) {
			f.private = append(f.private, []byte("password="+v+"\n"))
		}
	}
	return values, true
}

// plain are values that are no secret: numbers, times, sizes, versions, addresses with a dot or a port, paths, and
// words of letters alone, which name services.
var plain = lazyregexp.New(`^(?:\d+[a-z]{0,2}|\d+\.\d+[\w.-]*|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|` +
	`[a-z0-9-]+:\d+|\.{0,2}/[\w./-]*|https?://[\w.:/-]+|[a-z]+)$`)

// isPlain reports whether a value of .env may be shown.
func isPlain(value string) bool { return len(value) < 6 || plain.MatchString(value) }

// beside is a file that a compose file names, seen from a directory of the project.
func beside(dir, name string) string {
	if strings.HasPrefix(name, "~") || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}
