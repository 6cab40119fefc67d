// Package nginx serves WebSocket handshakes from nginx configurations as nginx would.
//
// The way through it: Read hands what package conf read to package check, Compile makes levels, servers and locations
// of a tree (config.go, scope.go, location.go), and a Config serves requests (serve.go, then run.go: nginx's phases
// in nginx's order).
package nginx

import (
	"io"

	"github.com/wslint/wslint/parsers/nginx/check"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// What callers read and compile with, so that they need no other package.
type (
	Options       = conf.Options
	Version       = conf.Version
	Tree          = conf.Tree
	File          = conf.File
	Problem       = conf.Problem
	NoConfigError = conf.NoConfigError
)

// OldestCommon is what counts when no version is declared: the oldest nginx in wide use, whose defaults are the least
// kind.
var OldestCommon = conf.OldestCommon

// ParseVersion reads "1.28", "1.28.0" or "nginx/1.28.0".
func ParseVersion(s string) (Version, error) { return conf.ParseVersion(s) }

// Read reads the configurations that the arguments name, as conf.Read does, and adds what makes nginx refuse to start
// although the syntax is fine to each tree's Problems.
//
// The error is a *NoConfigError when an argument does not exist or no configuration was found at all.
func Read(args []string, stdin io.Reader, o Options) ([]*Tree, error) {
	trees, err := conf.Read(args, stdin, o)
	if err != nil {
		return nil, err
	}
	for _, t := range trees {
		check.Tree(t, o.Version)
	}
	return trees, nil
}
