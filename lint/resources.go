package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// isCalled reports whether a name means a resource: its own, which nothing else has, or "alb/prod-web".
func isCalled(x parsers.Resource, name string) bool {
	kind, plain, hasKind := strings.Cut(name, "/")
	return x.ID == name || hasKind && hasName(x, plain) && slices.Contains(x.Kinds, kind)
}

// hasName reports whether a resource has a name, whatever its kind.
func hasName(x parsers.Resource, name string) bool {
	return x.Name == name || slices.Contains(x.Other, name)
}

// severalCalled says that a name means several resources, and what tells them apart.
func severalCalled(name string, list []parsers.Resource) string {
	ids := make([]string, 0, 3)
	for _, x := range list[:min(3, len(list))] {
		ids = append(ids, x.ID)
	}
	return fmt.Sprintf("%s is the name of %d load balancers: use one of %s", name, len(list), strings.Join(ids, ", "))
}

// resolve finds what the declared paths name among resources. What nothing describes is unknown.
func (l *load) resolve(all []parsers.Resource) error {
	for _, d := range l.in.Config.Paths {
		for _, e := range d.Through {
			if e.isFile() || l.resources[e.Kind] != nil {
				continue
			}
			var list []parsers.Resource
			for _, x := range all {
				twice := slices.ContainsFunc(list, func(y parsers.Resource) bool { return x.ID == y.ID })
				if isCalled(x, e.Kind) && !twice {
					list = append(list, x)
				}
			}
			switch {
			case len(list) == 1:
				l.resources[e.Kind] = list[0].Source
			case len(list) > 1:
				return l.in.Config.blame(e, severalCalled(e.Kind, list))
			}
		}
	}
	return nil
}

// blame is an error at the place where a path names a hop.
func (c *Config) blame(e Element, text string) error {
	return newPlaceError(e.Pos, text, c.Src)
}

// choose takes what a hop of path d means of the resources that a file describes: the one that is called so, the one
// that the URL leads to, or the only one. It says why it cannot.
func choose(all []parsers.Resource, d Declared, called string) (s hop.Source, why string, none bool) {
	list := all
	if called != "" {
		list = slices.DeleteFunc(slices.Clone(all), func(x parsers.Resource) bool {
			return !hasName(x, called) && !isCalled(x, called)
		})
	} else if u, err := parseURL(d.URL); err == nil {
		isHost := func(x parsers.Resource) bool { return strings.EqualFold(x.Host, u.Hostname()) }
		if i := slices.IndexFunc(all, isHost); i >= 0 {
			list = all[i : i+1]
		}
	}
	switch {
	case len(list) == 1:
		return list[0].Source, "", false
	case len(list) == 0:
		return nil, "there is no load balancer " + called + " in it", called != ""
	case called != "":
		return nil, severalCalled(called, list), false
	}
	example := list[0].Name
	if len(list[0].Kinds) > 0 {
		example = list[0].Kinds[0] + "/" + example
	}
	return nil, fmt.Sprintf("there are %d load balancers in it: say which one, like #%s", len(list), example), false
}
