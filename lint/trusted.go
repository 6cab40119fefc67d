package lint

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/internal/plainfile"
)

// A Trusted is a git revision that says what may be left out of a report. What a pull request changes may be its own
// .wslint.yaml and baseline, so they are read from the branch that it goes to.
type Trusted struct {
	git  gitRepository
	rev  string // the commit
	name string // as it was asked for
}

// OpenTrusted finds a revision in the repository of the current directory.
func OpenTrusted(rev string) (*Trusted, error) {
	g, err := openRepository(".")
	if err != nil {
		return nil, fmt.Errorf("no git revision %q: %w", rev, err)
	}
	out, err := g.run(g.top, "rev-parse", "--verify", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("no git revision %q: %w", rev, err)
	}
	return &Trusted{g, strings.TrimSpace(string(out)), rev}, nil
}

// Config is the configuration file of the revision that is nearest upward from the inputs; nil when there is none.
func (t *Trusted) Config(inputs []string) (*Config, error) {
	file, src, err := t.nearest(inputs, ConfigName)
	if err != nil || file == "" {
		return nil, err
	}
	c, err := ParseConfig(file, src)
	if err != nil {
		return nil, fmt.Errorf("of %s: %w", t.name, err)
	}
	return c, nil
}

// Baseline is the baseline of the revision that is nearest upward from the first input; nil when there is none.
func (t *Trusted) Baseline(inputs []string) (*Baseline, error) {
	file, src, err := t.nearest(inputs[:min(len(inputs), 1)], BaselineName)
	if err != nil || file == "" {
		return nil, err
	}
	return parseBaseline(file, src)
}

// nearest is the file of that name that is nearest upward from the inputs, which have to agree.
func (t *Trusted) nearest(inputs []string, name string) (file string, src []byte, err error) {
	if len(inputs) == 0 {
		inputs = []string{"."}
	}
	found := ""
	for i, in := range inputs {
		at, err := t.above(in, name)
		switch {
		case err != nil:
			return "", nil, err
		case i > 0 && at != found:
			return "", nil, fmt.Errorf("%s and %s have different files %s in %s", inputs[0], in, name, t.name)
		}
		found = at
	}
	if found == "" {
		return "", nil, nil
	}
	if src, err = t.git.run(t.git.top, "cat-file", "blob", t.rev+":"+found); err != nil {
		return "", nil, fmt.Errorf("%s of %s: %w", found, t.name, err)
	}
	at := filepath.Join(t.git.top, filepath.FromSlash(found))
	return newNearest(plainfile.NewLocator()).shown(at), src, nil
}

// above is the name, from the top of the repository, of the nearest such file; "" when there is none.
func (t *Trusted) above(input, name string) (string, error) {
	if input == "-" {
		input = "."
	}
	dir, _ := directory(input)
	rel, err := filepath.Rel(t.git.top, dir)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is not in the repository of %s", input, t.name)
	}
	for rel = filepath.ToSlash(rel); ; rel = parentOf(rel) {
		file := strings.TrimPrefix(rel+"/"+name, "./")
		out, err := t.git.run(t.git.top, "ls-tree", "-z", t.rev, "--", file)
		switch {
		case err != nil:
			return "", fmt.Errorf("%s of %s: %w", file, t.name, err)
		case strings.HasPrefix(string(out), "100"):
			return file, nil
		case len(out) > 0:
			return "", fmt.Errorf("%s of %s is no regular file", file, t.name)
		case rel == ".":
			return "", nil
		}
	}
}

// parentOf is the directory that a directory of a repository lies in.
func parentOf(rel string) string {
	i := strings.LastIndexByte(rel, '/')
	if i < 0 {
		return "."
	}
	return rel[:i]
}
