package oracle

import (
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/hop"
)

// Hold has nginx run files of which nginx.conf is the main one, with a WebSocket through it, and fails t where it is
// not as predicted. read says what a main file is to that version of nginx. The result is what was predicted.
func (n Nginx) Hold(
	t testing.TB, files map[string]string, o Options, p Probe, read func(main, version string) (hop.Source, error),
) *hop.Path {
	t.Helper()
	lab, err := Rewrite(t, files, o)
	if err != nil {
		t.Fatal(err)
	}
	source, err := read(filepath.Join(lab.Conf, lab.Main), n.Version)
	if err != nil {
		t.Fatal(err)
	}
	server, err := lab.Start(t, n)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := lab.Paths(source, p)
	if err != nil {
		t.Fatal(err)
	}
	seen := server.Observe(t, p)
	path, _ := Fits(paths, seen)
	diffs, _ := Compare(path, seen)
	for _, d := range diffs {
		t.Error(d)
	}
	return path
}
