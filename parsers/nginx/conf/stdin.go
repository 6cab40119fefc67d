package conf

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// stdinName is what reports call standard input.
const stdinName = "<stdin>"

// standardInput reads what came through a pipe: the trees of a dump, what nginx said instead of one, or a file that
// may be a root.
func (r *reader) standardInput(src []byte) ([]*Tree, []*candidate, error) {
	if isDump(src, true) {
		return r.readDumps(stdinName, src), nil, nil
	}
	if p, ok := notStarting(src); ok {
		return []*Tree{{Name: stdinName, Context: "http", Main: Block("", nil), Problems: []Problem{p},
			Root: newDisk(r, stdinName).local}}, nil, nil
	}
	if passed.Match(src) {
		return nil, nil, &NoConfigError{Arg: stdinName,
			Why: "this is what nginx -t prints; nginx -T prints the configuration too"}
	}
	p := r.parse(&File{Name: cmp.Or(r.options.StdinName, stdinName), Src: src})
	if p.err != nil && !anyDirective(src) {
		first, _, _ := bytes.Cut(bytes.TrimSpace(src), []byte("\n"))
		return nil, nil, &NoConfigError{Arg: stdinName,
			Why: fmt.Sprintf("no nginx configuration: it begins with %.200q", bytes.TrimSpace(first))}
	}
	return nil, []*candidate{r.candidate(p, "")}, nil
}

func anyDirective(src []byte) bool {
	for l := range bytes.Lines(src) {
		if couldBeDirective(bytes.TrimSpace(l)) {
			return true
		}
	}
	return false
}

var (
	refused   = lazyregexp.New(`(?m)^(?:nginx:|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[emerg\] (?:\d+#\d+: )?(.+?)\r?$`)
	refusedAt = lazyregexp.New(`^(.*) in (/\S+):(\d+)$`)
	passed    = lazyregexp.New(`(?m)^nginx: configuration file \S+ test is successful\r?$`)
)

// notStarting is what nginx -T prints in place of a configuration that it cannot start with; ok is false for
// everything else.
func notStarting(src []byte) (p Problem, ok bool) {
	m := refused.FindSubmatch(src)
	if m == nil {
		return p, false
	}
	text := string(m[1])
	p = Problem{Pos: hop.Pos{File: stdinName}, Incomplete: true}
	if at := refusedAt.FindStringSubmatch(text); at != nil {
		text = at[1]
		p.Pos.File = at[2]
		p.Pos.Line, _ = strconv.Atoi(at[3])
	}
	p.Text = fmt.Sprintf("nginx does not start, and prints no configuration: %s", text)
	return p, true
}
