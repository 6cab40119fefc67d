package check

import "github.com/wslint/wslint/parsers/nginx/conf"

// values checks the arguments of d against the kinds of its specs and returns false when they are wrong for all of
// them. Of the first single values that are right, that is found out once: a look is cheaper than to keep many.
func (c *checker) values(d *conf.Directive, u *usage) bool {
	if !u.checked || len(d.Args) == 1 && u.right[d.Args[0].Value] {
		return true
	}
	arg, problem := 0, ""
	for _, s := range u.specs {
		if !s.Fits(len(d.Args)) {
			continue
		}
		if _, arg, problem = s.Value(d, c.version); problem == "" {
			if c.version.IsZero() {
				word, since := s.Newest(d)
				if word != "" {
					c.needs(d, d.Name.Value+" "+word, since)
					return true
				}
			}
			if len(d.Args) == 1 && len(u.right) < maxKept {
				u.right[d.Args[0].Value] = true
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
