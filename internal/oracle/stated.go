package oracle

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Usual reports whether the applications of a case do what every WebSocket server does, so that what it states can be
// predicted without one.
func (c Case) Usual() bool {
	for _, app := range c.Options.Apps {
		if app.Kind != WebSocket || app.Status != 0 || app.PlainOnly || app.TLS != nil || app.PROXYHeader || app.NoProtocol {
			return false
		}
	}
	return true
}

// Contradicts says how a prediction differs from what a case states of it, "" when it does not. Nothing real runs: it
// is what the tests of a parser's own package ask, on every machine and in little time.
func (l *Lab) Contradicts(c Case, source hop.Source) (string, error) {
	paths, err := l.Paths(source, c.Probe)
	if err != nil {
		return "", err
	}
	if paths, err = l.Holding(c, paths); err != nil {
		return "", err
	}
	var predicted []string
	unknown, fits := false, false
	want := strings.TrimSuffix(c.Outcome, " cut")
	for _, p := range paths {
		o := p.Handshake()
		text := o.Kind.String()
		switch {
		case o.Kind == hop.OutcomeUnknown:
			unknown = true
		case o.Kind == hop.Depends:
			fits = fits || want == hop.Open.String() // to a forgiving application
		case o.Kind == hop.AnsweredByProxy && o.Status == 0:
			fits = fits || strings.HasPrefix(want, text) // one of several statuses
		case o.Kind == hop.AnsweredByProxy:
			text += fmt.Sprintf(" %d", o.Status)
		}
		predicted = append(predicted, text)
		fits = fits || text == want
	}
	switch {
	case unknown != c.Unknown && len(paths) == 1:
		return fmt.Sprintf("predicted %s, and whether it is unknown is stated otherwise", predicted), nil
	case want == "" || unknown || fits:
		return "", nil
	}
	return fmt.Sprintf("predicted %s, stated %s", predicted, want), nil
}
