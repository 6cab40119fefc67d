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
	return c.LineBeside(func(words []string) bool {
		return len(words) > 1 && words[1] == name && slices.Contains(kinds, words[0])
	})
}

// LineBeside reports whether a file near the configuration has a line whose words fit.
func (c *Config) LineBeside(fits func(words []string) bool) bool {
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
			if fits(strings.Fields(string(text))) {
				return true
			}
		}
	}
	return false
}
