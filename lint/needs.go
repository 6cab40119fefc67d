package lint

import (
	"fmt"
	"slices"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/known"
)

// Needs adds to scope what the answers for the paths of c, which may be nil, and for app behind load balancers that are picked by name
// hang on beyond the timers: it costs calls that nobody else needs. Its error says that nobody knows app.
func Needs(scope *awscheck.Scope, c *Config, app string, named bool) error {
	if _, ok := known.FindApp(app); app != "" && !ok {
		did := ""
		if s := Suggest(app, known.AppNames()); s != "" {
			did = ": did you mean " + s + "?"
		}
		return fmt.Errorf("--app %s is not known (wslint apps lists all)%s", app, did)
	}
	if named && inSession(app, "") {
		scope.Sessions = slices.Clone(scope.Filters)
	}
	if c == nil {
		return nil
	}
	for _, d := range c.Paths {
		u, err := parseURL(d.URL)
		if err != nil || !slices.ContainsFunc(d.Through, Element.isAWS) {
			continue
		}
		scope.Checked = append(scope.Checked, u.EscapedPath())
		// Of what stands behind another hop that one judges.
		if last := d.Through[len(d.Through)-1]; last.isAWS() && inSession(d.App, u.EscapedPath()) {
			scope.Sessions = append(scope.Sessions, awscheck.Filter{Name: plainName(last.Kind)})
		}
	}
	return nil
}

// inSession reports whether the application, or what runs under path, needs all requests of a client at one server.
func inSession(app, path string) bool {
	p := hop.Path{Request: hop.Request{Target: path}}
	if a, ok := known.FindApp(app); ok {
		p.Application = a.At(hop.Pos{})
	}
	return p.InSession()
}
