package lint

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
)

// WriteIdle writes under hops in a configuration file after how much idle time a hop closes connections, with a
// comment that says where that comes from. The rest of the file stays as it is. Without a configuration it makes a file
// in the current directory. It returns the name of the file.
func WriteIdle(c *Config, name string, idle time.Duration, comment string) (file string, err error) {
	if !hopName().MatchString(name) {
		return "", fmt.Errorf("%q is no name of a hop", name)
	}
	if c != nil {
		after, err := c.withIdle(name, idle, comment)
		if err != nil {
			return "", err
		}
		real, err := filepath.EvalSymlinks(c.File)
		if err != nil {
			return "", err
		}
		return c.File, plainfile.Replace(real, c.Src, after)
	}
	if HasConfig(".") {
		return "", errors.New("the configuration file here was not read, so nothing is written to it")
	}
	f, err := os.OpenFile(ConfigName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintf(f, "hops:\n  %s\n", idleEntry(name, idle, comment))
	return ConfigName, errors.Join(err, f.Close())
}

func hopName() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_][\w./@-]*$`) }

func idleEntry(name string, idle time.Duration, comment string) string {
	return fmt.Sprintf("%s: {idle: %s} # %s", name, hop.FormatDuration(idle), comment)
}

// withIdle is the text of the file with the idle timeout of a hop.
func (c *Config) withIdle(name string, idle time.Duration, comment string) ([]byte, error) {
	byHand := fmt.Errorf("%s is written in a form that wslint does not change: write under hops: %s", c.File,
		idleEntry(name, idle, comment))
	f, root, err := parseYAML(c.File, c.Src)
	if err != nil {
		return nil, err
	}
	lines := slices.Collect(strings.Lines(string(c.Src)))
	e := idleEdit{yamlFile: f, lines: lines, name: name, idle: idle, comment: comment}
	if old := c.declaredHop(name); old != nil {
		e.name = old.Name
	}
	if !e.edit(root) {
		return nil, byHand
	}
	after := []byte(strings.Join(e.lines, ""))
	changed, err := ParseConfig(c.File, after)
	if err != nil || !c.onlyIdleDiffers(changed, e.name, idle) {
		return nil, byHand
	}
	return after, nil
}

// onlyIdleDiffers reports whether another configuration differs in the idle timeout of a hop alone.
func (c *Config) onlyIdleDiffers(other *Config, name string, idle time.Duration) bool {
	h := other.declaredHop(name)
	if h == nil || h.Idle != idle || len(c.Paths) != len(other.Paths) || len(c.Ignore) != len(other.Ignore) ||
		len(c.Overrides) != len(other.Overrides) || len(c.Exclude) != len(other.Exclude) {
		return false
	}
	return !slices.ContainsFunc(c.Hops, func(h DeclaredHop) bool {
		same := other.declaredHop(h.Name)
		return same == nil || same.Life != h.Life || same.NoIdle != h.NoIdle && h.Name != name ||
			same.Idle != h.Idle && h.Name != name
	})
}

// An idleEdit changes the lines of a file.
type idleEdit struct {
	*yamlFile
	lines         []string
	name, comment string
	idle          time.Duration
}

// edit makes the change; ok is false where the file has a form that is not understood.
func (e *idleEdit) edit(root ast.Node) (ok bool) {
	hops, found := e.valueOf(root, "hops")
	if !found {
		if m, isMap := e.resolve(root).(*ast.MappingNode); root != nil && isMap && m.IsFlowStyle {
			return false
		}
		if n := len(e.lines); n > 0 {
			e.lines[n-1] = strings.TrimRight(e.lines[n-1], "\r\n") + e.end()
			e.lines = append(e.lines, e.end())
		}
		e.lines = append(e.lines, "hops:"+e.end(), "  "+idleEntry(e.name, e.idle, e.comment)+e.end())
		return true
	}
	mine, there := e.valueOf(hops, e.name)
	if !there {
		return e.insert(hops, idleEntry(e.name, e.idle, e.comment), e.name+": {idle: "+hop.FormatDuration(e.idle)+"}")
	}
	value, there := e.valueOf(mine, "idle")
	if !there {
		alone := "idle: " + hop.FormatDuration(e.idle)
		return e.insert(mine, alone+" # "+e.comment, alone)
	}
	at := e.pos(value)
	line := e.lines[at.Line-1]
	line = line[:at.Col-1] + hop.FormatDuration(e.idle) + line[at.EndCol-1:]
	e.lines[at.Line-1] = e.commented(line)
	return true
}

// end is how the lines of the file end.
func (e *idleEdit) end() string {
	if bytes.Contains(e.src, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// commented is a line with the comment, in the place of an older one of its kind. A comment of somebody else stays.
func (e *idleEdit) commented(line string) string {
	text := strings.TrimRight(line, "\r\n")
	end := line[len(text):]
	own := regexp.MustCompile(`(\s+#|;) measured [\d-]+, wslint probe$`)
	text = own.ReplaceAllString(text, "")
	if strings.Contains(text, "#") {
		return text + "; " + e.comment + end
	}
	return text + " # " + e.comment + end
}

// insert puts an entry first into a mapping: on a line of its own, or within braces.
func (e *idleEdit) insert(mapping ast.Node, own, within string) bool {
	node := e.resolve(mapping)
	m, isMap := node.(*ast.MappingNode)
	_, isPair := node.(*ast.MappingValueNode)
	at := e.pos(node)
	switch {
	case isMap && m.IsFlowStyle:
		line := e.lines[at.Line-1]
		if len(m.Values) > 0 {
			within += ", "
		}
		e.lines[at.Line-1] = e.commented(line[:at.Col] + within + line[at.Col:])
		return true
	case isMap && len(m.Values) > 0 || isPair:
		indent := e.lines[at.Line-1][:at.Col-1]
		if strings.TrimSpace(indent) != "" {
			return false
		}
		e.lines = slices.Insert(e.lines, at.Line-1, indent+own+e.end())
		return true
	}
	return false
}

// valueOf is the value of a key of a mapping.
func (e *idleEdit) valueOf(n ast.Node, key string) (value ast.Node, ok bool) {
	if n == nil {
		return nil, false
	}
	e.pairs(n, "", func(_ ast.Node, name string, v ast.Node) error {
		if name == key {
			value, ok = v, true
		}
		return nil
	})
	return value, ok
}
