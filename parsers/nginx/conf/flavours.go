package conf

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// A flavour is a server that is made of nginx and has versions of its own.
type flavour struct {
	id, name string   // "angie", "Angie"
	words    []string // what it is called in versions, in lower case
}

var flavours = []flavour{
	{"angie", "Angie", []string{"angie", "angie-pro"}},
	{"freenginx", "freenginx", []string{"freenginx"}},
	{"openresty", "OpenResty", []string{"openresty"}},
	{"plus", "NGINX Plus", []string{"plus", "nginx-plus", "nginxplus"}},
	{"tengine", "Tengine", []string{"tengine"}},
}

// FlavourName is how a flavour is written: "Angie" of "angie"; "" of "" and of those that are not known.
func FlavourName(id string) string {
	for _, f := range flavours {
		if f.id == id {
			return f.name
		}
	}
	return ""
}

//go:embed flavours.txt
var flavourTable string

// A release is one of a flavour, and the nginx that it is built on.
type release struct{ own, nginx Version }

// releases are those of each flavour, from old to new.
var releases = sync.OnceValue(func() map[string][]release {
	m := map[string][]release{}
	for line := range strings.Lines(flavourTable) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0] == "#" {
			continue
		}
		own, _ := numbers(f[1])
		on, _ := numbers(f[2])
		m[f[0]] = append(m[f[0]], release{own, on})
	}
	return m
})

// plusRelease finds the number of a release of NGINX Plus: "R33", "nginx-plus-r33", "nginx/1.27.2 (nginx-plus-r33-p1)".
var plusRelease = lazyregexp.New(`(?:^|[(/ -])r([0-9]{1,3})(?:$|[-) .])`)

// parseFlavour reads the version of another flavour; ok is false where s is none.
func parseFlavour(s string) (v Version, ok bool) {
	lower := strings.ToLower(strings.TrimSpace(s))
	word, number, named := strings.Cut(lower, "/")
	known := slices.IndexFunc(flavours, func(f flavour) bool { return slices.Contains(f.words, word) })
	plus := plusRelease.FindStringSubmatch(lower)
	switch {
	case plus != nil && (!named || word == "nginx" || known >= 0 && flavours[known].id == "plus"):
		own, _ := numbers(plus[1])
		return built("plus", "R"+plus[1], own), true
	case !named && strings.Count(lower, ".") == 3: // of its own, only OpenResty has four numbers
		number, known = lower, slices.IndexFunc(flavours, func(f flavour) bool { return f.id == "openresty" })
	case !named || word == "nginx":
		return v, false
	}
	number, _, _ = strings.Cut(number, " ")
	number = strings.TrimPrefix(number, "v")
	own, fine := numbers(number)
	switch {
	case known < 0 && fine: // made of nginx, most likely, and numbered like it
		own.Flavour = word
		own.Taken = fmt.Sprintf("unknown flavour %s: taken as nginx %s", s, own)
		return own, true
	case known < 0:
		v = OldestCommon
		v.Flavour, v.Assumed = word, false
		v.Taken = fmt.Sprintf("unknown flavour %s: taken as nginx %s", s, v)
		return v, true
	case !fine:
		return v, false
	}
	return built(flavours[known].id, number, own), true
}

// built is the nginx that a release of a flavour is built on. Of a release that no table has, it is that of the one
// before.
func built(id, number string, own Version) Version {
	name := FlavourName(id) + " " + number
	if id == "openresty" {
		own.Flavour, own.Release = id, number
		return own
	}
	list := releases()[id]
	at := -1
	for i, r := range list {
		if own.AtLeast(r.own) {
			at = i
		}
	}
	v := list[max(at, 0)].nginx
	v.Flavour, v.Release = id, number
	last := list[len(list)-1].own
	if at < 0 || at == len(list)-1 && (own.Major != last.Major || own.Minor != last.Minor) ||
		id == "freenginx" && own != last {
		v.Taken = fmt.Sprintf("%s is not known here: taken as nginx %s", name, v)
	}
	return v
}

// Name is how a version is called for people: "1.28.0", "Angie 1.10 (nginx 1.27.5)".
func (v Version) Name() string {
	name := FlavourName(v.Flavour)
	if name == "" || v.Release == "" {
		return v.String()
	}
	return fmt.Sprintf("%s %s (nginx %s)", name, v.Release, v)
}

// Usual is how a version is declared: "1.28.0", "angie/1.10", "R33".
func (v Version) Usual() string {
	switch {
	case v.Flavour == "plus":
		return v.Release
	case v.Flavour != "" && v.Release != "":
		return v.Flavour + "/" + v.Release
	case v.Flavour != "":
		return v.Flavour + "/" + v.String()
	}
	return v.String()
}
