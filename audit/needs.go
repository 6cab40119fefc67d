package audit

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/lint"
)

// Needs is what the answers for the paths of c, which may be nil, and for app behind load balancers that filters pick
// by name hang on beyond the timers. Its error says that nobody knows app.
func Needs(filters []awscheck.Filter, c *lint.Config, app string, named bool) (w awscheck.Wants, err error) {
	if _, ok := catalog.FindApp(app); app != "" && !ok {
		did := ""
		if s := spelling.DidYouMean(app, catalog.AppNames()); s != "" {
			did = ": did you mean " + s + "?"
		}
		return w, fmt.Errorf("--app %s is not known (wslint apps lists all)%s", app, did)
	}
	if named && inSession(app, "") {
		w.Sessions = slices.Clone(filters)
	}
	if c == nil {
		return w, nil
	}
	for _, d := range c.Paths {
		u, err := url.Parse(d.URL)
		if err != nil || len(d.Through) == 0 {
			continue
		}
		path := cmp.Or(u.EscapedPath(), "/")
		for _, e := range d.Through {
			if awscheck.Names(e.Resource()) {
				filter := awscheck.Filter{Name: plainName(e.Resource())}
				w.Checked = append(w.Checked, awscheck.CheckedPath{Filter: filter, Path: path})
			}
		}
		// Of what stands behind another hop that one judges.
		if last := d.Through[len(d.Through)-1].Resource(); awscheck.Names(last) && inSession(d.App, path) {
			w.Sessions = append(w.Sessions, awscheck.Filter{Name: plainName(last)})
		}
	}
	return w, nil
}

// inSession reports whether the application, or what runs under path, needs all requests of a client at one server.
func inSession(app, path string) bool {
	p := hop.Path{Request: hop.Request{Target: path}}
	if a, ok := catalog.FindApp(app); ok {
		p.Application = a.At(hop.Pos{})
	}
	return p.InSession()
}

// plainName is the name in "alb/prod-web"; an ARN stays what it is.
func plainName(name string) string {
	if _, plain, ok := strings.Cut(name, "/"); ok && !strings.HasPrefix(name, "arn:") {
		return plain
	}
	return name
}
