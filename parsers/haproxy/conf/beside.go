package conf

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// neighbours are the files near a configuration.
type neighbours struct {
	dir  string // "" for a configuration that is no file
	read func(name string) ([]byte, error)
}

// mostBeside bounds how many files are read for one configuration.
const mostBeside = 100

// Beside reports whether a file near the configuration has a section of that name: HAProxy takes several files as one.
func (c *Config) Beside(name string, kinds ...string) bool {
	if c.near.dir == "" {
		return false
	}
	var files []string
	for _, pattern := range []string{"*.cfg", "*/*.cfg", "../*.cfg", "../*/*.cfg"} {
		found, _ := filepath.Glob(filepath.Join(c.near.dir, pattern))
		files = append(files, found...)
	}
	for _, f := range files[:min(mostBeside, len(files))] {
		info, err := os.Stat(f)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile ||
			filepath.Clean(f) == filepath.Clean(c.File.Name) {
			continue
		}
		src, err := c.near.read(f)
		if err != nil {
			continue
		}
		for text := range bytes.Lines(src) {
			if w := strings.Fields(string(text)); len(w) > 1 && w[1] == name && slices.Contains(kinds, w[0]) {
				return true
			}
		}
	}
	return false
}
