package check

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// shortestTypo is the length from which a name one letter off a known one is a slip: shorter names are too close to each other
// and to those of other modules.
const shortestTypo = 6

// typo reports a directive that no nginx knows when it begins with a byte order mark or is one slip away from one that would fit here.
func (c *checker) typo(d *conf.Directive, l *level) {
	name := d.Name.Value
	if strings.HasPrefix(name, "\ufeff") {
		c.problem(d.Name.Pos(), fmt.Sprintf(`unknown directive "%s"`, name), hop.Note{Pos: d.Name.Pos(), Text: "a byte order mark, which editors hide, begins this word"})
		return
	}
	// The substitutions filter module calls its directives nearly as nginx does.
	if strings.HasPrefix(name, "subs_filter") || d.Name.Quote != 0 || len(name) < shortestTypo || len(conf.Directives()[name]) > 0 || templated(d) || d.Text != "" {
		return
	}
	meant := ""
	for known, specs := range conf.Directives() {
		// geoip2_proxy is no slip for geoip_proxy, nor http3_max_requests for http2_max_requests.
		if !oneSlip(name, known) || withoutDigits(name) == withoutDigits(known) {
			continue
		}
		for _, s := range specs {
			if s.In&l.in != 0 && s.Block == d.HasBlock && s.Fits(len(d.Args)) && (meant == "" || known < meant) {
				meant = known
			}
		}
	}
	if meant == "" {
		return
	}
	c.problem(d.Name.Pos(), fmt.Sprintf(`unknown directive "%s"`, name),
		hop.Note{Pos: d.Name.Pos(), Text: fmt.Sprintf("is %s meant?", meant)})
}

// withoutDigits is name without its digits.
func withoutDigits(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
}

// oneSlip reports whether one letter too many, one too few, one wrong, or two exchanged make b of a.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
