package lint

import (
	"slices"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/beanstalk"
	"github.com/wslint/wslint/parsers/cloudformation"
	"github.com/wslint/wslint/parsers/compose"
	"github.com/wslint/wslint/parsers/container"
	"github.com/wslint/wslint/parsers/haproxy"
	"github.com/wslint/wslint/parsers/kubernetes"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/parsers/provision"
	"github.com/wslint/wslint/parsers/snapshot"
	"github.com/wslint/wslint/parsers/sysctl"
	"github.com/wslint/wslint/parsers/terraform"
)

// Sources of these formats may have many servers that differ in names alone.
var _, _ repetitive = (*nginx.Config)(nil), (*haproxy.Config)(nil)

// Readers lists the formats of configuration. What one declares, those below it see. A file that several would take
// goes to the first that is sure.
func Readers() []parsers.Reader {
	return []parsers.Reader{
		sysctl.Reader(),
		terraform.Reader(),
		cloudformation.Reader(),
		beanstalk.Reader(),
		kubernetes.Reader(),
		compose.Reader(),
		provision.Reader(),
		container.Reader(),
		snapshot.Reader(),
		haproxy.Reader(),
		nginx.Reader(),
	}
}

// kernelFormat is that of the files under the key kernel, whatever their names.
func kernelFormat() parsers.Reader { return sysctl.Reader() }

// hasPrefix reports whether a word is what paths put before the addresses of some format.
func hasPrefix(word string) bool {
	return word != "" && slices.ContainsFunc(Readers(), func(r parsers.Reader) bool {
		return r.Prefix == word || slices.Contains(r.Kinds, word)
	})
}

// isPrefix reports whether a word stands before every resource of some format, whatever its kind.
func isPrefix(word string) bool {
	return word != "" && slices.ContainsFunc(Readers(), func(r parsers.Reader) bool { return r.Prefix == word })
}

// readerNamed finds a reader by the name that a hop of a path has.
func readerNamed(list []parsers.Reader, name string) (parsers.Reader, bool) {
	i := slices.IndexFunc(list, func(r parsers.Reader) bool { return r.Name == name })
	if i < 0 {
		return parsers.Reader{}, false
	}
	return list[i], true
}

// Contexts are the places that a fragment can be said to stand in.
func Contexts() (list []string) {
	for _, r := range Readers() {
		list = append(list, r.Contexts...)
	}
	return list
}

// A Program is one that a configuration is for, of which versions differ.
type Program struct {
	Name string
	parsers.Target
}

// Programs lists those that targets can name.
func Programs() (list []Program) {
	for _, r := range Readers() {
		if r.Target != nil {
			list = append(list, Program{r.Name, *r.Target})
		}
	}
	return list
}
