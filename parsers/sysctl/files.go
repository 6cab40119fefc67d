package sysctl

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// IsName reports whether a file or directory is one of settings by its name: sysctl.conf, sysctl.d, and what lies in
// the latter.
func IsName(name string) bool {
	base, dir := filepath.Base(name), filepath.Base(filepath.Dir(name))
	return base == "sysctl.conf" || base == "sysctl.d" || dir == "sysctl.d" && strings.HasSuffix(base, ".conf")
}

// Read reads files and directories in the order in which `sysctl --system` applies them: first what lies in
// directories called sysctl.d, sorted by the names of files alone, of which the first of several with the same name
// counts; then the others, as given.
func Read(names []string, readFile func(name string) ([]byte, error)) ([]File, error) {
	var sorted, last []string
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return nil, err
		case !info.IsDir() && filepath.Base(filepath.Dir(name)) == "sysctl.d":
			sorted = append(sorted, name)
		case !info.IsDir():
			last = append(last, name)
		default:
			entries, err := os.ReadDir(name)
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				if strings.HasSuffix(e.Name(), ".conf") && !e.IsDir() {
					sorted = append(sorted, filepath.Join(name, e.Name()))
				}
			}
		}
	}
	slices.SortStableFunc(sorted, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	sorted = slices.CompactFunc(sorted, func(a, b string) bool { return filepath.Base(a) == filepath.Base(b) })
	var files []File
	for _, name := range append(sorted, last...) {
		src, err := readFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, File{name, src})
	}
	return files, nil
}
