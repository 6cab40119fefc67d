package oracle_test

import (
	"fmt"
	"path/filepath"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/nginx"
)

// readSource reads a lab's configuration, whose text is that which nginx runs, as the linter does for one version of
// nginx, or where none is declared. It fails for a text that the linter thinks nginx would refuse.
func readSource(lab *oracle.Lab, version string) (*nginx.Config, error) {
	var v nginx.Version
	if version != "" {
		var err error
		if v, err = nginx.ParseVersion(version); err != nil {
			return nil, err
		}
	}
	// The files of this machine are those that nginx sees.
	trees, err := nginx.Read([]string{filepath.Join(lab.Conf, lab.Main)}, nil, nginx.Options{Root: "/", Version: v})
	if err != nil {
		return nil, err
	}
	if len(trees) != 1 {
		return nil, fmt.Errorf("%d configurations were read, want 1", len(trees))
	}
	if p := trees[0].Problems; len(p) > 0 {
		return nil, fmt.Errorf("predicted that nginx does not start: %s: %s", p[0].Pos, p[0].Text)
	}
	return nginx.Compile(trees[0], v), nil
}
