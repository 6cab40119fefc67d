package check

import "github.com/wslint/wslint/parsers/nginx/conf"

// values checks the arguments of d against the kinds of its specs and returns false when they are wrong for all of
// them.
func (c *checker) values(d *conf.Directive, specs []*conf.Spec) bool {
	arg, problem := 0, ""
	for _, s := range specs {
		if !s.Fits(len(d.Args)) {
			continue
		}
		if _, arg, problem = s.Value(d, c.version); problem == "" {
			if c.version.IsZero() {
				word, since := s.Newest(d)
				c.needs(d, d.Name.Value+" "+word, since)
			}
			return true
		}
	}
	if problem == "" {
		return true
	}
	c.argument(d, arg, problem)
	return false
}
