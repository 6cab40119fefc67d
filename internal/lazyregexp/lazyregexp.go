// Package lazyregexp has regular expressions that are compiled when they are first used: most runs need few of those
// that the program knows, and a hook starts it for every commit.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// A Regexp is a regular expression. It is safe for use by several goroutines, and has the methods of regexp.Regexp
// that somebody calls.
type Regexp struct {
	expr string
	once sync.Once
	re   *regexp.Regexp
}

// New is a regular expression, which has to be one: regexp.MustCompile says what happens otherwise, as late as in the
// first call of a method. In tests it is compiled at once, so that none is wrong.
func New(expr string) *Regexp {
	r := &Regexp{expr: expr}
	if len(os.Args) > 0 && strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test") {
		r.get()
	}
	return r
}

func (r *Regexp) get() *regexp.Regexp {
	r.once.Do(func() { r.re = regexp.MustCompile(r.expr) })
	return r.re
}

// String is the expression as it is written.
func (r *Regexp) String() string { return r.expr }
