package nginx

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// shortestTypo is the length from which a name one letter off a known one is a slip: shorter names are too close to each other
// and to those of other modules.
const shortestTypo = 6

// typo reports a directive that no nginx knows when it is one slip away from one that would fit here.
func (c *checker) typo(d *Directive, l *level) {
	name := d.Name.Value
	if d.Name.Quote != 0 || len(name) < shortestTypo || len(knownDirectives()[name]) > 0 || templated(d) || d.Text != "" {
		return
	}
	meant := ""
	digits := strings.ContainsAny(name, "0123456789") // geoip2_proxy is no slip for geoip_proxy
	for known, specs := range knownDirectives() {
		if !oneSlip(name, known) || digits && !strings.ContainsAny(known, "0123456789") {
			continue
		}
		for _, s := range specs {
			if s.in&l.in != 0 && s.block == d.HasBlock && s.fits(len(d.Args)) && (meant == "" || known < meant) {
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
